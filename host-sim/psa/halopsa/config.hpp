// HaloPSA's configuration: its keys, and what their values mean. Pure functions; any thread.
#pragma once
#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host-sim/psa/psa_kind.hpp"

namespace picket::psa::halopsa {

std::span<const PsaKey> keys();

// What a pair of keys asks for. An id overrides the name.
struct Wanted {
  std::string_view name_key, id_key;  // the latter may be empty: there is no key for the id, or none for the name
  std::string name, id;

  bool asked() const { return !name.empty() || !id.empty(); }
};

struct Config {
  std::string base_url, api_url;  // without a slash at the end
  std::string token_url;          // where tokens are issued, with the query that the site asks for
  std::string client_id, client_secret, scope;
  std::string assign_username;
  Wanted ticket_type, client, priority, team, category, impact, urgency, closed_status, open_status;
  std::string note_outcome;
  bool use_update_for_action = false;
  bool parallel_creation = false;  // the site counts ticket numbers by itself
  std::chrono::hours give_up_after{24};
  bool verify_tls = true;
  bool plain_http = false;                           // the credentials go to another machine in clear text, which is allowed
  std::string ca_file;                               // empty: the system's
  std::chrono::milliseconds request_timeout{60000};  // of one attempt; no key
};

struct ReadConfig {
  Config config;
  std::vector<Problem> problems;  // all that is wrong
};

ReadConfig read_config(const PsaEnvironment&);

}  // namespace picket::psa::halopsa
