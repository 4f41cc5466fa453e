// The calls to the Huntress REST API that this provider makes. Source of every path and parameter: the vendor's REST description.
//
// Errors: sdk/provider/vendor_answer.hpp. Thread: one call at a time.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/huntress/incident.hpp"
#include "sdk/provider/provider.hpp"
#include "sdk/provider/vendor_answer.hpp"

namespace huntress {

struct Account {
  std::string name;
  std::string subdomain;
};

struct Organization {
  std::string id;
  std::string name;
};

struct Page {
  picket::json::array rows;
  std::string next_token;  // empty = last page
};

// Lists page by page from the first one until `visit` returns false or the list ends. Throws Error(unavailable) when a page token comes
// again: then the rest of the list cannot be reached. `what` names the list in that message.
void each_page(const std::function<Page(const std::string& page_token)>& list, const std::string& what,
               const std::function<bool(const Page&)>& visit);

using picket::Result;

class Api {
 public:
  static constexpr int max_page = 500;  // the vendor's maximum for `limit`

  Api(const picket::Services&, const picket::Call&, std::string base_url);

  Account account();

  // Incident reports, newest first by `sort_field`; `status` empty = all.
  Page incidents(std::string_view sort_field, std::string_view status, int limit, const std::string& page_token);
  Page agents(const std::string& page_token);  // waits for seconds only: tickets open after it
  Page organizations(const std::string& page_token);

  // Every organization whose row can be read; the number of those that cannot comes back.
  std::size_t each_organization(const std::function<void(const Organization&)>& visit);

  // Single objects, several at once.
  std::vector<Result<picket::json::object>> incidents_by_id(std::span<const std::string> ids);
  std::vector<Result<Agent>> agents_by_id(std::span<const std::string> ids);
  std::vector<Result<Organization>> organizations_by_id(std::span<const std::string> ids);

  // All remediations of an incident, first page only where there are more than 500.
  std::vector<Result<std::vector<Remediation>>> remediations(std::span<const std::string> incident_ids);

 private:
  picket::HttpRequest request(const std::string& path_and_query) const;
  picket::json::object get(const std::string& path_and_query, std::chrono::milliseconds patience = std::chrono::milliseconds{0});
  Page list(const std::string& path_and_query, std::string_view key, std::chrono::milliseconds patience = std::chrono::milliseconds{0});
  template <class T>
  std::vector<Result<T>> each(std::span<const std::string> ids, const std::function<std::string(const std::string&)>& path,
                              const std::function<T(picket::json::object&&)>& read);

  const picket::Services& services_;
  const picket::Call& call_;
  std::string base_url_;
  std::string authorization_;
};

Organization read_organization(const picket::json::object&);

}  // namespace huntress
