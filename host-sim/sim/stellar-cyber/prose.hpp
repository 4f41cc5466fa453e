// Names and texts of generated cases, of the kind that the product writes. Deterministic for a seed. One thread.
#pragma once
#include <string>
#include <string_view>

#include "host-sim/sim/server/random.hpp"
#include "sdk/common/json.hpp"

namespace picket::sim::stellar_cyber {

struct Story {
  std::string_view title;  // "{host}" and "{user}" stand for the scene's
  std::string_view stage;  // of the kill chain
  std::string_view finding;
};

struct Scene {
  const Story& story;
  std::string tenant;
  std::string host;
  std::string user;
  std::string address;
};

const Story& some_story(Random& random);
std::string tenant_name(std::size_t n);  // another one for every n
std::string host_name(Random& random);
std::string user_name(Random& random);
std::string address(Random& random);

std::string case_name(const Scene& scene);
std::string summary_text(const Scene& scene, std::size_t alerts);
json::object observables(Random& random, const Scene& scene);
json::array alert_list(Random& random, std::size_t n);

}  // namespace picket::sim::stellar_cyber
