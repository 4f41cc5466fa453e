// Gives a provider its connection's secrets from the vault, by the names of its manifest.
// Thread: that of the provider's call.
#pragma once
#include <string>

#include "host-sim/vault/vault.hpp"
#include "sdk/host/services.hpp"

namespace picket::vault {

class VaultSecrets final : public host::Secrets {
 public:
  VaultSecrets(const Vault& vault, std::string tenant) : vault_(vault), tenant_(std::move(tenant)) {}
  std::optional<std::string> get(std::string_view name) override { return vault_.get(tenant_, name); }

 private:
  const Vault& vault_;
  std::string tenant_;
};

}  // namespace picket::vault
