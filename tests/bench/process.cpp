#include "tests/bench/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace picket::bench {
namespace {

double seconds(const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; }
double seconds(const rusage& usage) { return seconds(usage.ru_utime) + seconds(usage.ru_stime); }

pid_t start(const std::vector<std::string>& arguments, int standard_output) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (standard_output >= 0)
    posix_spawn_file_actions_adddup2(&actions, standard_output, STDOUT_FILENO);
  else
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start " + arguments[0] + ": " + std::strerror(error));
  return pid;
}

std::string read_to_end(int file) {
  std::string text;
  char buffer[65536];
  for (ssize_t n = 0; (n = read(file, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  return text;
}

Cost own_cost(const std::function<void()>& work) {
  Cost cost;
  rusage before{};
  rusage after{};
  getrusage(RUSAGE_SELF, &before);
  const auto begin = std::chrono::steady_clock::now();
  work();
  cost.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  getrusage(RUSAGE_SELF, &after);
  cost.processor_seconds = seconds(after) - seconds(before);
  return cost;
}

// What /proc/PID/stat says, in clock ticks.
struct Times {
  pid_t parent = 0;
  long own = 0;
  long finished_children = 0;
};

Times times_of(const std::filesystem::path& process) {
  std::ifstream file(process / "stat");
  std::string line;
  std::getline(file, line);
  Times times;
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return times;  // it ended meanwhile
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  fields >> skipped >> times.parent;
  for (int i = 0; i < 9; ++i) fields >> skipped;
  long user = 0, system = 0, children_user = 0, children_system = 0;
  fields >> user >> system >> children_user >> children_system;
  times.own = user + system;
  times.finished_children = children_user + children_system;
  return times;
}

long ticks_of_family(pid_t parent) {
  const std::filesystem::path proc = "/proc";
  const Times head = times_of(proc / std::to_string(parent));
  long ticks = head.own + head.finished_children;
  for (const auto& entry : std::filesystem::directory_iterator(proc)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const Times times = times_of(entry.path());
    if (times.parent == parent) ticks += times.own;
  }
  return ticks;
}

}  // namespace

Finished run_program(const std::vector<std::string>& arguments) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
  const auto begin = std::chrono::steady_clock::now();
  const pid_t pid = start(arguments, ends[1]);
  close(ends[1]);
  Finished finished;
  finished.output = read_to_end(ends[0]);
  close(ends[0]);
  int status = 0;
  rusage usage{};
  if (wait4(pid, &status, 0, &usage) != pid) throw std::runtime_error("cannot wait for " + arguments[0]);
  finished.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  finished.cost.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  finished.cost.processor_seconds = seconds(usage);
  finished.cost.peak_megabytes = static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
  return finished;
}

Background::Background(const std::vector<std::string>& arguments) : pid_(start(arguments, -1)) {}

Background::~Background() {
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

Cost cost_of(const std::function<void()>& prepare, const std::function<void()>& measured, const std::function<double()>& server_seconds) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
  const pid_t pid = fork();
  if (pid < 0) throw std::runtime_error("cannot fork");
  if (pid == 0) {
    try {
      prepare();
      const double before = server_seconds();
      Cost cost = own_cost(measured);
      cost.server_processor_seconds = server_seconds() - before;
      _exit(write(ends[1], &cost, sizeof cost) == sizeof cost ? 0 : 1);
    } catch (const std::exception& e) {
      std::fprintf(stderr, "%s\n", e.what());
      _exit(1);
    }
  }
  close(ends[1]);
  Cost cost;
  const bool has_cost = read(ends[0], &cost, sizeof cost) == sizeof cost;
  close(ends[0]);
  waitpid(pid, nullptr, 0);
  if (!has_cost) throw std::runtime_error("the process that was measured failed");
  return cost;
}

double processor_seconds_of_family(pid_t parent) {
  // A child that ends while one looks is missed, so the largest of a few looks is right.
  long ticks = 0;
  for (int look = 0; look < 5; ++look) {
    ticks = std::max(ticks, ticks_of_family(parent));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::string wait_for_line(const std::filesystem::path& file) {
  for (int tries = 0; tries < 600; ++tries) {
    std::string line;
    if (std::getline(std::ifstream(file) >> std::ws, line)) return line;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error("a program did not start: nothing in " + file.string());
}

}  // namespace picket::bench
