// A provider's shared object in this process. Thread: any.
#pragma once
#include <filesystem>
#include <string>

#include "picket/abi/provider.h"
#include "picket/error.hpp"

namespace picket::host {

// A shared object that passed the checks of its entry point. Never unloaded before the process exits. Cheap to copy.
class LoadedProvider {
 public:
  // Throws Error(invalid) that names the file and the broken rule: not loadable, no picket_entry, another ABI major number, ...
  static LoadedProvider load(const std::filesystem::path& library);

  const picket_entry_point& entry() const { return *entry_; }
  std::string id() const;
  std::string version() const;
  std::string category() const;
  const std::filesystem::path& library() const { return library_; }

 private:
  std::filesystem::path library_;
  const picket_entry_point* entry_ = nullptr;
};

// The entry point of a shared object, unchecked. Throws Error(invalid) if the file cannot be loaded or exports none.
const picket_entry_point& load_entry(const std::filesystem::path& library);

}  // namespace picket::host
