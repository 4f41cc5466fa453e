// The commands on a sample tenant with one ticket, number 1001, of a finding.
#pragma once
#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>

#include "host-sim/cli/commands.hpp"
#include "host-sim/store/psa.hpp"
#include "host-sim/store/tenant_psa.hpp"
#include "sdk/common/json.hpp"
#include "tests/host-sim/store/ticket_rows.hpp"
#include "tests/support/collected_log.hpp"
#include "tests/support/postgres/storages.hpp"
#include "tests/support/text.hpp"

namespace picket::test {

struct CommandFixture {
  explicit CommandFixture(test::StorageUnderTest& storage)
      : s(storage), sample(test::make_sample_tenant(s.db)), ticket_id(test::insert_ticket(s.db, sample, "finding")) {}

  // What the command prints; it must end with 0.
  std::string output(bool as_json, const std::function<int(cli::HostContext&, const cli::Console&)>& command) {
    operations::HostOptions options;
    options.database_url = s.url;
    options.manifests = PICKET_MANIFESTS;
    cli::HostContext context(options, log, cancel);
    const std::ostringstream captured;
    std::streambuf* const usual = std::cout.rdbuf(captured.rdbuf());
    int code = -1;
    try {
      code = command(context, cli::Console(as_json));
    } catch (...) {
      std::cout.rdbuf(usual);
      throw;
    }
    std::cout.rdbuf(usual);
    CHECK(code == cli::done);
    return captured.str();
  }
  json::object document(const std::function<int(cli::HostContext&, const cli::Console&)>& command) {
    return json::parse_object(output(true, command), "the output");
  }
  std::string refusal(const std::function<int(cli::HostContext&, const cli::Console&)>& command) {
    try {
      output(true, command);
    } catch (const Error& e) {
      CHECK((e.status() == Status::invalid || e.status() == Status::not_found));  // both end with 2
      return e.what();
    }
    return "nothing was refused";
  }

  test::StorageUnderTest& s;
  test::CollectedLog log;
  std::atomic<bool> cancel = false;
  test::SampleTenant sample;
  std::string ticket_id;
};

}  // namespace picket::test
