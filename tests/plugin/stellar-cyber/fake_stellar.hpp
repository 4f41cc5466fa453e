// Stellar Cyber behind the host's HTTP service: cases with their parts from memory, access tokens that end, people who change cases, and
// the faults that a test asks for. Thread: one.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sdk/common/json.hpp"
#include "sdk/host/services.hpp"

namespace stellar::test {

namespace json = picket::json;

// What one request asks for.
struct Asked {
  std::string method;
  std::string path;  // below /connect/api/v1: "/cases/c1/comments"
  std::map<std::string, std::string> query;
  std::string authorization;
  std::string body;
  bool repeatable = true;

  std::string parameter(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string{} : found->second;
  }
  bool lists_cases() const { return path == "/cases"; }
  bool comments() const { return method == "POST" && path.ends_with("/comments"); }
  bool changes() const { return method == "PUT"; }
  bool writes() const { return comments() || changes(); }
};

picket::HttpAnswer answer(int code, std::string body = {});
// No answer came, and `status` says what is known of the request.
picket::HttpAnswer no_answer(picket::Status status);

struct FakeCase {
  json::object row;
  json::value summary = "What happened.";
  json::value observables = json::object();
  json::array alerts, comments;
};

class FakeStellar final : public picket::host::Http {
 public:
  static constexpr const char* api_user = "u-api";

  explicit FakeStellar(const picket::host::Clock& clock) : clock_(clock) {}

  void exchange(const picket::host::Call&, std::span<const picket::HttpRequest>,
                const std::function<void(std::size_t, picket::HttpAnswer&&)>& visit) override;
  std::uint64_t sent() const override { return asked.size(); }

  // A case that came up now: High, New, score 80, of the tenant t1. The row may be changed at will.
  json::object& add_case(const std::string& id);
  // Somebody changes members of the case: version, modified_at and modified_by follow.
  void change(const std::string& id, const json::object& members, const std::string& user = "u-alice");
  // Somebody comments. What that does to the case is up to `comments_modify` and `comments_count`.
  void comment(const std::string& id, const std::string& text, const std::string& user = "u-alice");
  void revoke_tokens() { tokens_.clear(); }

  json::object& row(const std::string& id) { return cases.at(id).row; }
  std::string text(const std::string& id, std::string_view member) { return json::text_at(row(id), member).value_or(""); }
  // The texts of the case's comments that contain `part`.
  std::vector<std::string> comments_with(const std::string& id, std::string_view part) const;
  std::size_t count(const std::function<bool(const Asked&)>& which) const;
  std::size_t count(const std::string& path_end) const;  // requests to paths that end so
  std::string log() const;                               // for messages of tests

  std::map<std::string, FakeCase> cases;
  std::vector<Asked> asked;
  std::vector<std::size_t> batches;  // how many requests went out at once
  std::size_t limit_max = 250;       // rows of a page, however many are asked for
  bool tells_total = true;
  bool from_is_exclusive = false;  // FROM~modified_at
  bool comments_modify = true;     // a comment changes modified_at and modified_by
  bool comments_count = true;      // and the version
  std::chrono::seconds token_time{600};
  // Answers instead of the vendor where it returns something: before the request has its effect, or after that.
  std::function<std::optional<picket::HttpAnswer>(const Asked&)> fault, fault_after;
  // Called before and after the effect. What they throw is what the provider gets.
  std::function<void()> on_call, on_effect;

 private:
  picket::HttpAnswer answer_to(const Asked&);
  picket::HttpAnswer token(const Asked&);
  picket::HttpAnswer list(const Asked&) const;
  picket::HttpAnswer of_case(const Asked&, FakeCase&, const std::string& part);
  void modified(FakeCase&, const std::string& user, bool counts);
  std::int64_t now_ms() const;

  const picket::host::Clock& clock_;
  std::map<std::string, picket::Time> tokens_;  // good until
  std::size_t made_ = 0;
};

}  // namespace stellar::test
