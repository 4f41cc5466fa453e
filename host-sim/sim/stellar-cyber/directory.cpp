#include "host-sim/sim/stellar-cyber/directory.hpp"

#include <algorithm>

#include "host-sim/sim/stellar-cyber/ids.hpp"
#include "sdk/common/ascii.hpp"

namespace picket::sim::stellar_cyber {
namespace {

constexpr const char* unnamed_tenant = "Root Tenant";

template <class Element>
void put_into(std::deque<Element>& all, Element element) {
  const auto old = std::find_if(all.begin(), all.end(), [&](const Element& e) { return e.id == element.id; });
  if (old == all.end())
    all.push_back(std::move(element));
  else
    *old = std::move(element);
}

}  // namespace

void Users::put(User user) { put_into(users_, std::move(user)); }

const User* Users::find(std::string_view id_or_email) const {
  for (const auto& user : users_)
    if (user.id == id_or_email || user.email == id_or_email) return &user;
  return nullptr;
}

const User& Users::get_or_add(const std::string& who) {
  if (const User* known = find(who)) return *known;
  for (const auto& user : users_)
    if (user.name == who) return user;
  const std::string dashed = ascii::slug(who, '-');
  const std::string id = dashed.empty() ? "u-" + id_of_name(who).substr(0, 8) : "u-" + dashed;
  if (const User* known = find(id)) return *known;
  users_.push_back({id, (dashed.empty() ? id : ascii::slug(who, '.')) + "@example.com", who});
  return users_.back();
}

json::array Users::to_json() const {
  json::array list;
  for (const auto& user : users_) list.push_back({{"user_id", user.id}, {"email", user.email}, {"display_name", user.name}});
  return list;
}

void Tenants::put(Tenant tenant) { put_into(tenants_, std::move(tenant)); }

const Tenant& Tenants::of(const std::string& id, const std::string& name) {
  const std::string new_name = !name.empty() ? name : id.empty() ? unnamed_tenant : "Tenant " + id;
  for (const auto& tenant : tenants_)
    if (id.empty() ? tenant.name == new_name : tenant.id == id) return tenant;
  tenants_.push_back({id.empty() ? id_of_name(new_name) : id, new_name});
  return tenants_.back();
}

}  // namespace picket::sim::stellar_cyber
