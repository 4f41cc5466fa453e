// Huntress behind the host's HTTP service: its lists and objects from memory, with the faults that a test asks for. Thread: one.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sdk/common/json.hpp"
#include "sdk/host/services.hpp"

namespace huntress::test {

namespace json = picket::json;

// What one request asks for.
struct Asked {
  std::string path;  // "/v1/incident_reports"
  std::map<std::string, std::string> query;
  std::string authorization;

  std::string parameter(const std::string& name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string{} : found->second;
  }
  bool lists(std::string_view what) const { return path == "/v1/" + std::string(what); }
};

picket::HttpAnswer answer(int code, std::string body = {});

class FakeHuntress final : public picket::host::Http {
 public:
  void exchange(const picket::host::Call&, std::span<const picket::HttpRequest>,
                const std::function<void(std::size_t, picket::HttpAnswer&&)>& visit) override;
  std::uint64_t sent() const override { return asked.size(); }

  json::object& add_incident(std::int64_t id, const std::string& updated_at, const std::string& status = "sent");
  void add_agents(std::int64_t first, std::int64_t last);
  void add_organization(std::int64_t id, const std::string& name);
  void remove_incident(std::int64_t id);
  json::object& incident(std::int64_t id) { return incidents.at(id); }

  // How many requests went to paths that begin so.
  std::size_t count(const std::string& path_begin) const;
  std::string log() const;  // for messages of tests

  std::map<std::int64_t, json::object> incidents, agents, organizations;
  std::map<std::int64_t, json::array> remediations;  // by incident
  std::vector<Asked> asked;
  // Answers instead of the vendor where it returns something; asked before each request is counted.
  std::function<std::optional<picket::HttpAnswer>(const Asked&)> fault;
  std::function<void()> after_request;

 private:
  picket::HttpAnswer answer_to(const Asked&);
  picket::HttpAnswer list(const Asked&, const std::string& key, const std::map<std::int64_t, json::object>& rows);
};

}  // namespace huntress::test
