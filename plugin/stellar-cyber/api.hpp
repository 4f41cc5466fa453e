// The calls to Stellar Cyber's API that this provider makes. No description of it is public; paths and members are those of published
// clients. All paths are under /connect/api/v1.
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

#include "plugin/stellar-cyber/stellar_case.hpp"
#include "sdk/provider/provider.hpp"
#include "sdk/provider/vendor_answer.hpp"

namespace stellar {

using picket::Result;

struct CaseQuery {
  picket::Time modified_since;
  std::string tenant_id;  // empty = all
  int limit = 250;
  std::size_t skip = 0;
};

struct CasePage {
  picket::json::array rows;
  std::optional<std::int64_t> total;  // of all pages
};

struct User {
  std::string id, email, name;
};

// What a provider instance keeps between calls, shared by all that go on within one.
struct Session {
  std::string token;
  picket::Time token_expires_at{};
  std::vector<User> users;  // as last listed
};

class Api {
 public:
  // `session` outlives the Api.
  Api(const picket::Services&, const picket::Call&, std::string base_url, Session& session);

  void check();  // throws what a request for a token gives
  // Asks for a token if there is none that is good for a while; every other function does so itself. Throws as check().
  void sign_in();

  // In ascending order of modified_at, with summaries.
  CasePage cases(const CaseQuery&);
  std::vector<Result<Case>> cases_by_id(std::span<const std::string> ids);

  // Parts of several cases at once.
  std::vector<Result<std::string>> summaries(std::span<const std::string> ids);
  std::vector<Result<std::vector<Observables>>> observables(std::span<const std::string> ids);
  std::vector<Result<std::vector<CaseAlert>>> alerts(std::span<const std::string> ids);  // at most 200 of a case
  std::vector<Result<std::vector<Comment>>> comments(std::span<const std::string> ids);

  struct Write {
    std::string case_id;
    std::optional<std::string> comment;  // a comment, or
    picket::json::object change;         // members of the case
  };
  // Several at once, of different cases. A change may be repeated without harm and is; of a comment the outcome may be unknown.
  std::vector<Result<bool>> write(std::span<const Write>);

  std::string user_name() const;  // the API user, as configured
  std::string user_id();          // its id; empty where that cannot be known: not every API user may read the list of users
  // The name of the user with this id or email; empty where that cannot be known. An Api asks for the list of users once, if at all.
  std::string name_of(const std::string& user);

 private:
  const User* find_user(const std::string& id_or_email);
  void read_users();
  void renew();
  picket::HttpRequest request(const std::string& path) const;
  std::vector<picket::HttpAnswer> exchange(std::vector<picket::HttpRequest> requests);
  picket::json::object get(const std::string& path);
  template <class T>
  std::vector<Result<T>> each(std::span<const std::string> ids, const std::function<std::string(const std::string&)>& path,
                              const std::function<T(picket::json::object&&)>& read);

  const picket::Services& services_;
  const picket::Call& call_;
  std::string base_url_;
  Session& session_;
  bool has_asked_for_users_ = false;
};

}  // namespace stellar
