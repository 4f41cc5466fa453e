#include "host-sim/config/known_keys.hpp"

#include <algorithm>

#include "host-sim/config/runtime_keys.hpp"
#include "sdk/common/ascii.hpp"
#include "sdk/common/text.hpp"
#include "sdk/host/settings.hpp"

namespace picket::config {
namespace {

// "HALOPSA_", "STELLAR_": how the keys of a side begin.
std::string_view prefix_of(std::string_view key) {
  const auto mark = key.find('_');
  return mark == std::string_view::npos ? std::string_view{} : key.substr(0, mark + 1);
}

// STELLAR_SSL_VERIFY is STELLAR_VERIFY_SSL in another order.
std::vector<std::string_view> sorted_words(std::string_view key) {
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin <= key.size();) {
    const std::size_t end = std::min(key.find('_', begin), key.size());
    words.push_back(key.substr(begin, end - begin));
    begin = end + 1;
  }
  std::sort(words.begin(), words.end());
  return words;
}

}  // namespace

bool is_runtime_key(std::string_view key) {
  const auto keys = runtime_keys();
  return std::any_of(keys.begin(), keys.end(), [&](const RuntimeKey& k) { return k.name == key; });
}

std::vector<std::string> keys_of(const psa::PsaKind& kind) {
  std::vector<std::string> names;
  for (const psa::PsaKey& key : kind.keys) names.emplace_back(key.name);
  return names;
}

std::vector<std::string> keys_of(const host::Manifest& manifest) {
  std::vector<std::string> keys{manifest.base_url_env, manifest.verify_tls_env, manifest.transport_env};
  for (const host::SecretField& field : manifest.secrets) keys.push_back(field.env);
  for (const host::SettingField& field : host::setting_fields(manifest)) keys.push_back(field.env);
  std::erase(keys, "");
  return keys;
}

std::vector<std::string> distinctive_keys_of(const host::Manifest& manifest, std::span<const psa::PsaKind> psas) {
  std::vector<std::string> keys = keys_of(manifest);
  std::erase_if(keys, [&](const std::string& key) {
    return is_runtime_key(key) || key == manifest.transport_env || std::any_of(psas.begin(), psas.end(), [&](const psa::PsaKind& kind) {
             return !kind.keys.empty() && prefix_of(key) == prefix_of(kind.keys.front().name);
           });
  });
  return keys;
}

KnownKeys::KnownKeys(std::span<const host::Manifest* const> manifests, const host::Manifest* chosen, std::span<const psa::PsaKind> psas) {
  for (const RuntimeKey& key : runtime_keys()) known_.emplace(key.name);
  for (const std::string_view key : library_keys()) known_.emplace(key);
  for (const psa::PsaKind& kind : psas)
    for (const psa::PsaKey& key : kind.keys) {
      known_.emplace(key.name);
      prefixes_.emplace(prefix_of(key.name));
    }
  if (chosen != nullptr)
    for (std::string& key : keys_of(*chosen)) known_.insert(std::move(key));
  for (const host::Manifest* manifest : manifests)
    for (const std::string& key : keys_of(*manifest)) {
      if (!known_.contains(key)) others_.emplace(key, manifest->id);
      if (!is_runtime_key(key)) prefixes_.emplace(prefix_of(key));
    }
  prefixes_.erase("");
}

bool KnownKeys::begins_like_ours(std::string_view key) const { return prefixes_.contains(prefix_of(key)); }

std::string_view KnownKeys::other_provider(std::string_view key) const {
  const auto other = others_.find(key);
  return other == others_.end() ? std::string_view{} : std::string_view(other->second);
}

KnownKeys::Near KnownKeys::nearest(std::string_view key) const {
  const std::string word = ascii::upper(key);
  const auto words = sorted_words(word);
  const auto same_words =
      std::find_if(known_.begin(), known_.end(), [&](const std::string& candidate) { return sorted_words(candidate) == words; });
  if (same_words != known_.end()) return {*same_words, true};
  std::string near = text::nearest(word, known_);
  const bool is_slip = !near.empty() && text::edit_distance(word, near) <= 2;
  return {std::move(near), is_slip};
}

}  // namespace picket::config
