// A host made of plain C structs, as old or as faulty as a test wants it.
#pragma once
#include <cstring>
#include <map>
#include <optional>
#include <string>

#include "picket/abi.h"

namespace picket::test {

// The arguments of the last call of `fail`.
struct Failure {
  picket_status status = PICKET_OK;
  std::int64_t retry_after_ms = 0;
  std::string field;
  std::string message;
};

struct HostStub {
  HostStub() {
    call = {sizeof call,
            this,
            INT64_MAX,
            [](void* self) { return static_cast<HostStub*>(self)->cancelled; },
            [](void* self, std::uint64_t done, std::uint64_t) { static_cast<HostStub*>(self)->progress = done; },
            [](void* self, picket_status status, std::int64_t retry_after_ms, picket_str field, picket_str message) {
              auto& stub = *static_cast<HostStub*>(self);
              ++stub.fails;
              stub.failure = {status, retry_after_ms, std::string(field.ptr == nullptr ? "" : field.ptr, field.len),
                              std::string(message.ptr, message.len)};
            }};
    host = {sizeof host, this, [](void* self, const char* id) -> const void* {
              auto& offered = static_cast<HostStub*>(self)->services;
              const auto found = offered.find(id);
              return found == offered.end() ? nullptr : found->second;
            }};
  }
  HostStub(const HostStub&) = delete;
  HostStub& operator=(const HostStub&) = delete;

  picket_call call{};
  picket_host host{};
  std::map<std::string, const void*> services;
  bool cancelled = false;
  std::uint64_t progress = 0;
  int fails = 0;
  Failure failure;
};

inline picket_str str(const char* s) { return {s, std::strlen(s)}; }

}  // namespace picket::test
