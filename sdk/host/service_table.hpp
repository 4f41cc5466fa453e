// The host's services as the C structs that a provider receives: each function checks the contract, converts, and calls the C++ service
// behind it. Internal to sdk/host.
//
// Thread: as picket/abi/host.h requires; a call that breaks it is answered PICKET_INVALID.
#pragma once
#include "picket/abi/host.h"
#include "sdk/host/guard.hpp"
#include "sdk/host/offer.hpp"

namespace picket::host {

class ServiceTable {
 public:
  ServiceTable(Guard&, const Offer&);
  ServiceTable(const ServiceTable&) = delete;
  ServiceTable& operator=(const ServiceTable&) = delete;

  const picket_host* host() const { return &host_; }
  const void* find(std::string_view id) const;  // null: not offered

  Guard& guard;
  const Offer offer;

 private:
  picket_host host_;
  picket_log_1 log_;
  picket_clock_1 clock_;
  picket_http_1 http_;
  picket_secrets_1 secrets_;
  picket_storage_1 storage_;
  picket_directory_1 directory_;
  picket_tickets_1 tickets_;
};

}  // namespace picket::host
