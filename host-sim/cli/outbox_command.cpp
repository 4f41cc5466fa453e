#include "host-sim/cli/commands.hpp"
#include "host-sim/cli/json_values.hpp"
#include "host-sim/operations/outbox.hpp"
#include "sdk/common/text.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::cli {
namespace {

using operations::Direction;
using operations::QueuedChange;
using operations::QueuedState;

constexpr std::size_t short_id = 8;
constexpr std::size_t short_text = 60;

std::string_view name_of(QueuedState state) {
  switch (state) {
    case QueuedState::waiting: return "waiting";
    case QueuedState::failing: return "failing";
    case QueuedState::given_up: return "given_up";
  }
  return "";
}

json::object change_json(const QueuedChange& c) {
  return {{"id", c.item.id},
          {"tenant", c.tenant.name},
          {"direction", c.direction == Direction::to_psa ? "to_psa" : "to_vendor"},
          {"to", text_or_null(c.to)},
          {"ticket_number", c.item.ticket_number},
          {"remote_number", text_or_null(c.item.remote_number)},
          {"what", c.what},
          {"text", text_or_null(c.text)},
          {"state", name_of(c.state())},
          {"since", time_or_null(c.item.created_at)},
          {"refused_since", time_or_null(c.item.refused_since)},
          {"attempts", c.item.attempts},
          {"next_attempt_at", c.item.given_up_at ? json::value(nullptr) : time_or_null(c.item.next_attempt_at)},
          {"given_up_at", time_or_null(c.item.given_up_at)},
          {"may_have_been_sent", c.item.may_have_been_sent},
          {"last_error", text_or_null(c.item.last_error)}};
}

std::string ticket_of(const QueuedChange& c) {
  return c.item.ticket_number + (c.item.remote_number.empty() ? "" : " (" + c.item.remote_number + " in the PSA)");
}

// "closing, ticket 1001 (4711 in the PSA), for HaloPSA"
std::string sentence_of(const QueuedChange& c) { return c.what + ", ticket " + ticket_of(c) + ", for " + c.to; }

std::string next_of(const QueuedChange& c, Time now) {
  if (c.state() == QueuedState::given_up) return "given up";
  if (!c.item.next_attempt_at || *c.item.next_attempt_at <= now) return "due";
  return "in " + format_duration_for_people(*c.item.next_attempt_at - now);
}

std::string list_text(const std::vector<QueuedChange>& changes, Time now) {
  std::vector<std::vector<std::string>> rows{{"ID", "TENANT", "FOR", "TICKET", "WHAT", "SINCE", "ATTEMPTS", "NEXT"}};
  std::string errors;
  for (const QueuedChange& c : changes) {
    const std::string id = c.item.id.substr(0, short_id);
    const std::string text = text::clean_line(c.text, short_text).text;
    rows.push_back({id, c.tenant.name, c.to, ticket_of(c), c.what + (text.empty() ? "" : ": " + text),
                    format_duration_for_people(now - c.item.created_at), std::to_string(c.item.attempts), next_of(c, now)});
    if (!c.item.last_error.empty()) errors += id + ": " + c.item.last_error + "\n";
  }
  return table(rows) + (errors.empty() ? "" : "\n" + errors);
}

}  // namespace

int outbox_list(HostContext& context, const Console& console, const std::string& tenant) {
  const std::vector<QueuedChange> changes = operations::list_queued(context, tenant);
  json::array list;
  for (const QueuedChange& c : changes) list.push_back(change_json(c));
  console.print({{"items", std::move(list)}},
                changes.empty() ? "Nothing waits, and nothing was given up\n" : list_text(changes, context.now()));
  return done;
}

int outbox_retry(HostContext& context, const Console& console, const std::string& tenant, const std::string& id, bool all) {
  if (id.empty() != all) throw Error(Status::invalid, "give the ID of what is to be sent again, or --all", "ID");
  json::array list;
  std::string text;
  for (const QueuedChange& c : operations::retry_queued(context, tenant, id)) {
    json::object o = change_json(c);
    o["outdated"] = c.is_outdated;
    list.push_back(std::move(o));
    text += c.is_outdated ? "Outdated by what came later, so dropped: " : "Sent again with the next delivery: ";
    text += sentence_of(c) + "\n";
  }
  console.print({{"items", std::move(list)}}, text.empty() ? "Nothing fails, and nothing was given up\n" : text);
  return done;
}

int outbox_drop(HostContext& context, const Console& console, const std::string& tenant, const std::string& id) {
  const QueuedChange c = operations::drop_queued(context, tenant, id);
  std::string text = "Not sent: " + sentence_of(c) + "\n";
  if (c.item.may_have_been_sent) text += "An earlier attempt may have been received all the same\n";
  if (!c.text.empty()) text += "\n" + c.text + (c.text.ends_with('\n') ? "" : "\n");
  console.print({{"dropped", change_json(c)}}, text);
  return done;
}

}  // namespace picket::cli
