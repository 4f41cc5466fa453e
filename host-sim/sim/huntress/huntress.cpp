#include "host-sim/sim/huntress/huntress.hpp"

#include "host-sim/sim/huntress/list.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/base64.hpp"

namespace picket::sim::huntress {
namespace {

const std::vector<std::string> time_sorts{"id", "created_at", "updated_at"};

const ListShape organization_list{"organizations", {"id", "created_at", "updated_at", "name", "key"}, {{"name", "name"}, {"key", "key"}}};

const ListShape agent_list{"agents",
                           time_sorts,
                           {{"organization_id", "organization_id", FilterKind::integer},
                            {"platform", "platform", FilterKind::one_of, {"windows", "darwin", "linux"}},
                            {"hostname", "hostname"},
                            {"os", "os"},
                            {"version", "version"}}};

const ListShape incident_list{
    "incident_reports",
    time_sorts,
    {{"indicator_type",
      "indicator_types",
      FilterKind::one_of,
      {"footholds", "monitored_files", "ransomware_canaries", "antivirus_detections", "process_detections", "managed_identity",
       "mde_detections", "siem_detections", "favicon_detections", "behavioral_detections", "email_security_detections", "app_control",
       "ai_misuse"}},
     {"status", "status", FilterKind::one_of, {"sent", "closed", "dismissed", "auto_remediating", "deleting", "partner_dismissed"}},
     {"severity", "severity", FilterKind::one_of, {"low", "high", "critical"}},
     {"platform", "platform", FilterKind::one_of, {"windows", "darwin", "microsoft_365", "google", "linux", "email_security", "other"}},
     {"organization_id", "organization_id", FilterKind::integer},
     {"agent_id", "agent_id", FilterKind::integer}}};

const ListShape remediation_list_shape{
    "remediations",
    time_sorts,
    {{"types[]", "type", FilterKind::any_of, {"assisted", "manual", "containment"}},
     {"statuses[]", "status", FilterKind::any_of, {"unapproved", "approved", "completed", "failed", "cancelled"}}}};

Answer not_found() { return error_answer(404, "The requested resource is unavailable."); }

Answer wrapped(std::string_view name, std::string_view text) {
  std::string body;
  body.reserve(name.size() + text.size() + 8);
  body += "{\"";
  body += name;
  body += "\":";
  body += text;
  body += '}';
  return {200, std::move(body)};
}

bool is_integer(std::string_view s) { return ascii::is_number(s); }

// One row by its id, which the API description defines as an integer.
Answer single(const Table& table, std::string_view name, const std::string& id) {
  if (const Row* row = table.find(id)) return wrapped(name, row->text);
  return is_integer(id) ? not_found() : error_answer(400, "id is invalid");
}

// "/v1/agents/17" with prefix "/v1/agents": "17".
std::optional<std::string> rest_behind(const std::string& path, std::string_view prefix) {
  if (!path.starts_with(prefix) || path.size() <= prefix.size() + 1 || path[prefix.size()] != '/') return std::nullopt;
  return path.substr(prefix.size() + 1);
}

}  // namespace

Huntress::Huntress(const HuntressOptions& options, Data data, Events events, Time start)
    : credentials_(base64_encode(options.api_key + ":" + options.api_secret)),
      tokens_(options.tokens),
      data_(std::move(data)),
      events_(std::move(events)),
      start_(start) {}

bool Huntress::authentic(const std::string& authorization) const {
  constexpr std::string_view scheme = "basic ";
  return ascii::starts_with_ignoring_case(authorization, scheme) &&
         authorization.compare(scheme.size(), std::string::npos, credentials_) == 0;
}

Answer Huntress::answer(const Request& request) {
  if (!authentic(request.authorization)) return error_answer(401, "Your request could not be authenticated.");
  if (request.method != "GET") {
    Answer answer = error_answer(405, "Only GET is simulated.");
    answer.headers.emplace_back("Allow", "GET");
    return answer;
  }
  const std::string& path = request.path;
  if (path == "/v1/account") return wrapped("account", boost::json::serialize(data_.account()));
  if (path == "/v1/organizations") return list_answer(data_.organizations(), organization_list, request, tokens_);
  if (path == "/v1/agents") return list_answer(data_.agents(), agent_list, request, tokens_);
  if (path == "/v1/incident_reports") return list_answer(data_.incidents(), incident_list, request, tokens_);
  if (const auto id = rest_behind(path, "/v1/organizations")) return single(data_.organizations(), "organization", *id);
  if (const auto id = rest_behind(path, "/v1/agents")) return single(data_.agents(), "agent", *id);
  if (const auto rest = rest_behind(path, "/v1/incident_reports")) {
    constexpr std::string_view tail = "/remediations";
    if (rest->ends_with(tail)) return remediations(rest->substr(0, rest->size() - tail.size()), request);
    return single(data_.incidents(), "incident_report", *rest);
  }
  return not_found();
}

Answer Huntress::remediations(const std::string& incident, const Request& request) const {
  const Row* row = data_.incidents().find(incident);
  if (!row) return is_integer(incident) ? not_found() : error_answer(400, "incident_report_id is invalid");
  // Rows of one incident have no times of their own: all carry the incident's, and pages in an order of times would lose most of them.
  const Table table = Data::remediation_table(data_.remediations(*row), row->updated);
  return list_answer(table, remediation_list_shape, request, tokens_);
}

}  // namespace picket::sim::huntress
