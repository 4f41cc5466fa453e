#include "host-sim/sim/huntress/generator.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "host-sim/sim/huntress/prose.hpp"
#include "host-sim/sim/huntress/times.hpp"
#include "host-sim/sim/server/random.hpp"

namespace picket::sim::huntress {
namespace {

constexpr std::int64_t first_organization = 2001;
constexpr std::int64_t first_agent = 50001;
constexpr std::int64_t first_incident = 700001;
constexpr std::int64_t first_remediation = 3000001;

struct OperatingSystem {
  const char* platform;
  const char* name;
  const char* build;
  int major;
  const char* role;
};
constexpr std::array systems{
    OperatingSystem{"windows", "Windows 11 Pro", "22631", 10, "LT"}, OperatingSystem{"windows", "Windows 10 Pro", "19045", 10, "PC"},
    OperatingSystem{"windows", "Windows Server 2022 Standard", "20348", 10, "SRV"},
    OperatingSystem{"darwin", "macOS 14.5", "23F79", 14, "MAC"}, OperatingSystem{"linux", "Ubuntu 22.04.4 LTS", "5.15.0", 5, "LNX"}};
constexpr std::array severities{"low", "low", "high", "high", "high", "critical"};

struct Organization {
  std::int64_t id;
  std::string name;
  std::string prefix;  // of its hosts' names
};

struct Agent {
  std::int64_t id;
  std::size_t organization;
  std::string hostname;
  const char* platform;
};

class Generation {
 public:
  Generation(Data& data, const GeneratorOptions& options) : data_(data), options_(options), random_(options.seed) {}

  void run() {
    const bool incidents_without_home = options_.incidents + options_.agents > 0 && options_.organizations == 0;
    for (std::size_t i = 0; i < (incidents_without_home ? 1 : options_.organizations); ++i) add_organization(i);
    for (std::size_t i = 0; i < options_.agents; ++i) add_agent(i);
    for (std::size_t i = 0; i < options_.incidents; ++i) add_incident(i);
    data_.count_into_organizations();
  }

 private:
  std::string before(std::int64_t seconds) const { return time_text(options_.base_time - std::chrono::seconds{seconds}); }
  std::int64_t some(std::int64_t n) { return static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(n))); }

  void put(Kind kind, json::object o) { data_.apply(kind, std::move(o), options_.base_time, "generated"); }

  void add_organization(std::size_t i) {
    Organization organization{std::max(first_organization, data_.organizations().next_id()), organization_name(i), ""};
    for (const char c : organization.name)
      if (organization.prefix.size() < 4 && c >= 'A' && c <= 'z') organization.prefix += static_cast<char>(c & ~32);
    json::object o;
    o["id"] = organization.id;
    o["name"] = organization.name;
    const std::string mail = "it@org" + std::to_string(organization.id) + ".example.com";
    o["report_recipients"] = json::array{mail};
    o["notify_emails"] = json::array{mail};
    o["identity_provider_tenant_id"] =
        hex(random_, 8) + "-" + hex(random_, 4) + "-4" + hex(random_, 3) + "-a" + hex(random_, 3) + "-" + hex(random_, 12);
    o["created_at"] = before(86400 * 400 - static_cast<std::int64_t>(i));
    o["updated_at"] = before(86400 * 20 + some(86400));
    put(Kind::organization, std::move(o));
    organizations_.push_back(std::move(organization));
  }

