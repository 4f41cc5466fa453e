#include "host-sim/sim/stellar-cyber/prose.hpp"

#include <array>
#include <cstdio>

#include "host-sim/sim/stellar-cyber/ids.hpp"

namespace picket::sim::stellar_cyber {
namespace {

constexpr std::array stories{
    Story{"Command and control traffic from {host}", "Command and control",
          "regular connections to an address that no other host of this tenant has asked for"},
    Story{"Possible account takeover of {user}", "Initial access", "a sign-in from a country that this user has never worked in"},
    Story{"Ransomware activity on {host}", "Impact", "many files that were renamed within a few seconds after backups had been deleted"},
    Story{"Lateral movement from {host}", "Lateral movement", "administrative logons at a series of hosts with one account"},
    Story{"Data leaving through {host}", "Exfiltration", "an upload that is many times larger than what this host sends on other days"},
    Story{"Phishing message opened by {user}", "Initial access",
          "a link to a page that imitates a sign-in, followed by an entry of credentials"},
    Story{"Password guessing against {user}", "Credential access", "hundreds of failed logons followed by one that succeeded"}};
constexpr std::array alert_names{"External User Login Failure Anomaly",
                                 "Internal User Login Failure Anomaly",
                                 "Impossible Travel Anomaly",
                                 "Bad Destination Reputation Anomaly",
                                 "Outbytes Anomaly",
                                 "Uncommon Process Anomaly",
                                 "Abnormal Parent / Child Process",
                                 "Malware Activity",
                                 "DNS Tunneling",
                                 "Private to Public Exploit Anomaly",
                                 "Office 365 Multiple Files Restored",
                                 "Suspicious PowerShell Script"};
constexpr std::array first_words{"Alder",   "Birch",  "Cedar", "Dune",    "Ember",   "Fjord",
                                 "Granite", "Harbor", "Iris",  "Juniper", "Kestrel", "Linden"};
constexpr std::array second_words{"Logistics", "Clinics",  "Foods",  "Engineering", "Insurance",
                                  "Schools",   "Textiles", "Energy", "Media",       "Labs"};
constexpr std::array first_names{"alex", "dana", "eva", "jonas", "kim", "lena", "marco", "nadia", "omar", "priya", "ruth", "tom"};
constexpr std::array last_names{"arnold", "becker", "costa", "dubois", "evans", "fischer",
                                "garcia", "hansen", "ito",   "jansen", "kovac", "lopez"};
constexpr std::array roles{"LT", "PC", "SRV", "DC", "WEB"};

std::string replaced(std::string_view text, std::string_view mark, const std::string& by) {
  std::string out(text);
  if (const auto at = out.find(mark); at != std::string::npos) out.replace(at, mark.size(), by);
  return out;
}

}  // namespace

const Story& some_story(Random& random) { return random.pick(stories); }

std::string tenant_name(std::size_t n) {
  const std::size_t names = first_words.size() * second_words.size();
  std::string name = std::string(first_words[n % first_words.size()]) + " " + second_words[n / first_words.size() % second_words.size()];
  if (n >= names) name += " " + std::to_string(n / names + 1);
  return name;
}

std::string host_name(Random& random) {
  std::array<char, 32> name{};
  const char* role = random.pick(roles);
  std::snprintf(name.data(), name.size(), "%s-%04u", role, static_cast<unsigned>(random.below(10'000)));
  return name.data();
}

std::string user_name(Random& random) {
  const std::string first = random.pick(first_names);
  return first + "." + random.pick(last_names);
}

std::string address(Random& random) { return "203.0.113." + std::to_string(1 + random.below(254)); }

std::string case_name(const Scene& scene) { return replaced(replaced(scene.story.title, "{host}", scene.host), "{user}", scene.user); }

std::string summary_text(const Scene& scene, std::size_t alerts) {
  std::string s = "This case of " + scene.tenant + " joins " + std::to_string(alerts) + (alerts == 1 ? " alert" : " alerts") +
                  " that share the host " + scene.host + ", the user " + scene.user + " or the address " + scene.address + ".\n\n";
  s += "The product saw " + std::string(scene.story.finding) + ". Stage of the attack: " + std::string(scene.story.stage) + ".\n\n";
  s += "Look at the sessions of " + scene.user + " first, then at what was started on " + scene.host + " in the hour before.";
  return s;
}

json::object observables(Random& random, const Scene& scene) {
  json::object kinds{{"host", json::array{json::object{{"name", scene.host}}}},
                     {"user", json::array{json::object{{"name", scene.user}}}},
                     {"ip", json::array{json::object{{"ip", scene.address}, {"reputation", random.percent(50) ? "Bad" : "Unknown"}}}}};
  if (random.percent(40))
    kinds["file"] = json::array{json::object{{"sha256", hex(random, 64)}, {"name", "update_" + hex(random, 4) + ".exe"}}};
  return kinds;
}

json::array alert_list(Random& random, std::size_t n) {
  json::array list;
  for (std::size_t i = 0; i < n; ++i) list.push_back({{"name", random.pick(alert_names)}, {"score", 20 + random.below(80)}});
  return list;
}

}  // namespace picket::sim::stellar_cyber
