// The command `picket`.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>

#include "host-sim/cli/commands.hpp"
#include "host-sim/cli/stderr_log.hpp"
#include "host-sim/config/env_file.hpp"
#include "host-sim/config/runtime_keys.hpp"
#include "sdk/common/text.hpp"

namespace picket::cli {
namespace {

std::atomic<bool> cancel_requested{false};

extern "C" void request_cancel(int) { cancel_requested.store(true); }

// The first signal cancels, and interrupts what waits for input; the second ends the process at once.
void cancel_on(int signal) {
  struct sigaction action {};
  action.sa_handler = request_cancel;
  sigemptyset(&action.sa_mask);
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(signal, &action, nullptr);
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string(value);
}

// The keys of every command, as somebody who wrote them into docker's environment file meant them. No other thread runs yet.
void take_environment() {
  for (const config::RuntimeKey& key : config::runtime_keys()) {
    const std::string name(key.name);
    const std::string raw = environment(name.c_str());
    if (!name.starts_with("PICKET_") || raw.empty()) continue;
    const config::EnvironmentValue read = config::read_environment_value(raw);
    if (!read.problem.empty()) throw Error(Status::invalid, name + ": " + read.problem, name);
    if (read.value != raw) ::setenv(name.c_str(), read.value.c_str(), 1);
  }
}

// Default places of providers and manifests: beside the command in a build folder, or in an installation.
std::filesystem::path beside_command(const char* in_build, const char* installed) {
  std::error_code error;
  const std::filesystem::path command = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path prefix = command.parent_path().parent_path();
  return std::filesystem::is_directory(prefix / in_build, error) ? prefix / in_build : prefix / installed;
}

int exit_code_for(const Error& e) {
  switch (e.status()) {
    case Status::invalid:
    case Status::not_found:
    case Status::unsupported: return wrong_usage;
    default: return failed;
  }
}

struct Arguments {
  operations::HostOptions host;
  bool json = false;
  bool markdown = false;
  bool all = false;
  std::string provider, tenant, organization, client, number, source, file;
  std::vector<std::string> values;
  ConnectArguments connect;
  PollArguments poll;
  ServeArguments serve;
  TicketArguments ticket;
  std::string text, status, id;
};

using Action = std::function<int(HostContext&, const Console&)>;

class CommandLine {
 public:
  CommandLine() : app_("Carries what security vendors' analysts find into the tickets of a managed service provider.", "picket") {
    app_.require_subcommand(1);
    app_.fallthrough();
    app_.set_version_flag("--version", std::string("picket ") + PICKET_VERSION);
    app_.add_option("--data", a_.host.data, "Folder for the database, the vault and its key [PICKET_DATA, ./picket-data]")
        ->envname("PICKET_DATA");
    app_.add_option(
            "--db", a_.host.database_url,
            "Database: sqlite:PATH or postgresql://... [PICKET_DB, sqlite:<data>/picket.db]; give passwords by PGPASSWORD or PGPASSFILE")
        ->envname("PICKET_DB");
    app_.add_option("--plugins", a_.host.plugins, "Folder of the providers [PICKET_PLUGINS]")->envname("PICKET_PLUGINS");
    app_.add_option("--manifests", a_.host.manifests, "Folder of their manifests [PICKET_MANIFESTS]")->envname("PICKET_MANIFESTS");
    app_.add_flag("--json", a_.json, "Print one JSON document on standard output");
    app_.footer(
        "Environment: PICKET_VAULT_KEY_FILE (32 bytes, raw, hex or base64; made in the data folder when not given),\n"
        "PICKET_EDITION (enterprise, community), PICKET_CA_FILE (PEM, instead of the system's certificates), HTTPS_PROXY, HTTP_PROXY, "
        "NO_PROXY,\n"
        "PICKET_ALLOW_PLAIN_HTTP=1 (credentials may go to another machine unencrypted), RMM_SYNC_TRANSPORT (direct is all there is).\n"
        "Quotation marks around a whole value are taken away, since docker's --env-file passes them on.\n"
        "Only \"psa import\" and \"serve\" make a database; other commands say where they looked for one.\n"
        "Exit codes: 0 done (also: skipped because the set-up is unfinished), 1 failed, 2 wrong usage or configuration,\n"
        "3 done but some findings failed.");
    add_registry_commands();
    add_connection_commands();
    add_settings_commands();
    add_organization_commands();
    add_ticket_commands();
    add_outbox_commands();
    add_serve_commands();
  }

