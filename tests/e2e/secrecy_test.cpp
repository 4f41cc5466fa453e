// Secrets are nowhere but encrypted in the vault.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/e2e/world.hpp"

using namespace picket;
using namespace picket::e2e;

namespace {

const std::string key = "hk_9f2c71d0aa41";
const std::string secret = "hs_c0ffee0b5e55ed";
// As they travel in the header: the base64 of "key:secret" must not be anywhere either.
const std::string header = "aGtfOWYyYzcxZDBhYTQxOmhzX2MwZmZlZTBiNWU1NWVk";

void check_clean(const std::string& text, const std::string& where) {
  CAPTURE(where);
  for (const std::string& word : {key, secret, header}) CHECK(text.find(word) == std::string::npos);
}

}  // namespace

STORAGE_TEST_CASE(storage, "secrets appear in no output, log, database, file or command line") {
  World world(storage, {.vendor = {"--incidents", "3", "--organizations", "2", "--agents", "2", "--api-key", key, "--api-secret", secret,
                                   "--latency-ms", "50"},
                        .connect = false});
  const std::map<std::string, std::string> given{{"HUNTRESS_KEY", key}, {"HUNTRESS_SECRET", secret}};
  const auto check = [&](std::vector<std::string> arguments, bool json = true) {
    Command command = world.command(std::move(arguments), json);
    command.environment.insert({"SPDLOG_LEVEL", "trace"});
    for (const auto& [name, value] : given) command.environment[name] = value;
    Process process(command);
    std::string seen;
    while (process.is_running()) {
      seen += file_text("/proc/" + std::to_string(process.id()) + "/cmdline");
      std::this_thread::sleep_for(std::chrono::milliseconds{3});
    }
    const Output output = process.wait();
    check_clean(seen, "the command line");
    check_clean(output.out, "standard output");
    check_clean(output.err, "standard error");
    return output.exit_code;
  };
  const std::vector<std::string> connect{"connect",    "huntress",
                                         "--tenant",   tenant_name,
                                         "--base-url", world.vendor().url(),
                                         "--secret",   "api_key=env:HUNTRESS_KEY",
                                         "--secret",   "api_secret=env:HUNTRESS_SECRET"};
  world.vendor().fault(R"({"path":"/v1/account","kind":"401","times":1})");
  CHECK(check(connect) == 1);
  CHECK(check(connect) == 0);
  world.settings({"boardId=Security", "fallbackBoardId=Triage", "fallbackClientId=Internal"});
  CHECK(check({"poll", "huntress", "--tenant", tenant_name}) == 0);
  for (const char* kind : {"401", "html", "truncated", "empty"}) {
    world.vendor().clear_faults();
    world.vendor().fault(R"({"path":"/v1/incident_reports","kind":")" + std::string(kind) + R"(","times":-1})");
    if (std::string(kind) != "truncated") CHECK(check({"poll", "huntress", "--tenant", tenant_name}) == 1);
  }
  world.vendor().clear_faults();
  // A vendor that repeats the credentials in its data.
  world.vendor().incident(R"({"id":5,"organization_id":1,"severity":"high","subject":"s","summary":"x"})");
  CHECK(check({"poll", "huntress", "--tenant", tenant_name}) == 0);
  CHECK(check({"settings", "get", "huntress", "--tenant", tenant_name}) == 0);
  CHECK(check({"status"}, false) == 0);
  CHECK(check({"status"}) == 0);
  check_clean(dump(storage), "the database");

  const auto data = world.folder() / "data";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data))
    if (entry.is_regular_file()) check_clean(file_text(entry.path()), entry.path().string());
  if (!storage.is_postgresql()) {
    const std::string file = storage.url.substr(std::string("sqlite:").size());
    check_clean(file_text(file), "the database file");
    check_clean(file_text(file + "-wal"), "the database's log");
  }
  CHECK(file_text(data / "vault.json").find("huntress_api_key") != std::string::npos);
  for (const char* name : {"vault.json", "vault.key"}) {
    struct stat info {};
    CAPTURE(name);
    REQUIRE(::stat((data / name).c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
  }
}

STORAGE_TEST_CASE(storage, "another vault key cannot read the secrets, and says so") {
  World world(storage);
  const auto other = world.folder() / "other.key";
  std::ofstream(other) << std::string(64, 'a');
  std::filesystem::permissions(other, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  const Result failed = world.picket({"poll", "huntress", "--tenant", tenant_name}, {{"PICKET_VAULT_KEY_FILE", other.string()}});
  CHECK(failed.exit_code != 0);
  CHECK(failed.exit_code != 3);
  CHECK(failed.err.find("key") != std::string::npos);
  world.poll();
}
