// Texts of generated incidents: of the size and the kind that analysts and detection tools write. Deterministic for a seed. One thread.
#pragma once
#include <string>
#include <string_view>

#include "host-sim/sim/server/random.hpp"
#include "sdk/common/json.hpp"

namespace picket::sim::huntress {

struct Threat {
  std::string_view title;
  std::string_view indicator_type;
  std::string_view finding;  // what the analyst says was found
};

struct Scene {
  const Threat& threat;
  std::string where;  // a host name, or a user's address for cloud identities
  std::string organization;
  std::string when;
};

const Threat& host_threat(Random& random);
const Threat& identity_threat(Random& random);

std::string organization_name(std::size_t n);  // another one for every n
std::string person_name(Random& random);

std::string summary_text(Random& random, const Scene& scene);
std::string body_text(Random& random, const Scene& scene);

// `n` remediations with ids from `first_id`; for host incidents files and tasks, else accounts and sessions.
json::array remediation_list(Random& random, std::size_t n, std::int64_t first_id, bool on_host, const std::string& done_at);

}  // namespace picket::sim::huntress
