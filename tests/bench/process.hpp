// Programs that the benchmark runs, and what they cost. Thread: one.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace picket::bench {

struct Cost {
  double wall_seconds = 0;
  double processor_seconds = 0;         // of the program, user and system
  double server_processor_seconds = 0;  // of the database server, where there is one
  double peak_megabytes = 0;
};

struct Finished {
  std::string output;  // standard output; standard error is passed on
  int exit_code = -1;
  Cost cost;
};

// The first line of a file that a program is about to write. Throws std::runtime_error if none comes.
std::string wait_for_line(const std::filesystem::path& file);

// Runs a program to its end. Throws std::runtime_error if it cannot be started.
Finished run_program(const std::vector<std::string>& arguments);

// A program in the background, ended (SIGTERM) with the object.
class Background {
 public:
  explicit Background(const std::vector<std::string>& arguments);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

 private:
  pid_t pid_;
};

// Does the work in a process of its own and returns its cost: what it needed of memory does not show in the peaks of programs run later, as
// a program's peak begins with that of the process that starts it. Throws std::runtime_error if the work fails. `server_seconds` gives the
// database server's processor seconds so far.
Cost cost_of(const std::function<void()>& prepare, const std::function<void()>& measured, const std::function<double()>& server_seconds);

// Processor seconds of a process and its children, the finished ones included.
double processor_seconds_of_family(pid_t parent);

}  // namespace picket::bench
