#include "tests/e2e/pair.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "host-sim/store/database.hpp"
#include "tests/e2e/sync.hpp"

namespace picket::e2e {
namespace {

// The same clients, priorities and technicians as the simulated HaloPSA has.
constexpr const char* local_psa = R"psa({
  "tenant": {"name": "Acme MSP"},
  "clients": [{"name": "Northwind (internal)"}, {"name": "Contoso"}, {"name": "Fabrikam"}],
  "boards": [{"name": "Security"}, {"name": "Triage"}],
  "statuses": [{"name": "New", "default": true}, {"name": "Closed", "closed": true}],
  "priorities": [{"name": "Critical"}, {"name": "High"}, {"name": "Medium"}, {"name": "Low"}],
  "users": [{"name": "Jane Doe", "email": "jane@acme.example"}, {"name": "Sam Okafor", "email": "sam@acme.example"}]
})psa";

std::string word(bool value) { return value ? "true" : "false"; }

json::object parsed(const Output& output) {
  INFO(output.out << output.err);
  REQUIRE(output.exit_code == 0);
  return json::parse_object(output.out, "standard output");
}

class HuntressHalf final : public VendorHalf {
 public:
  explicit HuntressHalf(Side& side) : VendorHalf(side, "/_sim/incidents", "id") {
    side.control("/_sim/organizations", R"([{"id":301,"name":"Contoso"},{"id":302,"name":"Fabrikam"},{"id":303,"name":"Initech"}])");
  }

  std::string open(const NewFinding& f) override {
    const std::string id = std::to_string(++last_id_);
    json::object row{{"organization_id", std::stoi(organization_id(f.organization))},
                     {"severity", f.severity},
                     {"subject", f.name},
                     {"summary", "First words."},
                     {"status", f.closed ? "closed" : "sent"}};
    if (f.closed) row["updated_at"] = "-1h";
    change(id, std::move(row));
    return id;
  }
  void say_more(const std::string& id, const std::string& words) override { change(id, {{"summary", words}}); }
  void set_severity(const std::string& id, const std::string& severity) override { change(id, {{"severity", severity}}); }
  void close(const std::string& id) override { change(id, {{"status", "closed"}}); }
  void reopen(const std::string& id) override { change(id, {{"status", "sent"}}); }

  std::string organization_id(const std::string& name) override { return name == "Contoso" ? "301" : name == "Fabrikam" ? "302" : "303"; }

 private:
  void change(const std::string& id, json::object members) {
    members["id"] = std::stoi(id);
    side().control("/_sim/incidents", json::to_string(members));
  }

  int last_id_ = 0;
};

class StellarHalf final : public VendorHalf {
 public:
  // Stellar Cyber lists no tenants, its cases name them: each tenant has one from before.
  explicit StellarHalf(Side& side) : VendorHalf(side, "/_sim/cases", "_id") {
    for (const char* tenant : {"Contoso", "Fabrikam", "Initech"})
      open({.name = std::string("An earlier case of ") + tenant, .organization = tenant, .closed = true});
  }

  std::string open(const NewFinding& f) override {
    json::object row{{"name", f.name},
                     {"severity", word_for(f.severity)},
                     {"tenant_name", f.organization},
                     {"cust_id", organization_id(f.organization)},
                     {"status", f.closed ? "Resolved" : "New"}};
    if (f.closed) row["modified_at"] = "-1h";
    return std::string(side().control("/_sim/cases", json::to_string(row)).at("ids").at(0).as_string());
  }
  void say_more(const std::string& id, const std::string& words) override { act(id, {{"comment", words}}); }
  void set_severity(const std::string& id, const std::string& severity) override { act(id, {{"severity", word_for(severity)}}); }
  void close(const std::string& id) override { act(id, {{"status", "Resolved"}}); }
  void reopen(const std::string& id) override { act(id, {{"status", "In Progress"}}); }

  std::string organization_id(const std::string& name) override { return "t-" + name; }

