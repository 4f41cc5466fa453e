#include "sdk/conformance/checks.hpp"

#include <algorithm>
#include <boost/dll/library_info.hpp>
#include <memory>
#include <optional>

#include "sdk/common/abi_model.hpp"
#include "sdk/common/list.hpp"
#include "sdk/conformance/expectations.hpp"
#include "sdk/conformance/ticket_event_checks.hpp"
#include "sdk/host/entry_check.hpp"
#include "sdk/host/provider_session.hpp"

namespace picket::conformance {
namespace {

struct CallTrouble {
  std::string name;
  HttpAnswer answer;
  std::optional<Status> expected;  // absent: any but ok
};

std::vector<CallTrouble> call_troubles() {
  HttpAnswer no_connection;
  no_connection.status = Status::unavailable;
  no_connection.message = "vendor.example refused the connection";
  return {{"HTTP 500", answer_with(500, R"({"error":"internal"})"), {}},
          {"no connection", no_connection, {}},
          {"HTML instead of JSON", answer_with(200, "<html><body>Sign in</body></html>", "text/html"), {}},
          {"an empty body", answer_with(200, ""), {}},
          {"truncated JSON", answer_with(200, R"({"account":{"name":"A)"), {}},
          {"a JSON list", answer_with(200, "[]"), {}},
          {"an empty JSON object", answer_with(200, "{}"), {}},
          // The usual names; a provider that reads others sees an object without its list.
          {"a list that is an object",
           answer_with(200, R"({"account":[],"name":{},"organizations":{},"incident_reports":{},"findings":{},"items":{},"data":{}})"),
           {}},
          {"HTTP 401", answer_with(401, R"({"error":"unauthorized"})"), Status::auth}};
}

struct Function {
  std::string name;
  bool offered;
  std::function<void(host::ProviderSession&, const host::Call&)> call;
};

std::vector<Function> functions_of(const host::ProviderSession& session) {
  return {{"check", session.can_check(), [](host::ProviderSession& s, const host::Call& call) { s.check(call); }},
          {"organizations", session.can_list_organizations(),
           [](host::ProviderSession& s, const host::Call& call) { s.organizations(call, [](std::string_view, std::string_view) {}); }},
          {"poll", session.can_poll(), [](host::ProviderSession& s, const host::Call& call) {
             PollReport report;
             s.poll(call, 0, report);
           }}};
}

class Checks {
 public:
  Checks(const std::filesystem::path& library, const ValidateOptions& options, const std::function<void(const std::string&)>& begin,
         const std::function<void(Check)>& done)
      : library_(library), options_(options), begin_(begin), done_(done) {}

  void run() {
    if (!check_file()) return;
    check_open_without_services();
    check_opening();
    check_functions();
    check_events();
  }

 private:
  // Runs one check; `work` returns what it saw, or throws.
  bool check(const std::string& name, const std::function<std::string()>& work) {
    begin_(name);
    Check result{name, true, {}};
    try {
      result.detail = work();
    } catch (const Failed& e) {
      result = {name, false, e.what()};
    } catch (const Error& e) {
      result = {name, false, described(e)};
    } catch (const std::exception& e) {
      result = {name, false, std::string("unexpected: ") + e.what()};
    }
    const bool passed = result.passed;
    done_(std::move(result));
    return passed;
  }

  bool check_file() {
    const picket_entry_point* entry = nullptr;
    if (!check("the file loads and exports picket_entry", [&] {
          entry = &host::load_entry(library_);
          return library_.filename().string();
        }))
      return false;
    check("nothing else is exported", [&] {
      std::vector<std::string> others;
      for (std::string& symbol : boost::dll::library_info(library_).symbols())
        if (symbol != "picket_entry") others.push_back(std::move(symbol));
      if (others.empty()) return std::string("one symbol");
      const std::size_t count = others.size();
      others.resize(std::min<std::size_t>(count, 5));
      throw Failed(std::to_string(count) + " other symbols, among them " + joined(others, "; ") +
                   "; link with the version script (picket_add_provider)");
    });
    const auto fault_check = [&](const std::string& name, std::optional<std::string> (*fault)(const picket_entry_point&),
                                 const std::function<std::string()>& seen) {
      return check(name, [&] {
        if (const auto why = fault(*entry)) throw Failed(*why);
        return seen();
      });
    };
    if (!fault_check("the entry point has its full size", host::entry_size_fault, [&] { return std::to_string(entry->size) + " bytes"; }) ||
        !fault_check("the contract's major number is this host's", host::entry_abi_fault,
                     [&] { return std::to_string(entry->abi_major) + "." + std::to_string(entry->abi_minor); }))
      return false;
    bool good = fault_check("the id is well formed", host::entry_id_fault, [&] { return std::string(from_abi(entry->id)); });
    good &= fault_check("the version is well formed", host::entry_version_fault, [&] { return std::string(from_abi(entry->version)); });
    good &= fault_check("the category is known", host::entry_category_fault, [&] { return std::string(from_abi(entry->category)); });
    good &= fault_check("open is offered", host::entry_open_fault, [] { return std::string(); });
    return good;
  }

  host::ConnectionInfo connection() const { return {"tenant-1", "integration-1", options_.base_url}; }

  host::ProviderSession session(fakes::Host& host, const host::Offer& offer, const host::Call& call) const {
    return host::ProviderSession(host::LoadedProvider::load(library_), connection(), offer, call, &host.breaches);
  }
  host::ProviderSession session(fakes::Host& host) const {
    return session(host, host.offer(), host::Call{.clock = host.clock, .progress = {}});
  }

  void check_open_without_services() {
    check("open without any service refuses or does without", [&] {
      fakes::Host host(options_.settings);
      const host::Call call{.clock = host.clock, .progress = {}};
      std::string seen;
      try {
        host::ProviderSession s = session(host, host::Offer{}, call);
        for (const Function& f : functions_of(s)) {
          if (!f.offered) continue;
          try {
            f.call(s, call);
            throw Failed(f.name + " claims to have worked without any service");
          } catch (const Error& e) {
            expect_reason(e.what());
            seen = "opens; " + f.name + " answers " + described(e);
          }
        }
      } catch (const Error& e) {
        expect_reason(e.what());
        seen = "refuses: " + described(e);
      }
      expect_no_breach(host);
      return seen;
    });
  }

  void check_opening() {
    check("open and destroy, 500 times", [&] {
      fakes::Host host(options_.settings);
      for (int i = 0; i < 500; ++i) session(host);
      expect_no_breach(host);
      if (host.vendor.sent() > 0) throw Failed("open sent a request; it must not do I/O");
      return std::string("well");
    });
    check("an unknown extension is NULL", [&] {
      fakes::Host host(options_.settings);
      host::ProviderSession s = session(host);
      if (s.extension("no.such/1") != nullptr) throw Failed("extension(\"no.such/1\") returns a pointer");
      expect_no_breach(host);
      return std::string("NULL");
    });
    check("check, organizations and poll are offered", [&] {
      fakes::Host host(options_.settings);
      host::ProviderSession s = session(host);
      for (const Function& f : functions_of(s))
        if (!f.offered) throw Failed(f.name + " is a null pointer");
      return std::string();
    });
  }

  void check_functions() {
    std::vector<Function> functions;
    try {
      fakes::Host host(options_.settings);
      host::ProviderSession s = session(host);
      functions = functions_of(s);
    } catch (const Error&) {
      return;  // reported above: no instance can be opened
    }
    for (const Function& f : functions) {
      if (!f.offered) continue;
      for (const CallTrouble& trouble : call_troubles())
        check(f.name + " with " + trouble.name, [&] {
          fakes::Host host(options_.settings);
          host.vendor.answer = trouble.answer;
          return failure_of(f, host, host::Call{.clock = host.clock, .progress = {}}, trouble.expected);
        });
      check(f.name + " without secrets", [&] {
        fakes::Host host(options_.settings);
        host.vault.empty = true;
        host.vendor.answer = answer_with(401, "{}");
        return failure_of(f, host, host::Call{.clock = host.clock, .progress = {}}, Status::auth);
      });
      check(f.name + " when cancelled", [&] {
        fakes::Host host(options_.settings);
        host.vendor.answer = answer_with(200, "{}");
        const std::atomic<bool> cancel = true;
        const std::string seen = failure_of(f, host, host::Call{.clock = host.clock, .cancel = &cancel, .progress = {}}, Status::cancelled);
        if (host.vendor.sent() > 0) throw Failed("a request was sent");
        return seen;
      });
      check(f.name + " after the deadline", [&] {
        fakes::Host host(options_.settings);
        host.vendor.answer = answer_with(200, "{}");
        const std::string seen = failure_of(f, host, host::Call{.clock = host.clock, .deadline_ns = -1, .progress = {}}, Status::deadline);
        if (host.vendor.sent() > 0) throw Failed("a request was sent");
        return seen;
      });
    }
  }

  void check_events() {
    try {
      fakes::Host host(options_.settings);
      if (!session(host).can_take_ticket_events()) return;
    } catch (const Error&) {
      return;  // reported above: no instance can be opened
    }
    const auto open = [this](fakes::Host& host, const host::Call& call) {
      return std::make_unique<host::ProviderSession>(host::LoadedProvider::load(library_), connection(), host.offer(), call,
                                                     &host.breaches);
    };
    check_ticket_events([this](const std::string& name, const auto& work) { check(name, work); }, open, options_.settings);
  }

  // Calls a function that must fail, and checks how it fails.
  std::string failure_of(const Function& f, fakes::Host& host, const host::Call& call, std::optional<Status> expected) const {
    const host::Call always{.clock = host.clock, .progress = {}};
    std::string seen;
    {
      host::ProviderSession s = session(host, host.offer(), always);
      try {
        f.call(s, call);
        throw Failed("it claims to have worked");
      } catch (const Error& e) {
        seen = described(e);
        expect_no_breach(host);
        expect_reason(e.what());
        expect_no_secret(host, e.what(), "the message");
        if (expected && e.status() != *expected) throw Failed("expected the status " + std::string(name_of(*expected)) + ", got " + seen);
      }
    }
    for (const std::string& line : host.log.lines) expect_no_secret(host, line, "a log line");
    if (!host.psa.applied.empty()) throw Failed("it applied " + std::to_string(host.psa.applied.size()) + " change sets all the same");
    expect_no_breach(host);
    return seen;
  }

  const std::filesystem::path& library_;
  const ValidateOptions& options_;
  const std::function<void(const std::string&)>& begin_;
  const std::function<void(Check)>& done_;
};

}  // namespace

void run_checks(const std::filesystem::path& library, const ValidateOptions& options, const std::function<void(const std::string&)>& begin,
                const std::function<void(Check)>& done) {
  Checks(library, options, begin, done).run();
}

}  // namespace picket::conformance
