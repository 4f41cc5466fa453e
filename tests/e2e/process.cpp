#include "tests/e2e/process.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace picket::e2e {
namespace {

// A file in memory: a child that writes much never waits for us, as it would at a full pipe.
int memory_file(const char* name) {
  const int fd = ::memfd_create(name, MFD_CLOEXEC);
  if (fd < 0) throw std::runtime_error("memfd_create failed");
  return fd;
}

std::string content_of(int fd) {
  std::string text;
  std::string buffer(1 << 16, '\0');
  off_t at = 0;
  for (;;) {
    const ssize_t n = ::pread(fd, buffer.data(), buffer.size(), at);
    if (n <= 0) return text;
    text.append(buffer, 0, static_cast<std::size_t>(n));
    at += n;
  }
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (auto& s : strings) out.push_back(s.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
  std::vector<std::string> out;
  for (char** e = environ; *e != nullptr; ++e) {
    const std::string entry = *e;
    if (!added.contains(entry.substr(0, entry.find('=')))) out.push_back(entry);
  }
  for (const auto& [name, value] : added)
    if (!value.empty()) out.push_back(name + "=" + value);
  return out;
}

}  // namespace

Process::Process(const Command& command) : out_fd_(memory_file("out")), err_fd_(memory_file("err")) {
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = environment_with(command.environment);
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(environment);
  const int in = memory_file("in");
  if (::write(in, command.input.data(), command.input.size()) != static_cast<ssize_t>(command.input.size()))
    throw std::runtime_error("write");
  ::lseek(in, 0, SEEK_SET);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) {
    ::dup2(in, STDIN_FILENO);
    ::dup2(out_fd_, STDOUT_FILENO);
    ::dup2(err_fd_, STDERR_FILENO);
    ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  ::close(in);
}

Process::~Process() {
  if (!ended_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(out_fd_);
  ::close(err_fd_);
}

void Process::signal(int number) const {
  if (!ended_) ::kill(pid_, number);
}

void Process::reap(int status) {
  ended_ = true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

bool Process::is_running() {
  int status = 0;
  if (!ended_ && ::waitpid(pid_, &status, WNOHANG) == pid_) reap(status);
  return !ended_;
}

Output Process::wait(std::chrono::seconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (is_running()) {
    if (std::chrono::steady_clock::now() > until) {
      MESSAGE("a command did not end in time and is killed");
      ::kill(pid_, SIGKILL);
      int status = 0;
      ::waitpid(pid_, &status, 0);
      reap(status);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return {exit_code_, content_of(out_fd_), content_of(err_fd_)};
}

std::string Process::first_line() {
  for (int i = 0; i < 6000; ++i) {
    const std::string text = content_of(out_fd_);
    if (const auto end = text.find('\n'); end != std::string::npos) return text.substr(0, end);
    if (!is_running()) break;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  FAIL("the command printed no line: " << content_of(err_fd_));
  return {};
}

std::string Process::url() {
  const std::string prefix = "listening on ";
  const std::string line = first_line();
  REQUIRE(line.starts_with(prefix));
  return line.substr(prefix.size());
}

Output run(const Command& command) { return Process(command).wait(); }

}  // namespace picket::e2e
