// A provider instance as a host's C++ code sees it: loaded from a shared object, guarded in both directions.
//
// Thread: one call at a time per session; different sessions may run on different threads.
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "picket/abi/provider.h"
#include "picket/error.hpp"
#include "picket/model.hpp"
#include "sdk/host/call.hpp"
#include "sdk/host/services.hpp"

namespace picket::host {

// A shared object that passed the checks of its entry point. Never unloaded before the process exits. Cheap to copy.
class LoadedProvider {
 public:
  // Throws Error(invalid) that names the file and the rule it breaks: not loadable, no picket_entry, another ABI major number, ...
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

struct ConnectionInfo {
  std::string tenant;
  std::string integration_id;
  std::string base_url;
};

// What a session offers to its provider; null pointers are services that are absent. All outlive the session.
struct Offer {
  Log* log = nullptr;
  Clock* clock = nullptr;
  Http* http = nullptr;
  std::uint32_t request_limit = 0;  // the manifest's, per account; 0 = none
  Secrets* secrets = nullptr;
  Storage* storage = nullptr;
  Directory* directory = nullptr;
  Tickets* tickets = nullptr;
};

// Every breach of the contract that the guard saw, by either side, in words: what was called and which rule it broke.
class Violations {
 public:
  virtual ~Violations() = default;
  virtual void add(std::string breach) = 0;
};

class ProviderSession {
 public:
  // Opens an instance. Throws what the provider said when it refuses. `violations` may be null: then a breach is logged.
  ProviderSession(const LoadedProvider&, const ConnectionInfo&, const Offer&, const Call&, Violations* violations = nullptr);
  ~ProviderSession();
  ProviderSession(const ProviderSession&) = delete;
  ProviderSession& operator=(const ProviderSession&) = delete;

  // Each throws Error with the provider's (or the failing service's) status and message.
  std::string check(const Call&);  // the account: a JSON object
  void organizations(const Call&, const std::function<void(std::string_view external_id, std::string_view name)>& visit);
  // `report` is filled also when this throws: what was done until then.
  void poll(const Call&, std::uint32_t flags, PollReport& report);
  const void* extension(const char* id);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace picket::host