  int run(int argc, char** argv) {
    try {
      take_environment();
      app_.parse(argc, argv);
    } catch (const Error& e) {
      report(Console(asks_for_json(argc, argv)), e.what(), e.field());
      return wrong_usage;
    } catch (const CLI::ParseError& e) {
      if (e.get_exit_code() == 0) return app_.exit(e);  // --help, --version
      report(Console(asks_for_json(argc, argv)), explain(e), {});
      return wrong_usage;
    }
    a_.serve.given = a_.host;
    if (a_.host.data.empty()) a_.host.data = "picket-data";
    if (a_.host.plugins.empty()) a_.host.plugins = beside_command("plugins", "lib/picket/plugins");
    if (a_.host.manifests.empty()) a_.host.manifests = beside_command("manifests", "share/picket/manifests");
    a_.host.vault_key_file = environment("PICKET_VAULT_KEY_FILE");
    a_.host.edition = environment("PICKET_EDITION");
    a_.host.ca_file = environment("PICKET_CA_FILE");
    a_.host.allow_plain_http = environment("PICKET_ALLOW_PLAIN_HTTP") == "1";

    StderrLog log;
    const Console console(a_.json);
    try {
      HostContext context(a_.host, log, cancel_requested);
      return action_(context, console);
    } catch (const Error& e) {
      report(console, e.what(), e.field());
      return exit_code_for(e);
    } catch (const std::exception& e) {
      report(console, std::string("a defect of picket: ") + e.what(), {});
      return failed;
    }
  }

 private:
  static bool asks_for_json(int argc, char** argv) {
    return std::any_of(argv, argv + argc, [](const char* word) { return std::string_view(word) == "--json"; });
  }

  // CLI11's words, or, for a command that does not exist, its name and the nearest right one.
  std::string explain(const CLI::ParseError& e) const {
    const std::vector<std::string> rest = app_.remaining();
    if (e.get_name() != "RequiredError" || rest.empty() || !app_.get_subcommands().empty())
      return std::string(e.what()) + "; \"picket --help\" and \"picket COMMAND --help\" explain";
    std::vector<std::string> commands;
    for (const CLI::App* c : app_.get_subcommands({})) commands.push_back(c->get_name());
    const std::string near = text::nearest(rest.front(), commands);
    return "there is no command \"" + rest.front() + "\"" +
           (near.empty() ? "; \"picket --help\" lists them" : "; did you mean " + near + "?");
  }

  static void report(const Console& console, const std::string& message, const std::string& field) {
    std::cerr << "picket: " << message << '\n';
    if (console.json()) console.print({{"error", {{"message", message}, {"field", field}}}}, {});
  }

  CLI::App* command(CLI::App* parent, const std::string& name, const std::string& description, Action action) {
    CLI::App* c = parent->add_subcommand(name, description);
    c->callback([this, action = std::move(action)] { action_ = action; });
    return c;
  }

  static CLI::App* group(CLI::App* parent, const std::string& name, const std::string& description) {
    CLI::App* g = parent->add_subcommand(name, description);
    g->require_subcommand(1);
    g->fallthrough();
    return g;
  }

  void add_target(CLI::App* c) {
    c->add_option("PROVIDER", a_.provider, "Id of the provider, e.g. huntress")->required();
    c->add_option("--tenant", a_.tenant, "Tenant, by name or id")->required();
  }

  void add_registry_commands() {
    CLI::App* psa = group(&app_, "psa", "The PSA's own data");
    command(psa, "import", "Load or update one tenant's PSA data by name",
            [this](HostContext& h, const Console& c) { return psa_import(h, c, a_.file); })
        ->add_option("FILE", a_.file, "JSON file")
        ->required();
    command(&app_, "providers", "List the registered providers", [](HostContext& h, const Console& c) { return providers(h, c); });
    command(&app_, "keys", "List the environment keys of Picket, the remote PSAs and the providers",
            [this](HostContext& h, const Console& c) { return keys(h, c, a_.markdown); })
        ->add_flag("--markdown", a_.markdown, "As the page doc/keys.md");
    command(&app_, "validate", "Load a provider behind the guard and report each check of the contract",
            [this](HostContext& h, const Console& c) { return validate(h, c, a_.file); })
        ->add_option("FILE.so", a_.file, "The provider's shared object")
        ->required();
  }