 private:
  static std::string word_for(const std::string& severity) {
    return severity == "critical" ? "Critical" : severity == "high" ? "High" : "Low";
  }

  void act(const std::string& id, json::object members) {
    members["case"] = id;
    members["user"] = "Mira Sato";
    side().control("/_sim/people", json::to_string(members));
  }
};

class LocalPsa final : public PsaHalf {
 public:
  LocalPsa(const PairKind& kind, const PairOptions& options)
      : storage_(*kind.storage),
        provider_(kind.vendor),
        options_(options),
        vendor_(provider_, {kind.is_huntress() ? "--incidents" : "--cases", "0"}) {}

  Side& vendor_side() override { return vendor_; }

  void set_up() override {
    const auto file = folder_.path() / "psa.json";
    std::ofstream(file) << local_psa;
    picket({"psa", "import", file.string()});
    const bool huntress = provider_ == "huntress";
    picket({"connect", provider_, "--tenant", tenant(), "--base-url", vendor_.url(), "--secret",
            huntress ? "api_key=env:HUNTRESS_KEY" : "user=env:STELLAR_NAME", "--secret",
            huntress ? "api_secret=env:HUNTRESS_SECRET" : "api_key=env:STELLAR_KEY"});
    std::vector<std::string> settings{"settings",
                                      "set",
                                      provider_,
                                      "--tenant",
                                      tenant(),
                                      "boardId=Security",
                                      "fallbackBoardId=Triage",
                                      "fallbackClientId=Northwind (internal)",
                                      "autoCloseTickets=" + word(options_.auto_close),
                                      "reopenTickets=" + word(options_.reopen)};
    if (!options_.on_news.empty()) settings.push_back("onNewsForClosedTicket=" + options_.on_news);
    if (!huntress) {
      settings.push_back("syncPriority=" + word(options_.sync_priority));
      settings.push_back("tellAssignee=" + word(options_.tell_assignee));
    }
    picket(std::move(settings));
  }

  void cycle() override { CHECK(text_at(picket({"poll", provider_, "--tenant", tenant()}), "status") == "completed"); }
  void retry() override { cycle(); }
  void settle() override { cycle(); }

  std::vector<SeenTicket> tickets() override {
    std::vector<SeenTicket> seen;
    for (const json::object& t : shown()) {
      SeenTicket ticket{text_at(t, "ticket_number"), text_at(t, "title"),      text_at(t, "client"),
                        text_at(t, "board"),         text_at(t, "priority"),   text_at(t, "assignee"),
                        text_at(t, "status"),        t.at("closed").as_bool(), {}};
      for (const json::value& comment : t.at("comments").as_array()) ticket.notes.push_back(text_at(comment.as_object(), "note"));
      seen.push_back(std::move(ticket));
    }
    return seen;
  }
  std::string everything() override {
    std::string all;
    for (const json::object& t : shown()) all += json::to_string(t) + "\n";
    return all;
  }

  void note(const std::string& finding, const std::string& words) override { work("note", finding, {words}); }
  void set_priority(const std::string& finding, const std::string& name) override { work("set", finding, {"priority=" + name}); }
  void assign(const std::string& finding, const std::string& person) override { work("set", finding, {"assignee=" + person}); }
  void close(const std::string& finding, const std::string& closure_note) override { work("close", finding, {"--note", closure_note}); }
  void reopen(const std::string& finding) override { work("reopen", finding, {}); }

  json::object picket(std::vector<std::string> arguments) override {
    Command c;
    c.arguments = {
        PICKET_COMMAND,   "--data", (folder_.path() / "data").string(), "--db", storage_.url, "--plugins", PICKET_PLUGINS, "--manifests",
        PICKET_MANIFESTS, "--json"};
    c.arguments.insert(c.arguments.end(), arguments.begin(), arguments.end());
    c.environment = {{"HUNTRESS_KEY", "hk_demo"},    {"HUNTRESS_SECRET", "hs_demo"}, {"STELLAR_NAME", "stellar_demo"},
                     {"STELLAR_KEY", "stellar_key"}, {"PICKET_EDITION", ""},         {"PICKET_VAULT_KEY_FILE", ""}};
    return parsed(e2e::run(c));
  }
  std::string tenant() const override { return "Acme MSP"; }
  void edit(const std::string& sql) override { storage_.db.execute(sql); }

