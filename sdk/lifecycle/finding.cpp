#include "sdk/lifecycle/finding.hpp"

namespace picket::lifecycle {

Finding unread_finding(const Alert& before, std::string error) {
  Finding f;
  f.external_id = before.external_id;
  f.state = before.resolved_at ? FindingState::closed : FindingState::open;
  f.alert = before;
  f.error = std::move(error);
  return f;
}

Finding gone_finding(const Alert& before, std::string_view status, Time now) {
  Finding f = unread_finding(before, {});
  f.state = FindingState::gone;
  f.alert.status = status;
  f.alert.resolved_at = now;
  f.alert.fingerprint = "gone";
  return f;
}

}  // namespace picket::lifecycle
