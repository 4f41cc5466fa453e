#include "sdk/host/manifest_check.hpp"

namespace picket::host {

void check_against_manifest(const LoadedProvider& provider, const Manifest& manifest) {
  const auto expect_equal = [&](const std::string& what, const std::string& actual, const std::string& announced) {
    if (actual == announced) return;
    throw Error(Status::invalid, provider.library().string() + " has the " + what + " \"" + actual + "\", but " + manifest.file.string() +
                                     " announces \"" + announced + "\"");
  };
  expect_equal("id", provider.id(), manifest.id);
  expect_equal("category", provider.category(), manifest.category);
  expect_equal("contract major number", std::to_string(provider.entry().abi_major), std::to_string(manifest.abi_major));
}

void check_against_manifest(const ProviderSession& session, const Manifest& manifest) {
  for (const std::string& capability : manifest.capabilities) {
    const bool offered =
        (capability == "check" && session.can_check()) || (capability == "organizations" && session.can_list_organizations()) ||
        (capability == "poll" && session.can_poll()) || (capability == "ticket_events" && session.can_take_ticket_events());
    if (!offered)
      throw Error(Status::invalid,
                  manifest.file.string() + " announces the capability \"" + capability + "\", which the provider does not offer",
                  "capabilities");
  }
}

}  // namespace picket::host
