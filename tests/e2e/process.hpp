// Child processes with their output caught. Thread: one per object.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/text.hpp"

namespace picket::e2e {

using test::contains;
using test::file_text;
using test::text_at;
using test::words;

struct Output {
  int exit_code = -1;  // 1000 + the signal's number, when one ended it
  std::string out;
  std::string err;
};

struct Command {
  std::vector<std::string> arguments;              // the program's path first
  std::map<std::string, std::string> environment;  // added to ours; an empty value removes
  std::string input;                               // its standard input
};

// A running command; killed and reaped when the object goes.
class Process {
 public:
  explicit Process(const Command&);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t id() const { return pid_; }
  void signal(int number) const;
  bool is_running();  // does not wait

  // Waits until it ends; after the limit it is killed, and the exit code says so.
  Output wait(std::chrono::seconds limit = std::chrono::seconds{120});

  // The first line of its standard output; fails the test if none comes.
  std::string first_line();
  // The address behind "listening on " in that line.
  std::string url();

 private:
  void reap(int status);

  pid_t pid_ = -1;
  bool ended_ = false;
  int exit_code_ = -1;
  int out_fd_ = -1, err_fd_ = -1;
};

Output run(const Command&);

}  // namespace picket::e2e
