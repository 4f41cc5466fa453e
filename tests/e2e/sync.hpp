// `picket serve` between two simulated sides: a vendor (Stellar Cyber or Huntress) and HaloPSA, configured by an environment file alone.
// Thread: one.
//
//   SyncedPair sync;
//   const std::string id = sync.add_case(R"({"name":"Phish"})");
//   sync.cycle();
//   CHECK(sync.ticket(id).at("summary") == "...");
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sdk/common/json.hpp"
#include "tests/e2e/process.hpp"
#include "tests/e2e/side.hpp"
#include "tests/support/postgres/storages.hpp"

namespace picket::e2e {

struct SyncedPairOptions {
  std::string provider = "stellar-cyber";  // or "huntress"
  Transport transport = Transport::plain;
  std::vector<std::string> vendor_options = {};  // none: an empty account
  std::vector<std::string> halo_options = {};
  std::map<std::string, std::string> keys = {};  // on top of the usual ones; an empty value takes one away
};

class SyncedPair {
 public:
  explicit SyncedPair(const SyncedPairOptions& options = {});

  Side& vendor() { return vendor_; }
  Side& halo() { return halo_; }
  const std::filesystem::path& folder() const { return folder_.path(); }
  std::string database() const { return (folder_.path() / "sqlite.db").string(); }
  std::map<std::string, std::string>& keys() { return keys_; }  // as the next command sees them

  // `picket COMMAND --env-file F [--provider P] ...`, with the keys in the file and none in the environment.
  Command command(std::vector<std::string> arguments) const;
  // The same with the keys in the environment and no file.
  Command command_without_file(std::vector<std::string> arguments) const;
  Output run(std::vector<std::string> arguments) const { return e2e::run(command(std::move(arguments))); }

  // `picket ARGUMENTS --json` on the pair's database, without its keys.
  Output picket(std::vector<std::string> arguments) const;

  // One cycle of `serve --once --json`; its document. cycle(): it must end with 0.
  json::object cycle();
  struct Cycle : Output {
    json::object document;
  };
  Cycle try_cycle();
  // Cycles until nothing moves any more, at most `most`; what is still failing then fails the test.
  void settle(int most = 20);

  // What failed is due again at once.
  void forget_waits() const;

  // Stellar Cyber: JSON members of a case; its _id comes back. Analysts act with "user".
  std::string add_case(const std::string& members);
  void change_case(const std::string& id, const std::string& members);  // as the product does it, not an analyst
  void analyst(const std::string& id, const std::string& members);      // "comment":"..", "status":".."
  std::vector<std::string> case_ids();
  json::object a_case(const std::string& id);
  std::vector<std::string> comments(const std::string& id);  // texts, oldest first

  // HaloPSA: tickets whose details link to a case (or incident), their notes in text form, and technicians' acts.
  json::array tickets() { return halo_.show("/_sim/tickets").as_array(); }
  std::vector<json::object> tickets_of(const std::string& finding);
  json::object ticket(const std::string& finding);                          // there must be exactly one
  std::vector<std::string> notes(const std::string& finding);               // without the action of the creation
  void technician(const std::string& finding, const std::string& members);  // "who":"Jane Doe","note":".."

  // Everything that is visible on both sides, for comparison.
  std::string sides();

 private:
  Command bare_command(std::vector<std::string> arguments) const;

  test::TemporaryFolder folder_;
  std::string provider_;
  std::optional<Certificate> certificate_;
  Side vendor_, halo_;
  std::map<std::string, std::string> keys_;
};

std::string joined(const std::vector<std::string>& texts);
std::size_t count_containing(const std::vector<std::string>& texts, const std::string& part);

}  // namespace picket::e2e
