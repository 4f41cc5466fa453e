#include "sdk/lifecycle/routing.hpp"

#include <doctest/doctest.h>

using namespace picket;
using namespace picket::lifecycle;

namespace {

Routing example() {
  Routing r;
  r.severities = {"low", "high", "critical"};
  r.priority_ids = {{"low", "P3"}, {"high", "P2"}, {"critical", "P1"}};
  r.board_id = "security";
  r.category_id = "cat";
  r.subcategory_id = "sub";
  r.fallback_client_id = "internal";
  r.fallback_board_id = "triage";
  return r;
}

Mapping mapped() {
  Mapping m;
  m.external_id = "7";
  m.client_id = "contoso";
  m.contact_id = "dana";
  return m;
}

}  // namespace

TEST_CASE("severity to priority") {
  const Routing r = example();
  struct {
    const char* severity;
    const char* priority;
    bool known;
  } const cases[] = {{"low", "P3", true},
                     {"high", "P2", true},
                     {"critical", "P1", true},
                     {"CRITICAL", "P1", true},
                     {"", "P2", false},
                     {"severe", "P2", false},
                     {"a severity of thirty characters", "P2", false}};
  for (const auto& c : cases) {
    CAPTURE(c.severity);
    CHECK(priority_for(r, c.severity) == c.priority);
    CHECK(rank_of(r, c.severity).known == c.known);
  }
}

TEST_CASE("only a raised severity raises the priority") {
  const Routing r = example();
  struct {
    const char* before;
    const char* now;
    const char* priority;
  } const cases[] = {{"low", "high", "P2"},   {"low", "critical", "P1"}, {"high", "critical", "P1"}, {"high", "high", ""},
                     {"critical", "low", ""}, {"high", "odd", ""},       {"odd", "critical", "P1"},  {"", "critical", ""}};
  for (const auto& c : cases) {
    CAPTURE(c.before);
    CAPTURE(c.now);
    CHECK(raised_priority(r, c.before, c.now).value_or("") == c.priority);
  }
}

TEST_CASE("where a ticket goes") {
  Routing r = example();
  CHECK(target_of(r, std::nullopt) == Target::fallback);
  Mapping m = mapped();
  CHECK(target_of(r, m) == Target::client);
  m.client_usable = false;
  CHECK(target_of(r, m) == Target::fallback);
  m.client_id.clear();
  CHECK(target_of(r, m) == Target::fallback);
  m.auto_create_tickets = false;
  CHECK(target_of(r, m) == Target::opted_out);
  m = mapped();
  m.auto_create_tickets = false;
  CHECK(target_of(r, m) == Target::opted_out);
}

TEST_CASE("a default client takes what has no client of its own") {
  Routing r = example();
  r.default_client_id = "house";
  CHECK(target_of(r, std::nullopt) == Target::client);
  Mapping m = mapped();
  CHECK(route(r, target_of(r, m), m, "low").client_id == "contoso");
  m.client_usable = false;
  CHECK(target_of(r, m) == Target::fallback);
  m = mapped();
  m.client_id.clear();
  const TicketDraft draft = route(r, target_of(r, m), m, "critical");
  CHECK(draft.client_id == "house");
  CHECK(draft.contact_id.empty());
  CHECK(draft.board_id == "security");
  CHECK(route(r, target_of(r, std::nullopt), std::nullopt, "low").client_id == "house");
  m.auto_create_tickets = false;
  CHECK(target_of(r, m) == Target::opted_out);
}

TEST_CASE("a routed draft") {
  Routing r = example();
  const TicketDraft on_client = route(r, Target::client, mapped(), "critical");
  CHECK(on_client.client_id == "contoso");
  CHECK(on_client.contact_id == "dana");
  CHECK(on_client.board_id == "security");
  CHECK(on_client.category_id == "cat");
  CHECK(on_client.subcategory_id == "sub");
  CHECK(on_client.priority_id == "P1");

  const TicketDraft on_fallback = route(r, Target::fallback, mapped(), "low");
  CHECK(on_fallback.client_id == "internal");
  CHECK(on_fallback.contact_id.empty());
  CHECK(on_fallback.board_id == "triage");
  CHECK(on_fallback.category_id.empty());
  CHECK(on_fallback.priority_id == "P3");

  r.fallback_board_id = r.board_id;
  CHECK(route(r, Target::fallback, std::nullopt, "low").category_id == "cat");
}
