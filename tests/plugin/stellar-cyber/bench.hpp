// The Stellar Cyber provider between the simulated Stellar Cyber and a PSA in memory. Thread: one.
#pragma once
#include "tests/plugin/stellar-cyber/installation.hpp"
#include "tests/plugin/support/provider_bench.hpp"

namespace stellar::test {

using picket::Status;
using picket::TicketEvent;
using picket::TicketEventKind;
using picket::test::Carried;
using picket::test::contains;
using picket::test::Polled;
using picket::test::Ticket;

class Bench : public picket::test::ProviderBench {
 public:
  Bench();

  std::string cursor() const { return psa.cursors.contains("cases") ? psa.cursors.at("cases") : std::string{}; }
  // Cases with the ids first..last, one every `apart`, the last one now.
  void add_cases(int first, int last, std::chrono::milliseconds apart = std::chrono::seconds{1});

  // An event of the case's ticket, with an id of its own.
  TicketEvent event(const std::string& case_id, TicketEventKind kind, const std::string& text = {}, const std::string& after = {});
  // Carries one event; its outcome.
  Status carry_one(const TicketEvent&);

  Installation vendor{clock};

 protected:
  picket::host::Http& http() override { return vendor; }

 private:
  int events_ = 0;
};

// The first poll, of nothing, is done.
struct Started : Bench {
  Started() {
    poll();
    clock.advance(std::chrono::minutes{5});
  }
};

// Polls for a while in which nobody does anything.
void quiet(Bench& b, int polls = 3);

// One case "c1" with its ticket, known to the vendor by its first comment and tag; the poll has seen both.
struct Linked : Bench {
  Linked();
};

// The end of a process: at its `calls`-th call every service fails, and all that come later.
class Mortal {
 public:
  explicit Mortal(std::size_t calls) : left_(calls) {}
  void operator()();
  bool is_dead() const { return dead_; }

 private:
  std::size_t left_;
  bool dead_ = false;
};

}  // namespace stellar::test