 private:
  std::vector<json::object> shown() {
    std::vector<json::object> all;
    const json::object listed = picket({"tickets", "list", "--tenant", tenant()});
    for (const json::value& t : listed.at("tickets").as_array())
      all.push_back(picket({"tickets", "show", text_at(t.as_object(), "ticket_number"), "--tenant", tenant()}));
    return all;
  }
  void work(const std::string& what, const std::string& finding, std::vector<std::string> more) {
    std::vector<std::string> arguments{"tickets", what, ticket(finding).number};
    arguments.insert(arguments.end(), more.begin(), more.end());
    arguments.insert(arguments.end(), {"--tenant", tenant(), "--author", "Jane Doe"});
    CHECK(picket(std::move(arguments)).at("changed").as_bool());
  }

  Storage& storage_;
  std::string provider_;
  PairOptions options_;
  test::TemporaryFolder folder_;
  Side vendor_;
};

SyncedPairOptions sync_options(const PairKind& kind, const PairOptions& options) {
  const std::string prefix = kind.is_huntress() ? "HUNTRESS_" : "STELLAR_";
  SyncedPairOptions sync;
  sync.provider = kind.vendor;
  for (const std::string& quirk : options.quirks) sync.halo_options.insert(sync.halo_options.end(), {"--quirk", quirk});
  sync.keys = {{"HALOPSA_PRIORITY_ID", options.halopsa_priority},
               {prefix + "AUTO_CLOSE_TICKETS", word(options.auto_close)},
               {prefix + "REOPEN_TICKETS", word(options.reopen)},
               {prefix + "ON_NEWS_FOR_CLOSED_TICKET", options.on_news}};
  if (options.sync_priority) sync.keys["HALOPSA_SYNC_PRIORITY"] = "true";
  if (options.tell_assignee) sync.keys["HALOPSA_ADD_HALO_ASSIGNEE_TO_STELLAR_COMMENT"] = "true";
  return sync;
}

class HaloSite final : public PsaHalf {
 public:
  HaloSite(const PairKind& kind, const PairOptions& options) : sync_(sync_options(kind, options)) {}

  Side& vendor_side() override { return sync_.vendor(); }
  void set_up() override {}
  void cycle() override { sync_.cycle(); }
  void retry() override {
    sync_.try_cycle();
    sync_.forget_waits();
  }
  void settle() override { sync_.settle(40); }

  std::vector<SeenTicket> tickets() override {
    const json::value types = sync_.halo().show("/_sim/ticket_types");
    const json::value priorities = sync_.halo().show("/_sim/priorities");
    const json::value agents = sync_.halo().show("/_sim/agents");
    const json::value statuses = sync_.halo().show("/_sim/statuses");
    std::vector<SeenTicket> seen;
    const json::array all = sync_.tickets();
    for (const json::value& row : all) {
      const json::object& t = row.as_object();
      SeenTicket ticket;
      ticket.number = text_at(t, "id");
      ticket.title = text_at(t, "summary");
      ticket.client = text_at(t, "client_name");
      ticket.board = name_at(types, "id", text_at(t, "tickettype_id"));
      ticket.priority = name_at(priorities, "priorityid", text_at(t, "priority_id"));
      ticket.assignee = name_at(agents, "id", text_at(t, "agent_id"));
      ticket.status = name_at(statuses, "id", text_at(t, "status_id"));
      ticket.closed = t.at("hasbeenclosed").as_bool();
      const json::array& actions = t.at("actions").as_array();
      for (std::size_t i = 1; i < actions.size(); ++i)
        if (std::string note = text_at(actions[i].as_object(), "note"); !note.empty()) ticket.notes.push_back(std::move(note));
      seen.push_back(std::move(ticket));
    }
    return seen;
  }
  std::string everything() override { return json::to_string(sync_.tickets()); }

