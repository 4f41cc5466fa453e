#include "host-sim/cli/secret_source.hpp"

#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "picket/error.hpp"
#include "sdk/common/byte_order_mark.hpp"

namespace picket::cli {
namespace {

constexpr std::size_t max_secret_size = 16384;

class EchoOff {
 public:
  EchoOff() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
  }
  ~EchoOff() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

std::string ask(const std::string& name) {
  std::string value;
  if (::isatty(STDIN_FILENO) == 1) {
    std::cerr << name << ": " << std::flush;
    const EchoOff quiet;
    std::getline(std::cin, value);
    std::cerr << '\n';
  } else {
    std::getline(std::cin, value);
  }
  return value;
}

}  // namespace

std::string read_secret(const std::string& name, const std::string& source) {
  std::string value;
  if (source == "-") {
    value = ask(name);
  } else if (source.starts_with("env:")) {
    const std::string variable = source.substr(4);
    const char* found = std::getenv(variable.c_str());
    if (found == nullptr)
      throw Error(Status::invalid, "the secret " + name + " should come from the environment variable " + variable + ", which is not set",
                  "--secret");
    value = found;
  } else if (source.starts_with("file:")) {
    const std::string path = source.substr(5);
    std::ifstream file(path, std::ios::binary);
    std::error_code error;
    if (!file || std::filesystem::is_directory(path, error))
      throw Error(Status::invalid, "the secret " + name + " should come from the file " + path + ", which cannot be read", "--secret");
    std::stringstream text;
    text << file.rdbuf();
    value = text.str();
  } else {
    throw Error(Status::invalid, "the secret " + name + " must be given as env:VAR, file:PATH or - (asked for), never as its value",
                "--secret");
  }
  if (value.ends_with('\n')) value.pop_back();
  if (value.ends_with('\r')) value.pop_back();
  value.erase(0, value.size() - without_byte_order_mark(value).size());
  if (value.size() > max_secret_size)
    throw Error(Status::invalid,
                "the secret " + name + " from " + source + " has " + std::to_string(value.size()) + " bytes, more than the " +
                    std::to_string(max_secret_size) + " that a secret may have",
                "--secret");
  if (value.empty()) throw Error(Status::invalid, "the secret " + name + " is empty", "--secret");
  return value;
}

}  // namespace picket::cli
