// Reads what tickets still lack: parts of bodies and comments that could not be read at once; and looks for comments that changed nothing
// else. Costs a few requests per case, so it comes last in a poll and takes a few cases at a time. Thread: one call at a time.
#pragma once
#include <functional>
#include <string>

#include "plugin/stellar-cyber/tickets.hpp"

namespace stellar {

class Fill {
 public:
  Fill(const picket::Services&, const picket::Call&, Api&, Tickets&, picket::PollReport&);

  void run();

 private:
  std::vector<picket::Alert> first(picket::AlertState, std::size_t most, const std::function<bool(const picket::Alert&)>& wanted);
  void fill_incomplete();
  // It is not documented that a comment counts as a modification of its case. So each poll reads the comments of the few open cases that
  // were not looked at for the longest time.
  void look_for_comments();
  void apply(std::vector<picket::ChangeSet>);

  const picket::Services& services_;
  const picket::Call& call_;
  Api& api_;
  Tickets& tickets_;
  picket::PollReport& report_;
};

}  // namespace stellar
