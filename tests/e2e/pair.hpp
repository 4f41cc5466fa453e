// One pair of a vendor and a PSA as an analyst and a technician see it, so that one test runs over all of them: {Huntress, Stellar Cyber}
// x {the local PSA on SQLite, on PostgreSQL, HaloPSA}. The local PSA works by `picket poll`, HaloPSA by `picket serve --once`. Thread:
// one.
//
//   on_all_pairs([](const PairKind& kind) {
//     Pair pair(kind);
//     const std::string id = pair.vendor().open({.name = "Beacon", .organization = "Contoso"});
//     pair.psa().cycle();
//     CHECK(pair.psa().ticket("Beacon").client == "Contoso");
//   });
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/side.hpp"
#include "tests/e2e/world.hpp"

namespace picket::e2e {

struct PairKind {
  std::string vendor;          // "huntress" or "stellar-cyber"
  Storage* storage = nullptr;  // of the local PSA; null: HaloPSA

  bool is_local() const { return storage != nullptr; }
  bool is_huntress() const { return vendor == "huntress"; }
  std::string name() const { return vendor + " with " + (is_local() ? "the local PSA on " + storage->name : "HaloPSA"); }
};

void on_all_pairs(const std::function<void(const PairKind&)>& test);

struct PairOptions {
  bool auto_close = false;
  bool reopen = true;
  std::string on_news = {};              // onNewsForClosedTicket; empty: the default
  bool sync_priority = false;            // Stellar Cyber only
  bool tell_assignee = false;            // Stellar Cyber only
  std::string halopsa_priority = {};     // its id for all tickets; empty: by severity
  std::vector<std::string> quirks = {};  // of the simulated HaloPSA
};

struct NewFinding {
  std::string name;  // in the ticket's title; no other finding of the test may hold it
  std::string severity = "high";
  std::string organization = "Contoso";  // Contoso and Fabrikam are clients too, Initech is not
  bool closed = false;
};

// What happens at the vendor. Findings are known by the ids that open() returns.
class VendorHalf {
 public:
  // Where the simulated vendor shows its findings.
  VendorHalf(Side& side, std::string list, std::string id_member) : side_(side), list_(std::move(list)), id_member_(std::move(id_member)) {}
  virtual ~VendorHalf() = default;

  virtual std::string open(const NewFinding&) = 0;
  virtual void say_more(const std::string& id, const std::string& words) = 0;
  virtual void set_severity(const std::string& id, const std::string& severity) = 0;  // "critical", "high", "low"
  virtual void close(const std::string& id) = 0;
  virtual void reopen(const std::string& id) = 0;

  virtual std::string organization_id(const std::string& name) = 0;

  json::object finding(const std::string& id);  // as the vendor has it now
  std::string everything() { return json::to_string(side_.show(list_)); }

  Side& side() { return side_; }

 private:
  Side& side_;
  std::string list_, id_member_;
};

struct SeenTicket {
  std::string number, title, client, board, priority, assignee, status;
  bool closed = false;
  std::vector<std::string> notes;  // oldest first; the local PSA's first one records the opening
};

// What technicians see and do on the tickets, and the commands of whoever runs Picket. Tickets are known by their finding's name.
class PsaHalf {
 public:
  virtual ~PsaHalf() = default;

  virtual Side& vendor_side() = 0;
  virtual void set_up() = 0;  // once the vendor has its organizations
  virtual void cycle() = 0;   // must end with 0
  virtual void retry() = 0;   // a cycle in which what failed is due again, and may fail again
  virtual void settle() = 0;  // until nothing moves any more
  virtual std::vector<SeenTicket> tickets() = 0;
  virtual std::string everything() = 0;

  virtual void note(const std::string& finding, const std::string& words) = 0;
  virtual void set_priority(const std::string& finding, const std::string& name) = 0;
  virtual void assign(const std::string& finding, const std::string& person) = 0;
  virtual void close(const std::string& finding, const std::string& closure_note) = 0;
  virtual void reopen(const std::string& finding) = 0;

  // `picket ARGUMENTS` on the pair's database, with --json; must end with 0.
  virtual json::object picket(std::vector<std::string> arguments) = 0;
  virtual std::string tenant() const = 0;
  // The tables, to do what a test cannot wait for.
  virtual void edit(const std::string& sql) = 0;

  std::size_t tickets_of(const std::string& finding);
  SeenTicket ticket(const std::string& finding);  // there must be exactly one
};

class Pair {
 public:
  explicit Pair(const PairKind&, const PairOptions& options = {});

  VendorHalf& vendor() { return *vendor_; }
  PsaHalf& psa() { return *psa_; }
  std::string everything() { return vendor_->everything() + "\n" + psa_->everything(); }
  json::object status();                                                  // of its only connection
  void organization(const std::string& action, const std::string& name);  // "opt-out", "opt-in"

 private:
  std::string provider_;
  std::unique_ptr<PsaHalf> psa_;
  std::unique_ptr<VendorHalf> vendor_;
};

}  // namespace picket::e2e
