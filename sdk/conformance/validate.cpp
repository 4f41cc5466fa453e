#include "sdk/conformance/validate.hpp"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <optional>
#include <thread>
#include <utility>

#include "sdk/common/json.hpp"
#include "sdk/common/text.hpp"
#include "sdk/conformance/checks.hpp"

namespace picket::conformance {
namespace {

using Steady = std::chrono::steady_clock;

void write_line(int to, const json::object& o) {
  const std::string line = json::to_string(o) + "\n";
  for (std::size_t at = 0; at < line.size();) {
    const ssize_t n = write(to, line.data() + at, line.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    at += static_cast<std::size_t>(n);
  }
}

std::string printable(const std::string& s) { return text::clean_line(s, 500).text; }

// The child: one line before each check and one after it.
[[noreturn]] void run_child(int to, const std::filesystem::path& library, const ValidateOptions& options) {
  // The parent reports a crash; no inherited handler may.
  for (const int crash : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT}) std::signal(crash, SIG_DFL);
  // The provider's output must not mix with the parent's, which may be JSON.
  dup2(STDERR_FILENO, STDOUT_FILENO);
  try {
    run_checks(
        library, options,
        [&](const std::string& name) {
          write_line(to, {{"begin", name}});
        },
        [&](const Check& check) {
          write_line(to, {{"name", check.name}, {"passed", check.passed}, {"detail", printable(check.detail)}});
        });
  } catch (...) {
    _exit(70);
  }
  _exit(0);
}

// Collects the child's lines.
class Transcript {
 public:
  void add(std::string_view bytes) {
    pending_ += bytes;
    for (std::size_t end = 0; (end = pending_.find('\n')) != std::string::npos; pending_.erase(0, end + 1))
      add_line(std::string_view(pending_).substr(0, end));
  }
  // Records the check that began and never ended as failed.
  void fail_running(const std::string& detail) { checks.push_back({running.value_or("the provider ends well"), false, detail}); }

  std::vector<Check> checks;
  std::optional<std::string> running;

 private:
  void add_line(std::string_view line) {
    const json::object o = json::parse_object(line, "the validation's transcript");
    if (const auto begun = json::text_at(o, "begin")) {
      running = *begun;
      return;
    }
    running.reset();
    checks.push_back(
        {json::text_at(o, "name").value_or(""), json::bool_at(o, "passed").value_or(false), json::text_at(o, "detail").value_or("")});
  }

  std::string pending_;
};

// Reads to the end; false when the time is over first.
bool read_all(int from, Transcript& transcript, Steady::time_point until) {
  std::array<char, 4096> buffer{};
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Steady::now()).count();
    if (left <= 0) return false;
    pollfd ready{from, POLLIN, 0};
    if (poll(&ready, 1, static_cast<int>(std::min<long long>(left, 1000))) <= 0) continue;
    const ssize_t n = read(from, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return true;
    transcript.add({buffer.data(), static_cast<std::size_t>(n)});
  }
}

// Waits for the child, which may live on after it closed its end of the pipe; false when the time is over first, and the child was killed.
bool wait_for(pid_t child, int& status, Steady::time_point until) {
  while (true) {
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child || (ended < 0 && errno != EINTR)) return true;  // ECHILD: the process ignores SIGCHLD, so it has ended
    if (Steady::now() >= until) break;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  kill(child, SIGKILL);
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return false;
}

std::vector<Check> validate_in_child(const std::filesystem::path& library, const ValidateOptions& options) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw Error(Status::internal, std::string("no pipe for the validation: ") + std::strerror(errno));
  // The child must not print it a second time.
  std::cout.flush();
  std::fflush(stdout);
  const pid_t child = fork();
  if (child < 0) {
    close(ends[0]);
    close(ends[1]);
    throw Error(Status::internal, std::string("no child process for the validation: ") + std::strerror(errno));
  }
  if (child == 0) {
    close(ends[0]);
    run_child(ends[1], library, options);
  }
  close(ends[1]);
  Transcript transcript;
  const auto until = Steady::now() + options.time_limit;
  const bool read_to_end = read_all(ends[0], transcript, until);
  close(ends[0]);
  int status = 0;
  const bool ended = wait_for(child, status, read_to_end ? until : Steady::now()) && read_to_end;
  if (!ended)
    transcript.fail_running("did not end within " + std::to_string(options.time_limit.count()) + " s");
  else if (WIFSIGNALED(status))
    transcript.fail_running("crashed with signal " + std::to_string(WTERMSIG(status)) + " (" + strsignal(WTERMSIG(status)) + ")");
  else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || transcript.running)
    transcript.fail_running("ended the process with code " + std::to_string(WEXITSTATUS(status)));
  return std::move(transcript.checks);
}

}  // namespace

std::vector<Check> validate_provider(const std::filesystem::path& library, const ValidateOptions& options) {
  if (options.in_child_process) return validate_in_child(library, options);
  std::vector<Check> checks;
  run_checks(
      library, options, [](const std::string&) {}, [&](Check check) { checks.push_back(std::move(check)); });
  return checks;
}

bool all_passed(const std::vector<Check>& checks) {
  return !checks.empty() && std::all_of(checks.begin(), checks.end(), [](const Check& check) { return check.passed; });
}

}  // namespace picket::conformance
