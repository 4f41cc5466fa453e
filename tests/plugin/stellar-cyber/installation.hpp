// The simulated Stellar Cyber as tests arrange it: cases of one tenant, analysts who change them, and habits that differ between
// installations. Thread: one.
#pragma once
#include "host-sim/sim/stellar-cyber/stellar_cyber.hpp"
#include "tests/plugin/support/simulated_vendor.hpp"

namespace stellar::test {

namespace json = picket::json;
using picket::sim::stellar_cyber::Case;
using picket::test::answer;
using picket::test::Asked;
using picket::test::no_answer;

inline bool lists_cases(const Asked& a) { return a.path == "/cases"; }
inline bool comments(const Asked& a) { return a.method == "POST" && a.path.ends_with("/comments"); }
inline bool changes(const Asked& a) { return a.method == "PUT"; }
inline bool writes(const Asked& a) { return comments(a) || changes(a); }

class Installation final : public picket::test::SimulatedVendor {
 public:
  static constexpr const char* api_user = "u-api";

  explicit Installation(const picket::host::Clock& clock);

  // A case that came up now: High, New, score 80, of the tenant t1. The row may be changed at will.
  json::object& add_case(const std::string& id);
  void remove_case(const std::string& id);
  // An analyst changes members of the case: version, modified_at and modified_by follow.
  void change(const std::string& id, json::object members, const std::string& user = "u-alice");
  // An analyst comments. What that does to the case is up to `comments_modify` and `comments_count`.
  void comment(const std::string& id, const std::string& text, const std::string& user = "u-alice");
  void revoke_tokens();
  void limit_pages(std::int64_t rows) { data().quirks().limit_max = rows; }

  const std::map<std::string, Case>& cases() { return data().cases(); }
  Case& case_of(const std::string& id);
  json::object& row(const std::string& id) { return case_of(id).row; }
  std::string text(const std::string& id, std::string_view member) { return json::text_at(row(id), member).value_or(""); }
  // The texts of the case's comments that contain `part`.
  std::vector<std::string> comments_with(const std::string& id, std::string_view part);

  bool gives_total = true;
  bool from_is_exclusive = false;  // FROM~modified_at
  bool comments_modify = true;     // a comment changes modified_at and modified_by
  bool comments_count = true;      // and the version

 private:
  picket::sim::Answer answer_to(const picket::sim::Request&) override;
  picket::sim::Answer list(picket::sim::Request);
  template <class Work>
  void with_comment_habits(const std::string& id, Work&& work);
  picket::sim::stellar_cyber::Data& data() { return simulated_.data(); }

  const picket::host::Clock& clock_;
  picket::sim::stellar_cyber::StellarCyber simulated_;
};

}  // namespace stellar::test
