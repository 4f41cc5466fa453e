#include "host-sim/psa/halopsa/pages.hpp"

#include <set>

#include "host-sim/psa/halopsa/answers.hpp"
#include "sdk/host/http/retry_after.hpp"

namespace picket::psa::halopsa {

std::string page_query(std::size_t number, std::size_t rows) {
  return "pageinate=true&page_size=" + std::to_string(rows) + "&page_no=" + std::to_string(number);
}

bool PageWalk::goes_on(std::size_t rows, std::size_t fresh, std::optional<std::size_t> total) {
  read_ += rows;
  if (total && total_ && *total < *total_) shrunk_ = true;
  total_ = total;
  const bool has_more = total ? read_ < *total && rows > 0 : rows >= rows_of_page_;
  if (!has_more) return false;
  if (fresh > 0) return true;
  stuck_ = total.has_value();  // else the site knows no pages, and the first one was all
  return false;
}

std::optional<Time> each_row(Client& client, const host::Call& call, const List& list,
                             const std::function<bool(const json::object&)>& visit) {
  std::optional<Time> date;
  std::set<std::string> visited;
  // Rows that a shrinking list hides at a page's edge are found by reading it again.
  constexpr int most_walks = 3;
  for (int n = 0; n < most_walks; ++n) {
    PageWalk walk;
    std::set<std::string> seen;
    bool more = true;
    for (std::size_t number = 1; more; ++number) {
      const HttpAnswer answer = client.send(call, Client::get(list.path + "&" + page_query(number)));
      const std::optional<Page> page = read_page(document_of(answer, list.attempt, client.redactor()), list.member);
      if (!page)
        throw Error(Status::unavailable, list.attempt + ": HaloPSA's answer has no list; if this lasts, check HALOPSA_RESOURCE_SERVER_URL");
      if (n == 0 && number == 1) date = host::parse_http_date(answer.header("date"), call.clock.now());

      std::size_t fresh = 0;
      for (const json::value& row : page->rows) {
        const json::object* o = row.if_object();
        const std::string id = o == nullptr ? std::string{} : read_id(*o);
        if (id.empty() || !seen.insert(id).second) continue;
        ++fresh;
        if (visited.insert(id).second && !visit(*o)) return date;
      }
      more = walk.goes_on(page->rows.size(), fresh, page->total);
    }
    if (walk.is_stuck()) throw Error(Status::unavailable, list.attempt + ": HaloPSA repeats one page, so the rest could not be reached");
    if (!walk.has_shrunk()) break;
  }
  return date;
}

}  // namespace picket::psa::halopsa