  void note(const std::string& finding, const std::string& words) override { act(finding, {{"note", words}}); }
  void set_priority(const std::string& finding, const std::string& name) override { act(finding, {{"priority", name}}); }
  void assign(const std::string& finding, const std::string& person) override { act(finding, {{"assign", person}}); }
  void close(const std::string& finding, const std::string& closure_note) override {
    act(finding, {{"close", true}, {"closure_note", closure_note}});
  }
  void reopen(const std::string& finding) override { act(finding, {{"reopen", true}}); }

  json::object picket(std::vector<std::string> arguments) override { return parsed(sync_.picket(std::move(arguments))); }
  std::string tenant() const override { return "test"; }
  void edit(const std::string& sql) override { store::Database("sqlite:" + sync_.database()).execute(sql); }

 private:
  // The first row that has this number: the priorities of the usual level of service come first.
  static std::string name_at(const json::value& rows, std::string_view key, const std::string& number) {
    for (const json::value& row : rows.as_array())
      if (json::text_at(row.as_object(), key) == number) return text_at(row.as_object(), "name");
    return {};
  }
  void act(const std::string& finding, json::object members) {
    members["ticket"] = std::stoi(ticket(finding).number);
    members["who"] = "Jane Doe";
    sync_.halo().control("/_sim/people", json::to_string(members));
  }

  SyncedPair sync_;
};

}  // namespace

void on_all_pairs(const std::function<void(const PairKind&)>& test) {
  const auto run = [&](const PairKind& kind) {
    const std::string pair = kind.name();
    CAPTURE(pair);
    test(kind);
  };
  for (const char* vendor : {"huntress", "stellar-cyber"}) {
    on_both_storages([&](Storage& storage) { run({vendor, &storage}); });
    run({vendor, nullptr});
  }
}

json::object VendorHalf::finding(const std::string& id) {
  const json::value rows = side_.show(list_);
  for (const json::value& row : rows.as_array())
    if (text_at(row.as_object(), id_member_) == id) return row.as_object();
  FAIL("the vendor has no finding " << id);
  return {};
}

std::size_t PsaHalf::tickets_of(const std::string& finding) {
  std::size_t count = 0;
  for (const SeenTicket& t : tickets()) count += t.title.find(finding) != std::string::npos ? 1 : 0;
  return count;
}

SeenTicket PsaHalf::ticket(const std::string& finding) {
  CAPTURE(finding);
  std::vector<SeenTicket> found = tickets();
  std::erase_if(found, [&](const SeenTicket& t) { return t.title.find(finding) == std::string::npos; });
  REQUIRE(found.size() == 1);
  return std::move(found.front());
}

Pair::Pair(const PairKind& kind, const PairOptions& options) : provider_(kind.vendor) {
  if (kind.is_local())
    psa_ = std::make_unique<LocalPsa>(kind, options);
  else
    psa_ = std::make_unique<HaloSite>(kind, options);
  if (kind.is_huntress())
    vendor_ = std::make_unique<HuntressHalf>(psa_->vendor_side());
  else
    vendor_ = std::make_unique<StellarHalf>(psa_->vendor_side());
  psa_->set_up();
}

json::object Pair::status() {
  const json::object document = psa_->picket({"status"});
  const json::array& connections = document.at("connections").as_array();
  REQUIRE(connections.size() == 1);
  return connections[0].as_object();
}

void Pair::organization(const std::string& action, const std::string& name) {
  psa_->picket({"orgs", action, provider_, "--tenant", psa_->tenant(), vendor_->organization_id(name)});
}

}  // namespace picket::e2e