  void add_connection_commands() {
    CLI::App* c = command(&app_, "connect", "Check a vendor's credentials, store them, and read the organizations",
                          [this](HostContext& h, const Console& o) {
                            a_.connect.provider = a_.provider;
                            a_.connect.tenant = a_.tenant;
                            return connect(h, o, a_.connect);
                          });
    add_target(c);
    c->add_option("--base-url", a_.connect.base_url, "The vendor's API, where it is not the usual one");
    c->add_option("--secret", a_.connect.secrets,
                  "NAME=VALUE-SOURCE, where VALUE-SOURCE is env:VAR, file:PATH or - (asked for, not echoed)")
        ->expected(1)
        ->take_all();

    add_target(command(&app_, "disconnect", "Stop polling and delete the secrets; the history stays",
                       [this](HostContext& h, const Console& o) { return disconnect(h, o, a_.provider, a_.tenant); }));

    CLI::App* p =
        command(&app_, "poll", "Run one cycle: carry what is new at the vendor into tickets", [this](HostContext& h, const Console& o) {
          a_.poll.provider = a_.provider;
          a_.poll.tenant = a_.tenant;
          return poll(h, o, a_.poll);
        });
    add_target(p);
    p->add_flag("--dry-run", a_.poll.dry_run, "Show what would be done, write nothing");
    p->add_flag("--sweep", a_.poll.sweep, "Compare the vendor's whole open set with ours now");

    CLI::App* s = command(&app_, "status", "Each connection: how far it is, and what is wrong",
                          [this](HostContext& h, const Console& o) { return status(h, o, a_.tenant); });
    s->add_option("--tenant", a_.tenant, "Only this tenant, by name or id");
  }

  void add_settings_commands() {
    CLI::App* settings = group(&app_, "settings", "A connection's settings");
    CLI::App* get = command(settings, "get", "Show settings",
                            [this](HostContext& h, const Console& o) { return settings_get(h, o, a_.provider, a_.tenant, a_.values); });
    add_target(get);
    get->add_option("KEY", a_.values, "Only these keys");
    CLI::App* set = command(settings, "set", "Change settings: all of them or, if one is refused, none",
                            [this](HostContext& h, const Console& o) { return settings_set(h, o, a_.provider, a_.tenant, a_.values); });
    add_target(set);
    set->add_option("KEY=VALUE", a_.values, "Values; for boards, clients, priorities, statuses, categories an id or a unique name")
        ->required();
  }

  void add_organization_commands() {
    CLI::App* orgs = group(&app_, "orgs", "The vendor's organizations and the clients they belong to");
    add_target(command(orgs, "list", "List organizations and their clients",
                       [this](HostContext& h, const Console& o) { return orgs_list(h, o, a_.provider, a_.tenant); }));
    add_target(command(orgs, "sync", "Read the organizations from the vendor and match new ones by name",
                       [this](HostContext& h, const Console& o) { return orgs_sync(h, o, a_.provider, a_.tenant); }));
    const auto change = [&](const char* name, const char* description, OrganizationAction action) {
      CLI::App* c = command(orgs, name, description, [this, action](HostContext& h, const Console& o) {
        return orgs_change(h, o, action, a_.provider, a_.tenant, a_.organization, a_.client);
      });
      add_target(c);
      c->add_option("ORG", a_.organization, "The organization's id at the vendor")->required();
      return c;
    };
    change("map", "Map an organization to a client", OrganizationAction::map)
        ->add_option("CLIENT", a_.client, "Client, by name or id")
        ->required();
    change("unmap", "Take an organization's client away: its findings go to the fallback client", OrganizationAction::unmap);
    change("opt-out", "Record an organization's findings without tickets", OrganizationAction::opt_out);
    change("opt-in", "Open tickets for an organization's findings again", OrganizationAction::opt_in);
  }