  void add_agent(std::size_t i) {
    const std::size_t home = i % organizations_.size();
    const OperatingSystem& system = random_.pick(systems);
    std::array<char, 64> name{};
    std::snprintf(name.data(), name.size(), "%s-%s-%04zu", organizations_[home].prefix.c_str(), system.role, i + 1);
    Agent agent{std::max(first_agent, data_.agents().next_id()), home, name.data(), system.platform};
    json::object o;
    o["id"] = agent.id;
    o["organization_id"] = organizations_[home].id;
    o["hostname"] = agent.hostname;
    o["platform"] = system.platform;
    o["os"] = system.name;
    o["os_major"] = system.major;
    o["os_minor"] = 0;
    o["os_build_version"] = system.build;
    o["arch"] = "x86_64";
    o["domain_name"] = organizations_[home].prefix + ".LOCAL";
    o["ipv4_address"] = "10." + std::to_string(home % 250) + "." + std::to_string(i / 250 % 250) + "." + std::to_string(2 + i % 250);
    o["external_ip"] = "198.51.100." + std::to_string(1 + home % 250);
    o["mac_addresses"] = json::array{"02:00:5e:" + hex(random_, 2) + ":" + hex(random_, 2) + ":" + hex(random_, 2)};
    o["serial_number"] = "SN" + hex(random_, 10);
    o["version"] = "0.14.78";
    o["version_number"] = 920654;
    o["edr_version"] = "0.13.20";
    o["firewall_status"] = "Enabled";
    o["defender_status"] = "Healthy";
    o["defender_substatus"] = "Up to date";
    o["defender_policy_status"] = "Compliant";
    o["tamper_protection_configured"] = true;
    o["tamper_protection_actual"] = true;
    o["tags"] = json::array();
    o["created_at"] = before(86400 * 300 - static_cast<std::int64_t>(i));
    o["updated_at"] = before(some(3600) + 60);
    o["last_callback_at"] = before(some(900));
    o["last_survey_at"] = before(some(43200));
    put(Kind::agent, std::move(o));
    agents_.push_back(std::move(agent));
  }

  std::string severity() { return random_.pick(severities); }

  void add_incident(std::size_t i) {
    const bool on_host = !agents_.empty() && !random_.percent(12);
    const Agent* agent = on_host ? &agents_[random_.below(agents_.size())] : nullptr;
    const Organization& home = organizations_[agent ? agent->organization : random_.below(organizations_.size())];
    const std::int64_t span = options_.days * 86400;
    const auto age = static_cast<std::int64_t>(options_.incidents - 1 - i) * span / static_cast<std::int64_t>(options_.incidents);
    const std::string updated = before(age);
    const std::string sent = before(age + some(3 * 3600));
    const Threat& threat = on_host ? host_threat(random_) : identity_threat(random_);
    const std::string person = person_name(random_);
    const Scene scene{threat, agent ? agent->hostname : person + "@example.com", home.name, sent};
    const std::string level = severity();
    const bool closed = random_.percent(options_.closed_percent);
    const std::size_t steps = random_.percent(options_.many_remediations_percent) ? 11 + random_.below(15) : 1 + random_.below(4);
    json::object o;
    o["id"] = std::max(first_incident, data_.incidents().next_id());
    o["organization_id"] = home.id;
    if (agent) o["agent_id"] = agent->id;
    o["platform"] = agent ? agent->platform : "microsoft_365";
    o["severity"] = level;
    o["status"] = closed ? "closed" : random_.percent(5) ? "auto_remediating" : "sent";
    o["subject"] = (level == "critical" ? "CRITICAL"
                    : level == "high"   ? "HIGH"
                                        : "LOW") +
                   std::string(" - ") + std::string(threat.title) + " on " + scene.where + " (" + home.name + ")";
    o["summary"] = summary_text(random_, scene);
    o["body"] = body_text(random_, scene);
    o["indicator_types"] = json::array{threat.indicator_type};
    o["indicator_counts"] = {{threat.indicator_type, 1 + some(4)}};
    o["remediations"] = remediation_list(random_, steps, next_remediation_, on_host, closed ? updated : "");
    next_remediation_ += static_cast<std::int64_t>(steps);
    o["sent_at"] = sent;
    o["status_updated_at"] = closed ? updated : sent;
    if (closed) o["closed_at"] = updated;
    o["updated_at"] = updated;
    put(Kind::incident, std::move(o));
  }

  Data& data_;
  const GeneratorOptions& options_;
  Random random_;
  std::vector<Organization> organizations_;
  std::vector<Agent> agents_;
  std::int64_t next_remediation_ = first_remediation;
};

}  // namespace

void generate(Data& data, const GeneratorOptions& options) { Generation(data, options).run(); }

}  // namespace picket::sim::huntress
