#include "host-sim/cli/served.hpp"
#include "host-sim/serve/serve.hpp"
#include "host-sim/vault/files.hpp"
#include "picket/error.hpp"
#include "sdk/common/json.hpp"

namespace picket::cli {

namespace {

std::string text_of(const serve::CycleReport& r) {
  const std::string name = r.provider + " for " + r.tenant + (r.psa.empty() ? "" : " with " + r.psa) + ": ";
  const std::string done = serve::summary(r);
  std::string text = name + (done.empty() ? "nothing new" : done) + " (" + std::to_string(r.vendor_requests) + " requests to the vendor, " +
                     std::to_string(r.psa_requests) + " to the PSA)\n";
  if (r.poll && !r.poll->skipped_reason.empty()) text += "  skipped: " + r.poll->skipped_reason + "\n";
  for (const serve::StepError& e : r.errors) text += "  failed: " + e.step + ": " + e.message + "\n";
  if (r.poll)
    for (const FindingError& e : r.poll->report.errors) text += "  a finding failed: " + e.external_id + ": " + e.message + "\n";
  for (const auto* errors : {&r.delivery.errors, &r.pull.errors, &r.events.errors})
    for (const std::string& e : *errors) text += "  failed: " + e + "\n";
  return text;
}

int once(HostContext& context, const Console& console, const config::Configuration& configuration) {
  const std::vector<serve::CycleReport> reports = serve::serve_once(context, configuration);
  json::array cycles;
  std::string text;
  int code = done;
  for (const serve::CycleReport& r : reports) {
    cycles.push_back(serve::to_json(r));
    text += text_of(r);
    if (r.failed())
      code = failed;
    else if (r.failed_in_part() && code == done)
      code = done_with_failures;
  }
  // A pair is one document, the database's connections are a list.
  if (configuration.has_pair && !cycles.empty())
    console.print(cycles.front(), text);
  else
    console.print(json::value(json::object{{"cycles", std::move(cycles)}}), text);
  return code;
}

}  // namespace

int serve(HostContext& usual, const Console& console, const ServeArguments& arguments) {
  Served served(usual, arguments);
  const config::Configuration& configuration = served.configuration();
  HostContext& context = served.context();
  for (const std::string& warning : configuration.warnings) context.log().write(PICKET_LOG_WARNING, warning);
  if (!configuration.problems.empty()) throw Error(Status::invalid, config::problems_text(configuration.problems), "configuration");
  if (arguments.once) return once(context, console, configuration);
  serve::serve(context, configuration, [&](const std::string& url) {
    context.log().write(PICKET_LOG_INFO, "listening on " + url);
    if (!arguments.port_file.empty()) vault::replace_file(arguments.port_file, url + "\n");
  });
  return done;
}

}  // namespace picket::cli
