#include "sdk/host/loaded_provider.hpp"

#include <boost/dll/shared_library.hpp>
#include <initializer_list>
#include <map>
#include <mutex>
#include <optional>

#include "sdk/common/abi_model.hpp"
#include "sdk/host/entry_check.hpp"

namespace picket::host {
namespace {

// Every library that was loaded, for the life of the process: a provider's code must not be unloaded under a session, a visitor or an exit
// handler. Deliberately never destroyed.
boost::dll::shared_library& keep_loaded(const std::filesystem::path& file) {
  static std::mutex mutex;
  static auto& libraries = *new std::map<std::filesystem::path, boost::dll::shared_library>;
  const std::lock_guard lock(mutex);
  const auto known = libraries.find(file);
  if (known != libraries.end()) return known->second;
  boost::dll::shared_library library(file, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  return libraries.emplace(file, std::move(library)).first->second;
}

[[noreturn]] void refuse_library(const std::filesystem::path& file, const std::string& why) {
  throw Error(Status::invalid, file.string() + " is not a provider that this host can use: " + why);
}

}  // namespace

const picket_entry_point& load_entry(const std::filesystem::path& library) {
  std::error_code error;
  const std::filesystem::path file = std::filesystem::canonical(library, error);
  if (error) throw Error(Status::invalid, library.string() + " cannot be loaded: " + error.message());
  try {
    boost::dll::shared_library& loaded = keep_loaded(file);
    if (!loaded.has("picket_entry")) refuse_library(library, "it exports no picket_entry");
    return loaded.get<const picket_entry_point>("picket_entry");
  } catch (const std::system_error& e) {
    throw Error(Status::invalid, library.string() + " cannot be loaded: " + e.what());
  }
}

LoadedProvider LoadedProvider::load(const std::filesystem::path& library) {
  const picket_entry_point& entry = load_entry(library);
  for (const auto fault : {entry_size_fault, entry_abi_fault, entry_id_fault, entry_version_fault, entry_category_fault, entry_open_fault})
    if (const auto why = fault(entry)) refuse_library(library, *why);
  LoadedProvider loaded;
  loaded.library_ = library;
  loaded.entry_ = &entry;
  return loaded;
}

std::string LoadedProvider::id() const { return std::string(from_abi(entry_->id)); }
std::string LoadedProvider::version() const { return std::string(from_abi(entry_->version)); }
std::string LoadedProvider::category() const { return std::string(from_abi(entry_->category)); }

}  // namespace picket::host
