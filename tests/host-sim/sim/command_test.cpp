// The command itself: options, what it prints, how it ends.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "sdk/common/json.hpp"
#include "tests/host-sim/sim/simulated_account.hpp"
#include "tests/support/http_get.hpp"
#include "tests/support/tls_certificate.hpp"

using namespace picket;
using namespace picket::test;

namespace {

std::string content_of(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

// A child process with its output in files.
class Command {
 public:
  explicit Command(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), PICKET_VENDORS_COMMAND);
    std::vector<char*> argv;
    for (auto& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    const std::string out = out_.path();
    const std::string err = err_.path();
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      ::dup2(::open(out.c_str(), O_WRONLY), STDOUT_FILENO);
      ::dup2(::open(err.c_str(), O_WRONLY), STDERR_FILENO);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
  }
  ~Command() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  int exit_code() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
  }
  void signal(int number) const { ::kill(pid_, number); }
  std::string out() const { return content_of(out_.path()); }
  std::string err() const { return content_of(err_.path()); }

  std::string url() const {
    const std::string prefix = "listening on ";
    for (int i = 0; i < 1500; ++i) {
      const std::string line = out();
      if (line.starts_with(prefix) && line.ends_with("\n")) return line.substr(prefix.size(), line.size() - prefix.size() - 1);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    FAIL("the command does not listen: ", err());
    return {};
  }

 private:
  TemporaryFile out_{""};
  TemporaryFile err_{""};
  pid_t pid_ = -1;
};

std::string refusal(const std::vector<std::string>& arguments) {
  Command command(arguments);
  CHECK(command.exit_code() == 2);
  CHECK(command.out().empty());
  return command.err();
}

}  // namespace

TEST_CASE("the command serves, writes its URL and ends with 0 on SIGTERM and SIGINT") {
  for (const int number : {SIGTERM, SIGINT}) {
    const TemporaryFile port_file("");
    Command command({"huntress", "--port", "0", "--port-file", port_file.path(), "--incidents", "3", "--seed", "4", "--api-key", "k",
                     "--api-secret", "s"});
    const std::string url = command.url();
    CHECK(content_of(port_file.path()) == url + "\n");
    CHECK_FALSE(std::filesystem::exists(port_file.path() + ".tmp"));
    const auto answer = http_call("GET", url + "/v1/incident_reports", "", {"Authorization: " + basic_credentials("k", "s")});
    CHECK(answer.code == 200);
    CHECK(json::parse_object(answer.body, "answer").at("incident_reports").as_array().size() == 3);
    CHECK(http_call("GET", url + "/v1/account", "", {"Authorization: " + basic_credentials("hk_demo", "hs_demo")}).code == 401);
    command.signal(number);
    CHECK(command.exit_code() == 0);
  }
}

TEST_CASE("two servers of the same seed and base time answer the same bytes") {
  const std::vector<std::string> arguments{"huntress",    "--organizations",     "3", "--agents", "5", "--incidents", "40", "--seed", "11",
                                           "--base-time", "2026-01-02T03:04:05Z"};
  Command one(arguments);
  Command two(arguments);
  const auto a = http_call("GET", one.url() + "/_sim/incidents").body;
  CHECK(a.size() > 40 * 2000);
  CHECK(http_call("GET", two.url() + "/_sim/incidents").body == a);
}

TEST_CASE("the demonstration scenario loads and without data options there is something to see") {
  Command demo({"huntress", "--scenario", PICKET_DEMO_SCENARIO});
  Command plain({"huntress"});
  CHECK(json::parse(http_call("GET", demo.url() + "/_sim/organizations").body, "answer").as_array().size() == 5);
  CHECK(json::parse(http_call("GET", plain.url() + "/_sim/incidents").body, "answer").as_array().size() == 25);
}

TEST_CASE("wrong options end with 2 and say which") {
  CHECK(refusal({}).find("subcommand") != std::string::npos);
  CHECK(refusal({"stellar"}).find("stellar") != std::string::npos);
  CHECK(refusal({"huntress", "--nonsense"}).find("--nonsense") != std::string::npos);
  CHECK(refusal({"huntress", "--port", "65536"}).find("--port") != std::string::npos);
  CHECK(refusal({"huntress", "--rate-limit", "-1"}).find("--rate-limit") != std::string::npos);
  CHECK(refusal({"huntress", "--rate-window-seconds", "0"}).find("--rate-window-seconds") != std::string::npos);
  CHECK(refusal({"huntress", "--latency-ms", "soon"}).find("--latency-ms") != std::string::npos);
  CHECK(refusal({"huntress", "--page-token", "cursor"}).find("--page-token") != std::string::npos);
  CHECK(refusal({"huntress", "--closed-percent", "101"}).find("--closed-percent") != std::string::npos);
  CHECK(refusal({"huntress", "--incidents", "-3"}).find("--incidents") != std::string::npos);
  CHECK(refusal({"huntress", "--base-time", "yesterday"}).find("--base-time") != std::string::npos);
  CHECK(refusal({"huntress", "--tls-cert", "cert.pem"}).find("--tls-key") != std::string::npos);
  CHECK(refusal({"huntress", "--scenario", "/nonexistent.json"}).find("/nonexistent.json") != std::string::npos);
  CHECK(refusal({"huntress", "--log", "/nonexistent-folder/log"}).find("/nonexistent-folder/log") != std::string::npos);
  CHECK(refusal({"huntress", "--port-file", "/nonexistent-folder/port"}).find("/nonexistent-folder/port") != std::string::npos);
  const TemporaryFile bad(R"({"incidents":{}})");
  CHECK(refusal({"huntress", "--scenario", bad.path()}) ==
        "picket-vendors: scenario " + bad.path() + ": incidents: expected a list of objects\n");
}

TEST_CASE("--help ends with 0, a taken port with 1") {
  Command help({"huntress", "--help"});
  CHECK(help.exit_code() == 0);
  CHECK(help.out().find("--page-token") != std::string::npos);
  Command first({"huntress"});
  const std::string url = first.url();
  Command second({"huntress", "--port", url.substr(url.rfind(':') + 1)});
  CHECK(second.exit_code() == 1);
  CHECK(second.err().find("Cannot listen on 127.0.0.1:") != std::string::npos);
}
