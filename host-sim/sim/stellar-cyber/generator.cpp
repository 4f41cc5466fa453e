#include "host-sim/sim/stellar-cyber/generator.hpp"

#include <algorithm>
#include <array>

#include "host-sim/sim/stellar-cyber/prose.hpp"
#include "host-sim/sim/stellar-cyber/times.hpp"

namespace picket::sim::stellar_cyber {
namespace {

const char* severity_of(std::uint64_t score) { return score >= 85 ? "Critical" : score >= 65 ? "High" : score >= 40 ? "Medium" : "Low"; }

class Generation {
 public:
  Generation(Data& data, const GeneratorOptions& options) : data_(data), options_(options), random_(options.seed) {}

  void run() {
    for (std::size_t i = 0; i < options_.cases; ++i) add_case(i);
  }

 private:
  Time made_at(std::size_t i) const {
    const auto span = std::chrono::milliseconds(std::chrono::days{options_.days}) / static_cast<std::int64_t>(options_.cases);
    return options_.base_time - span * static_cast<std::int64_t>(options_.cases - 1 - i);
  }

  void add_case(std::size_t i) {
    const Scene scene{some_story(random_), tenant_name(random_.below(std::max<std::size_t>(options_.tenants, 1))), host_name(random_),
                      user_name(random_), address(random_)};
    const std::uint64_t score = 20 + random_.below(80);
    const std::int64_t at = milliseconds_of(made_at(i));
    data_.apply({{"name", case_name(scene)},
                 {"score", score},
                 {"severity", severity_of(score)},
                 {"status", random_.percent(options_.closed_percent) ? "Resolved" : "New"},
                 {"tenant_name", scene.tenant},
                 {"created_at", at},
                 {"modified_at", at},
                 {"summary", summary_text(scene, options_.alerts)},
                 {"observables", observables(random_, scene)},
                 {"alerts", alert_list(random_, options_.alerts)}},
                options_.base_time, "generated");
  }

  Data& data_;
  const GeneratorOptions& options_;
  Random random_;
};

}  // namespace

void generate(Data& data, const GeneratorOptions& options) { Generation(data, options).run(); }

}  // namespace picket::sim::stellar_cyber
