// Where a finding's ticket goes and how urgent it is. Pure; any thread.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "picket/model.hpp"
#include "sdk/lifecycle/decide.hpp"

namespace picket::lifecycle {

// The routing part of a connection's settings; ids of the PSA's rows.
struct Routing {
  std::vector<std::string> severities;              // the vendor's words, from the mildest to the worst
  std::map<std::string, std::string> priority_ids;  // by severity
  std::string board_id;
  std::string category_id;
  std::string subcategory_id;
  std::string default_client_id;  // of findings whose organization has no client, or that have none; empty: those go to the fallback
  std::string fallback_client_id;
  std::string fallback_board_id;
  bool auto_close = false;
  std::string closed_status_id;
  bool reopen = true;
};

// The severity's place in `severities`, case-insensitively. One that is not listed counts as the second worst (a new word of the
// vendor's must not go unnoticed, nor wake everybody up); `known` is false then.
struct SeverityRank {
  std::size_t rank = 0;
  bool known = true;
};
SeverityRank rank_of(const Routing&, std::string_view severity);

std::string priority_for(const Routing&, std::string_view severity);

// The new priority if the severity was raised from `before` to `now`; nothing if it stayed or fell: a person may have lowered the
// ticket's urgency for a reason, and only a worse finding overrules that.
std::optional<std::string> raised_priority(const Routing&, std::string_view before, std::string_view now);

// A mapping to a client that is no longer usable goes to the fallback in any case: somebody meant another client than the default one.
Target target_of(const Routing&, const std::optional<Mapping>&);

// Client, board, contact, category for the target; title and body are the caller's.
TicketDraft route(const Routing&, Target, const std::optional<Mapping>&, std::string_view severity);

}  // namespace picket::lifecycle
