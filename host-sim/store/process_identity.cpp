#include "host-sim/store/process_identity.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

#include "sdk/common/number.hpp"

namespace picket::store {
namespace {

std::string file_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The 22nd word of /proc/PID/stat; the second is the command in parentheses and may contain anything.
std::string start_time(long process) {
  const std::string stat = file_text("/proc/" + std::to_string(process) + "/stat");
  const auto command_end = stat.rfind(')');
  if (command_end == std::string::npos) return {};
  std::istringstream words(stat.substr(command_end + 1));
  std::string word;
  std::string state;
  for (int i = 3; i <= 22; ++i) {
    if (!(words >> word)) return {};
    if (i == 3) state = word;
  }
  if (state == "Z" || state == "X") return "ended";  // its parent has not collected it yet
  return word;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

std::string boot_identity() {
  std::string boot = file_text("/proc/sys/kernel/random/boot_id");
  while (!boot.empty() && boot.back() == '\n') boot.pop_back();
  std::error_code error;
  const auto numbers = std::filesystem::read_symlink("/proc/self/ns/pid", error);
  return boot + " " + (error ? std::string() : numbers.string());
}

}  // namespace

ProcessIdentity ProcessIdentity::of_this_process() {
  const long process = getpid();
  return {host_name(), boot_identity(), process, start_time(process)};
}

std::string ProcessIdentity::to_text() const { return host + "|" + boot + "|" + std::to_string(process) + "|" + started; }

std::optional<ProcessIdentity> ProcessIdentity::parse(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const auto end = text.find('|');
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  if (parts.size() != 4) return std::nullopt;
  const auto process = number_from<long>(parts[2]);
  if (!process) return std::nullopt;
  return ProcessIdentity{parts[0], parts[1], *process, parts[3]};
}

bool has_ended(const ProcessIdentity& process) {
  const auto own = ProcessIdentity::of_this_process();
  if (own.host != process.host || own.boot != process.boot || own.started.empty() || process.started.empty()) return false;
  const std::string started = start_time(process.process);
  if (!started.empty()) return started != process.started;
  return kill(static_cast<pid_t>(process.process), 0) != 0 && errno == ESRCH;  // a system may hide other users' processes
}

}  // namespace picket::store
