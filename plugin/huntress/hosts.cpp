#include "plugin/huntress/hosts.hpp"

#include "sdk/common/text.hpp"

namespace huntress {

Hosts::Hosts(Api& api) : api_(api) {}

std::set<std::string> Hosts::unknown_of(const std::set<std::string>& ids) const {
  std::set<std::string> unknown;
  for (const std::string& id : ids)
    if (!hosts_.contains(id)) unknown.insert(id);
  return unknown;
}

std::string Hosts::list_if_many(const std::set<std::string>& ids, std::size_t max_pages) {
  std::set<std::string> unknown = unknown_of(ids);
  if (unknown.size() <= few) return {};
  try {
    while (!unknown.empty() && !list_ended_ && pages_ < max_pages) {
      const Page page = api_.agents(next_token_);
      ++pages_;
      for (const picket::json::value& row : page.rows) {
        const picket::json::object* o = row.if_object();
        if (o == nullptr) continue;
        Agent agent = read_agent(*o);
        unknown.erase(agent.id);
        const std::string id = agent.id;
        hosts_[id] = {Host::State::known, std::move(agent)};
      }
      list_ended_ = page.next_token.empty() || page.next_token == next_token_;
      next_token_ = page.next_token;
    }
  } catch (const picket::ServiceError&) {
    throw;
  } catch (const picket::Error& e) {
    if (e.status() == picket::Status::cancelled || e.status() == picket::Status::deadline) throw;
    list_ended_ = true;
    return e.what();
  }
  return {};
}

std::set<std::string> Hosts::read_each(const std::set<std::string>& ids, std::size_t max_requests) {
  std::vector<std::string> wanted;
  for (const std::string& id : unknown_of(ids)) {
    if (wanted.size() == max_requests) break;
    wanted.push_back(id);
  }
  if (wanted.empty()) return {};
  const std::vector<Result<Agent>> results = api_.agents_by_id(wanted);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (results[i].value)
      hosts_[wanted[i]] = {Host::State::known, *results[i].value};
    else if (results[i].status == picket::Status::not_found)
      hosts_[wanted[i]] = {Host::State::gone, {}};
  }
  return {wanted.begin(), wanted.end()};
}

Host Hosts::find(const std::string& agent_id) const {
  if (agent_id.empty()) return {Host::State::none, {}};
  const auto found = hosts_.find(agent_id);
  return found == hosts_.end() ? Host{Host::State::pending, {}} : found->second;
}

const picket::Asset* match_asset(const Agent& agent, std::span<const picket::Asset> assets_of_client) {
  if (agent.hostname.empty()) return nullptr;
  const std::string hostname = picket::text::fold(agent.hostname);
  std::vector<const picket::Asset*> same_name;
  for (const picket::Asset& asset : assets_of_client)
    if (picket::text::fold(asset.name) == hostname) same_name.push_back(&asset);
  if (same_name.size() == 1) return same_name.front();
  if (agent.serial_number.empty()) return nullptr;
  const std::string serial = picket::text::fold(agent.serial_number);
  const picket::Asset* match = nullptr;
  for (const picket::Asset* asset : same_name) {
    if (picket::text::fold(asset->serial_number) != serial) continue;
    if (match != nullptr) return nullptr;
    match = asset;
  }
  return match;
}

}  // namespace huntress
