#include "host-sim/sim/huntress/prose.hpp"

#include <array>

namespace picket::sim::huntress {
namespace {

constexpr std::size_t body_size = 1500;

constexpr std::array host_threats{
    Threat{"Malicious scheduled task", "footholds",
           "a scheduled task that starts an encoded PowerShell command at every logon. The command loads a second stage from the internet"},
    Threat{
        "Cobalt Strike beacon", "process_detections",
        "a process that was injected into and talks to a server known for remote control frameworks. It asked for commands every minute"},
    Threat{"Ransomware canary changed", "ransomware_canaries",
           "that canary files in several user folders were changed within seconds. This is what mass encryption looks like when it starts"},
    Threat{"Credential dumping", "process_detections",
           "that the memory of the local security authority was read by a tool which was renamed to look like a part of the system"},
    Threat{"Malicious antivirus exclusion", "mde_detections",
           "that the antivirus was set to ignore the whole system drive shortly after an unknown remote administration tool was installed"},
    Threat{"Unapproved remote access tool", "behavioral_detections",
           "a remote access tool that connects to an instance which this organization has not used before. It runs as a service"},
    Threat{
        "Trojan quarantined", "antivirus_detections",
        "a trojan in a user's download folder. The antivirus put it into quarantine, but a start entry that points to it is still there"},
    Threat{"Suspicious LNK in start folder", "footholds",
           "a shortcut in the start folder that runs a script from the temporary folder. The script collects browser passwords"}};

constexpr std::array identity_threats{
    Threat{"Session token theft", "managed_identity",
           "a sign-in with a session token that was issued to another device minutes before. The address belongs to a hosting provider"},
    Threat{"Malicious inbox rule", "managed_identity",
           "an inbox rule that moves mail with the word invoice to a folder that nobody reads. Such rules hide payment fraud"},
    Threat{"Sign-in from unwanted country", "managed_identity",
           "sign-ins from a country in which nobody of this organization works, with a correct password and an approved second factor"}};

constexpr std::array first_words{
    "Adatum",    "Alpine",   "Bellows",  "Blue Yonder", "Cascade",   "Cedar",     "Consolidated", "Copper",  "Delta",    "Eastgate",
    "Fourth",    "Graphic",  "Harbor",   "Humongous",   "Island",    "Juniper",   "Lakeside",     "Lucerne", "Margie's", "Meridian",
    "Northgate", "Oakridge", "Pinnacle", "Proseware",   "Relecloud", "Riverbend", "School of",    "Summit",  "Trey",     "Woodgrove"};
constexpr std::array second_words{"Dental",    "Logistics",  "Accounting", "Coffee",        "Engineering", "Publishing",
                                  "Insurance", "Architects", "Veterinary", "Manufacturing", "Fine Art",    "Freight",
                                  "Law",       "Clinic",     "Bank",       "Foods"};
constexpr std::array endings{"Inc.", "LLC", "Ltd.", "Group", "& Partners"};
constexpr std::array first_names{"anna", "bilal", "carla", "dmitri", "elena", "farid", "grace", "hiro", "ines", "jonas", "kofi", "lucia"};
constexpr std::array last_names{"adler",  "brandt", "castro", "diaz",  "evans",  "fischer",
                                "garcia", "hansen", "ito",    "jones", "keller", "lopez"};
constexpr std::array folders{R"(C:\Users\Public\Libraries\)", R"(C:\ProgramData\Intel\Cache\)", R"(C:\Windows\Temp\)",
                             R"(C:\Users\admin\AppData\Roaming\Microsoft\Updates\)"};
constexpr std::array files{"svchostt.exe",         "update.ps1", "WinDefUpdate.exe", "msedge_proxy.dll",
                           "invoice_0423.pdf.lnk", "rclone.exe", "PsExec64.exe"};
constexpr std::array parents{"explorer.exe", "winword.exe", "services.exe", "powershell.exe", "outlook.exe"};
constexpr std::array host_actions{"Delete File", "Delete Scheduled Task", "Delete Registry Value", "Terminate Process",
                                  "Uninstall Application"};
constexpr std::array identity_actions{"Reset Password", "Revoke Sessions", "Delete Inbox Rule", "Disable Account", "Remove MFA Method"};

std::string text(std::string_view s) { return std::string(s); }

std::string file_path(Random& random) { return text(random.pick(folders)) + random.pick(files); }

std::string address(Random& random) {
  return "203.0.113." + std::to_string(1 + random.below(254)) + ":" + std::to_string(1024 + random.below(60000));
}

std::string detection(Random& random, const Scene& scene, std::size_t number) {
  std::string s = "### Detection " + std::to_string(number) + ": " + text(scene.threat.title) + "\n\n";
  s += "- Time: " + scene.when + "\n- Source: " + scene.where + "\n- User: " + person_name(random) + "\n";
  s += "- Process: `" + file_path(random) + "` (PID " + std::to_string(1000 + random.below(30000)) + ")\n";
  s += "- Parent: `" + text(random.pick(parents)) + "`\n- SHA-256: `" + hex(random, 64) + "`\n- Network: " + address(random) + "\n";
  s += "- Command line: `powershell.exe -NoP -W Hidden -Enc " + hex(random, 48) + "`\n\n";
  return s;
}

}  // namespace

const Threat& host_threat(Random& random) { return random.pick(host_threats); }
const Threat& identity_threat(Random& random) { return random.pick(identity_threats); }

std::string organization_name(std::size_t n) {
  const std::size_t names = first_words.size() * second_words.size();
  std::string name = text(first_words[n % first_words.size()]) + " " + second_words[n / first_words.size() % second_words.size()];
  if (n >= names) name += " " + std::to_string(n / names + 1);
  return name + " " + endings[n * 7 % endings.size()];
}

std::string person_name(Random& random) {
  const std::string first = random.pick(first_names);
  return first + "." + random.pick(last_names);
}

std::string summary_text(Random& random, const Scene& scene) {
  std::string s = "Huntress found on " + scene.where + " (" + scene.organization + ") " + text(scene.threat.finding) + ".\n\n";
  s += "What was seen:\n\n- `" + file_path(random) + "` was started by " + text(random.pick(parents)) + "\n- Connections went to " +
       address(random) + "\n- First seen at " + scene.when + "\n\n";
  s += "We recommend to carry out the remediation steps below and to find out how it got there.";
  return s;
}

std::string body_text(Random& random, const Scene& scene) {
  std::string s = "## " + text(scene.threat.title) + "\n\n" + scene.where + " belongs to " + scene.organization +
                  ". The detections that led to this report follow; times are in UTC.\n\n";
  for (std::size_t n = 1; s.size() < body_size; ++n) s += detection(random, scene, n);
  return s;
}

json::array remediation_list(Random& random, std::size_t n, std::int64_t first_id, bool on_host, const std::string& done_at) {
  json::array list;
  for (std::size_t i = 0; i < n; ++i) {
    json::object o{{"id", first_id + static_cast<std::int64_t>(i)},
                   {"type", i % 3 == 2 ? "manual" : "assisted"},
                   {"action", on_host ? random.pick(host_actions) : random.pick(identity_actions)},
                   {"parameters", json::array{on_host ? "path: " + file_path(random) : "user: " + person_name(random) + "@example.com"}},
                   {"status", done_at.empty() ? "unapproved" : "completed"}};
    if (!done_at.empty()) {
      o["approved_at"] = done_at;
      o["approved_by"] = {{"id", 9001}, {"email", "analyst@example.com"}, {"name", "Sam Analyst"}};
      o["completed_at"] = done_at;
    }
    list.push_back(std::move(o));
  }
  return list;
}

}  // namespace picket::sim::huntress
