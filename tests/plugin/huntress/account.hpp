// The simulated Huntress account as tests arrange it. Thread: one.
#pragma once
#include "host-sim/sim/huntress/huntress.hpp"
#include "tests/plugin/support/simulated_vendor.hpp"

namespace huntress::test {

namespace json = picket::json;
using picket::test::answer;
using picket::test::Asked;

inline bool lists(const Asked& asked, std::string_view what) { return asked.path == "/v1/" + std::string(what); }

class Account final : public picket::test::SimulatedVendor {
 public:
  // A row of the account: assigning to a member changes the row, and nothing but that member.
  class Incident {
   public:
    class Member {
     public:
      Member(Incident& incident, std::string name) : incident_(incident), name_(std::move(name)) {}
      template <class Value>
      void operator=(Value&& value) {
        incident_.account_.set(incident_.id_, {{name_, json::value(std::forward<Value>(value))}});
      }

     private:
      Incident& incident_;
      std::string name_;
    };

    Incident(Account& account, std::int64_t id) : account_(account), id_(id) {}
    Member operator[](std::string name) { return {*this, std::move(name)}; }

   private:
    Account& account_;
    std::int64_t id_;
  };

  explicit Account(const picket::host::Clock& clock);

  Incident add_incident(std::int64_t id, const std::string& updated_at, const std::string& status = "sent");
  Incident incident(std::int64_t id) { return {*this, id}; }
  void add(json::object incident);  // as it is given
  void set(std::int64_t id, json::object members);
  void remove_incident(std::int64_t id);
  void add_agents(std::int64_t first, std::int64_t last);
  void add_organization(std::int64_t id, const std::string& name);

  json::object row(std::int64_t id);                       // an incident as it is served
  std::size_t count(const std::string& path_begin) const;  // requests to paths that begin so

 private:
  picket::sim::Answer answer_to(const picket::sim::Request&) override;
  void apply(picket::sim::huntress::Kind, json::object row);

  const picket::host::Clock& clock_;
  picket::sim::huntress::Huntress simulated_;
};

}  // namespace huntress::test
