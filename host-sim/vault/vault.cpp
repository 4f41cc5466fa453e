#include "host-sim/vault/vault.hpp"

#include "host-sim/vault/cipher.hpp"
#include "host-sim/vault/files.hpp"
#include "host-sim/vault/key.hpp"
#include "sdk/common/base64.hpp"
#include "sdk/common/json.hpp"

namespace picket::vault {
namespace {

// vault.json: {"version": 1, "records": {tenant: {name: {"key", "nonce", "ciphertext", "tag"}}}}
constexpr std::int64_t format_version = 1;

std::filesystem::path lock_file(const std::filesystem::path& folder) { return folder / "vault.lock"; }

std::string context_of(std::string_view tenant, std::string_view name) {
  return "picket vault 1:" + std::to_string(tenant.size()) + ":" + std::string(tenant) + ":" + std::string(name);
}

std::string record_for_people(std::string_view tenant, std::string_view name) {
  return "the secret \"" + std::string(name) + "\" of tenant " + std::string(tenant);
}

json::object read_records(const std::filesystem::path& folder) {
  const auto path = records_file(folder);
  const auto content = read_file(path);
  if (!content) return {};
  require_private(path);
  auto document = json::parse_object(*content, path.string());
  if (json::integer_at(document, "version") != format_version)
    throw Error(Status::unsupported, path.string() + " was written by another version of Picket");
  auto* records = document.if_contains("records");
  if (records == nullptr || !records->is_object()) throw Error(Status::invalid, path.string() + " is damaged: it has no records");
  return std::move(records->get_object());
}

void write_records(const std::filesystem::path& folder, json::object records) {
  json::object document;
  document["version"] = format_version;
  document["records"] = std::move(records);
  replace_file(records_file(folder), json::to_string(document) + "\n");
}

struct Keys {
  Key current;
  std::optional<Key> previous;
};

// `own`: the key belongs to the data folder, and is created if there is none and no record needs one.
Keys read_keys(const std::filesystem::path& folder, const std::filesystem::path& key_file, bool own) {
  auto current = read_key(key_file);
  if (!current && own) {
    const bool needed = !read_records(folder).empty();
    if (needed) current = read_key(key_file);  // another process may just have created both
    if (needed && !current)
      throw Error(Status::unavailable, "the vault's key " + key_file.string() + " is missing, but " + records_file(folder).string() +
                                           " holds secrets that only it opens; put the key file back, or remove " +
                                           records_file(folder).string() + " and connect again");
    if (!current) static_cast<void>(create_file(key_file, key_file_text(Key::random())));  // another process may have been faster
    current = read_key(key_file);
  }
  if (!current) throw Error(Status::unavailable, "there is no vault key file " + key_file.string());
  return {*current, read_key(previous_key_file(key_file))};
}

json::object to_record(const Key& key, const Sealed& sealed) {
  return {{"key", key.id()},
          {"nonce", base64_encode(sealed.nonce)},
          {"ciphertext", base64_encode(sealed.ciphertext)},
          {"tag", base64_encode(sealed.tag)}};
}

std::string open_record(const Keys& keys, std::string_view tenant, std::string_view name, const json::value& value) {
  const auto damaged = [&] {
    return Error(Status::invalid, record_for_people(tenant, name) + " was changed or damaged in the vault; store it again");
  };
  const json::object* record = value.if_object();
  if (record == nullptr) throw damaged();
  Sealed sealed;
  for (const auto& [member, part] :
       {std::pair{"nonce", &sealed.nonce}, std::pair{"ciphertext", &sealed.ciphertext}, std::pair{"tag", &sealed.tag}}) {
    const auto text = json::text_at(*record, member);
    auto bytes = text ? base64_decode(*text) : std::nullopt;
    if (!bytes) throw damaged();
    *part = std::move(*bytes);
  }
  const auto key_id = json::text_at(*record, "key").value_or("");
  bool known_key = false;
  for (const Key* key : {&keys.current, keys.previous ? &*keys.previous : nullptr}) {
    if (key == nullptr) continue;
    if (auto secret = open(*key, context_of(tenant, name), sealed)) return std::move(*secret);
    known_key = known_key || key->id() == key_id;
  }
  if (known_key) throw damaged();
  throw Error(Status::auth,
              record_for_people(tenant, name) + " was written to the vault with another key; put that key back, or store the secret again");
}

// Encrypts the records of the previous key with the current one. Records that cannot be read stay as they are.
void renew_records(const Keys& keys, json::object& records) {
  if (!keys.previous) return;
  const std::string previous = keys.previous->id();
  for (auto& tenant : records) {
    if (!tenant.value().is_object()) continue;
    for (auto& record : tenant.value().get_object()) {
      if (!record.value().is_object() || json::text_at(record.value().get_object(), "key") != previous) continue;
      try {
        std::string secret = open_record(keys, tenant.key(), record.key(), record.value());
        record.value() = to_record(keys.current, seal(keys.current, context_of(tenant.key(), record.key()), secret));
        wipe(secret);
      } catch (const Error&) {
      }
    }
  }
}

}  // namespace

std::filesystem::path records_file(const std::filesystem::path& folder) { return folder / "vault.json"; }

std::vector<std::string> tenants_of(const std::filesystem::path& folder) {
  std::vector<std::string> tenants;
  try {
    for (const auto& tenant : read_records(folder)) tenants.emplace_back(tenant.key());
  } catch (const Error&) {
  }
  return tenants;
}

Vault::Vault(std::filesystem::path folder, std::filesystem::path key_file)
    : folder_(std::move(folder)),
      key_file_(key_file.empty() ? folder_ / "vault.key" : std::move(key_file)),
      own_key_(key_file_ == folder_ / "vault.key") {
  make_private_folder(folder_);
  read_keys(folder_, key_file_, own_key_);
}

void Vault::put(std::string_view tenant, std::string_view name, std::string_view secret) {
  const FileLock lock(lock_file(folder_));
  const Keys keys = read_keys(folder_, key_file_, own_key_);
  auto records = read_records(folder_);
  renew_records(keys, records);
  auto& names = records[tenant];
  if (!names.is_object()) names.emplace_object();
  names.get_object()[name] = to_record(keys.current, seal(keys.current, context_of(tenant, name), secret));
  write_records(folder_, std::move(records));
}

std::optional<std::string> Vault::get(std::string_view tenant, std::string_view name) const {
  std::optional<json::value> seen;
  while (true) {
    // Records are read before keys, because a record is never written before the file of its key exists.
    const auto records = read_records(folder_);
    const json::object* names = json::object_at(records, tenant);
    const json::value* record = names == nullptr ? nullptr : names->if_contains(name);
    if (record == nullptr) return std::nullopt;
    try {
      return open_record(read_keys(folder_, key_file_, own_key_), tenant, name, *record);
    } catch (const Error& e) {
      // The key, and the record with it, may have been changed between reading the two.
      if (e.status() != Status::auth || seen == *record) throw;
      seen = *record;
    }
  }
}

bool Vault::erase(std::string_view tenant, std::string_view name) {
  const FileLock lock(lock_file(folder_));
  auto records = read_records(folder_);
  json::value* names = records.if_contains(tenant);
  if (names == nullptr || !names->is_object() || names->get_object().erase(name) == 0) return false;
  if (names->get_object().empty()) records.erase(tenant);
  write_records(folder_, std::move(records));
  return true;
}

std::vector<std::string> Vault::list_names(std::string_view tenant) const {
  const auto records = read_records(folder_);
  std::vector<std::string> names;
  if (const json::object* record_names = json::object_at(records, tenant))
    for (const auto& record : *record_names) names.emplace_back(record.key());
  return names;
}

}  // namespace picket::vault
