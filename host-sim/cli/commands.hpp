// The commands of `picket`: each does its operation, prints the result and returns the exit code. Errors are exceptions; main.cpp turns
// them into a message and a code. Thread: one.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "host-sim/cli/console.hpp"
#include "host-sim/operations/host_context.hpp"

namespace picket::cli {

// Exit codes; part of the interface.
inline constexpr int done = 0;  // also: skipped because the set-up is unfinished
inline constexpr int failed = 1;
inline constexpr int wrong_usage = 2;  // or configuration
inline constexpr int done_with_failures = 3;

using operations::HostContext;

int psa_import(HostContext&, const Console&, const std::filesystem::path& file);

int providers(HostContext&, const Console&);
// The environment keys; `markdown`: as doc/keys.md.
int keys(HostContext&, const Console&, bool markdown);
int validate(HostContext&, const Console&, const std::filesystem::path& library);

struct ConnectArguments {
  std::string provider;
  std::string tenant;
  std::string base_url;
  std::vector<std::string> secrets;  // NAME=VALUE-SOURCE
};
int connect(HostContext&, const Console&, const ConnectArguments&);
int disconnect(HostContext&, const Console&, const std::string& provider, const std::string& tenant);

int settings_get(HostContext&, const Console&, const std::string& provider, const std::string& tenant,
                 const std::vector<std::string>& keys);
int settings_set(HostContext&, const Console&, const std::string& provider, const std::string& tenant,
                 const std::vector<std::string>& assignments);

int orgs_list(HostContext&, const Console&, const std::string& provider, const std::string& tenant);
int orgs_sync(HostContext&, const Console&, const std::string& provider, const std::string& tenant);
enum class OrganizationAction { map, unmap, opt_out, opt_in };
int orgs_change(HostContext&, const Console&, OrganizationAction, const std::string& provider, const std::string& tenant,
                const std::string& organization, const std::string& client);

struct PollArguments {
  std::string provider;
  std::string tenant;
  bool dry_run = false;
  bool sweep = false;
};
int poll(HostContext&, const Console&, const PollArguments&);

int tickets_list(HostContext&, const Console&, const std::string& tenant, const std::string& source);
int tickets_show(HostContext&, const Console&, const std::string& tenant, const std::string& number);

// What a technician does on one of Picket's own tickets. Tickets of a remote PSA are refused.
struct TicketArguments {
  std::string tenant;
  std::string number;
  std::string author;  // empty = not known
};
int tickets_note(HostContext&, const Console&, const TicketArguments&, const std::string& text);
int tickets_close(HostContext&, const Console&, const TicketArguments&, const std::string& closure_note, const std::string& status);
int tickets_reopen(HostContext&, const Console&, const TicketArguments&);
int tickets_set(HostContext&, const Console&, const TicketArguments&, const std::vector<std::string>& assignments);

int status(HostContext&, const Console&, const std::string& tenant);

// What waits to be sent to the PSA and to the vendors, fails or was given up. `tenant` empty: of all tenants.
int outbox_list(HostContext&, const Console&, const std::string& tenant);
// One, by its id or the beginning of it, or all that fail or were given up.
int outbox_retry(HostContext&, const Console&, const std::string& tenant, const std::string& id, bool all);
int outbox_drop(HostContext&, const Console&, const std::string& tenant, const std::string& id);

struct ServeArguments {
  std::string env_file;
  std::string provider;  // empty: the one that replaces the old container
  bool once = false;
  std::string port_file;
  operations::HostOptions given;  // from the command line and the environment; the file may add the rest
};
// `usual` holds the defaults of all locations.
int serve(HostContext& usual, const Console&, const ServeArguments&);
int check(HostContext& usual, const Console&, const ServeArguments&);

// "KEY=VALUE" taken apart; throws Error(invalid) naming `what` when there is no '=' or no key.
std::pair<std::string, std::string> split_assignment(const std::string& text, const std::string& what);

}  // namespace picket::cli