  void add_ticket_commands() {
    CLI::App* tickets = group(&app_, "tickets", "Tickets of a tenant");
    CLI::App* list = command(tickets, "list", "List tickets, newest first",
                             [this](HostContext& h, const Console& o) { return tickets_list(h, o, a_.tenant, a_.source); });
    list->add_option("--tenant", a_.tenant, "Tenant, by name or id")->required();
    list->add_option("--source", a_.source, "Only tickets of this provider");
    CLI::App* show = command(tickets, "show", "Show one ticket with its notes",
                             [this](HostContext& h, const Console& o) { return tickets_show(h, o, a_.tenant, a_.number); });
    show->add_option("NUMBER", a_.number, "The ticket's number")->required();
    show->add_option("--tenant", a_.tenant, "Tenant, by name or id")->required();

    const auto add_ticket = [&](CLI::App* c) {
      c->add_option("NUMBER", a_.ticket.number, "The ticket's number")->required();
      c->add_option("--tenant", a_.ticket.tenant, "Tenant, by name or id")->required();
      c->add_option("--author", a_.ticket.author, "Who does it");
      return c;
    };
    add_ticket(command(tickets, "note", "Write a note; it goes to the vendor where the provider supports that",
                       [this](HostContext& h, const Console& o) { return tickets_note(h, o, a_.ticket, a_.text); }))
        ->add_option("TEXT", a_.text, "The note, plain text")
        ->required();
    CLI::App* close = add_ticket(command(tickets, "close", "Close a ticket", [this](HostContext& h, const Console& o) {
      return tickets_close(h, o, a_.ticket, a_.text, a_.status);
    }));
    close->add_option("--note", a_.text, "The closure note, plain text");
    close->add_option("--status", a_.status, "One of the board's closed statuses, by name or id; else its first");
    add_ticket(command(tickets, "reopen", "Open a closed ticket again",
                       [this](HostContext& h, const Console& o) { return tickets_reopen(h, o, a_.ticket); }));
    add_ticket(command(tickets, "set", "Change the priority or the assignee: all that is asked for or, if one is refused, nothing",
                       [this](HostContext& h, const Console& o) { return tickets_set(h, o, a_.ticket, a_.values); }))
        ->add_option("KEY=VALUE", a_.values, "priority=NAME, assignee=NAME; an empty assignee is nobody")
        ->required();
  }

  void add_outbox_commands() {
    CLI::App* outbox = group(&app_, "outbox", "What waits to be sent to the PSA and to the vendors, fails or was given up");
    const auto add = [&](const char* name, const char* description, Action action) {
      CLI::App* c = command(outbox, name, description, std::move(action));
      c->add_option("--tenant", a_.tenant, "Only this tenant, by name or id");
      return c;
    };
    add("list", "List it, with the other side's words", [this](HostContext& h, const Console& o) { return outbox_list(h, o, a_.tenant); });
    CLI::App* retry = add("retry", "Send it again with the next delivery, also what was given up",
                          [this](HostContext& h, const Console& o) { return outbox_retry(h, o, a_.tenant, a_.id, a_.all); });
    retry->add_option("ID", a_.id, "Its id, or the beginning of it");
    retry->add_flag("--all", a_.all, "All that fails or was given up");
    add("drop", "Never send it, and say what that was",
        [this](HostContext& h, const Console& o) { return outbox_drop(h, o, a_.tenant, a_.id); })
        ->add_option("ID", a_.id, "Its id, or the beginning of it")
        ->required();
  }

  void add_serve_commands() {
    const auto add_source = [&](CLI::App* c) {
      c->add_option("--env-file", a_.serve.env_file, "KEY=value lines; what the environment has wins");
      c->add_option("--provider", a_.serve.provider, "Id of the provider [the one that replaces the old container]");
      return c;
    };
    CLI::App* serve_command =
        add_source(command(&app_, "serve",
                           "Keep a vendor and a PSA in step until it is stopped, configured by the environment alone; without its keys: "
                           "poll the connections of the database",
                           [this](HostContext& h, const Console& o) { return serve(h, o, a_.serve); }));
    serve_command->add_flag("--once", a_.serve.once, "One full cycle, then end");
    serve_command->add_option("--port-file", a_.serve.port_file)->group("");
    add_source(command(&app_, "check", "Test a configuration: its keys, both sides' credentials, every name; nothing is written",
                       [this](HostContext& h, const Console& o) { return check(h, o, a_.serve); }));
  }

  CLI::App app_;
  Arguments a_;
  Action action_;
};

}  // namespace
}  // namespace picket::cli

int main(int argc, char** argv) {
  picket::cli::cancel_on(SIGINT);
  picket::cli::cancel_on(SIGTERM);
  std::signal(SIGPIPE, SIG_IGN);
  return picket::cli::CommandLine().run(argc, argv);
}
