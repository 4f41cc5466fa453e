#include <algorithm>

#include "host-sim/cli/commands.hpp"
#include "host-sim/cli/json_values.hpp"
#include "host-sim/cli/markdown_text.hpp"
#include "host-sim/cli/ticket_json.hpp"
#include "host-sim/store/psa.hpp"
#include "host-sim/store/tickets_query.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::cli {

namespace {

std::string or_dash(const std::string& s) { return s.empty() ? "-" : s; }
std::string time_or_dash(const std::optional<Time>& t) { return t ? format_time_for_people(*t) : "-"; }

}  // namespace

int tickets_list(HostContext& context, const Console& console, const std::string& tenant_text, const std::string& source) {
  const store::Tenant tenant = store::find_tenant(context.db(), tenant_text);
  store::TicketFilter filter;
  filter.source = source;
  json::array list;
  const std::vector<store::TicketRow> tickets = store::list_tickets(context.db(), tenant.id, filter);
  const bool any_remote = std::any_of(tickets.begin(), tickets.end(), [](const store::TicketRow& t) { return !t.remote_number.empty(); });
  std::vector<std::vector<std::string>> rows{{"NUMBER", "STATUS", "PRIORITY", "CLIENT", "BOARD", "TITLE"}};
  if (any_remote) rows.front().insert(rows.front().begin() + 1, "IN THE PSA");
  for (const store::TicketRow& t : tickets) {
    list.push_back(ticket_json(t));
    std::vector<std::string>& row = rows.emplace_back();
    const std::string pending = pending_text(t);
    const std::string status = or_dash(t.status) + (pending.empty() ? "" : " (" + pending + ")");
    row = {t.number, status, or_dash(t.priority), or_dash(t.client), or_dash(t.board), t.title};
    if (any_remote) row.insert(row.begin() + 1, or_dash(t.remote_number));
  }
  console.print({{"tenant", tenant.name}, {"tickets", list}}, rows.size() == 1 ? "No tickets\n" : table(rows));
  return done;
}

int tickets_show(HostContext& context, const Console& console, const std::string& tenant_text, const std::string& number) {
  const store::Tenant tenant = store::find_tenant(context.db(), tenant_text);
  const store::TicketDetails t = store::show_ticket(context.db(), tenant.id, number);
  json::object document = ticket_json(t.row);
  document["description"] = t.description;
  json::array comments;
  json::array assets;
  std::string text = "#" + t.row.number + "  " + t.row.title + "\n\n";
  std::vector<std::vector<std::string>> head{
      {"Client", or_dash(t.row.client) + (t.row.contact.empty() ? "" : " (" + t.row.contact + ")")},
      {"Board", or_dash(t.row.board)},
      {"Status", or_dash(t.row.status)},
      {"Priority", or_dash(t.row.priority)},
      {"Assignee", or_dash(t.row.assignee)},
      {"Category", or_dash(t.row.category) + (t.row.subcategory.empty() ? "" : " / " + t.row.subcategory)},
      {"Source", or_dash(t.row.source) + " " + t.row.source_reference},
      {"Link", or_dash(t.row.url)},
      {"Entered", time_or_dash(t.row.entered_at)},
      {"Updated", time_or_dash(t.row.updated_at)},
      {"Closed", time_or_dash(t.row.closed_at)}};
  if (!t.row.remote_psa.empty()) head.push_back({title_of_psa(t.row.remote_psa), t.row.remote_number + " " + t.row.remote_url});
  if (!t.row.pending.empty()) head.push_back({"Outbox", pending_text(t.row)});
  for (const store::TicketAsset& a : t.assets) {
    assets.push_back({{"asset_id", a.asset_id}, {"name", a.name}, {"serial_number", text_or_null(a.serial_number)}});
    head.push_back({"Asset", a.name});
  }
  text += table(head) + "\n" + markdown_to_text(t.description);
  for (const store::TicketComment& c : t.comments) {
    comments.push_back({{"note", c.note},
                        {"author", text_or_null(c.author)},
                        {"is_internal", c.is_internal},
                        {"is_system_generated", c.is_system_generated},
                        {"created_at", time_or_null(c.created_at)}});
    text += std::string("\n--- ") + (c.is_internal ? "internal note" : "comment") + (c.author.empty() ? "" : " by " + c.author) + ", " +
            time_or_dash(c.created_at) + "\n" + markdown_to_text(c.note);
  }
  document["assets"] = std::move(assets);
  document["comments"] = std::move(comments);
  console.print(document, text);
  return done;
}

}  // namespace picket::cli
