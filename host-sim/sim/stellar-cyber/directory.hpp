// The users and tenants of the simulated installation. One thread.
#pragma once
#include <deque>
#include <string>
#include <string_view>

#include "sdk/common/json.hpp"

namespace picket::sim::stellar_cyber {

struct User {
  std::string id;
  std::string email;
  std::string name;
};

class Users {
 public:
  // Replaces the user of this id.
  void put(User user);

  const User* find(std::string_view id_or_email) const;

  // The user with this id, email or name. Adds unknown ones: "Alice Weber" as u-alice-weber, alice.weber@example.com.
  const User& get_or_add(const std::string& who);

  json::array to_json() const;

 private:
  std::deque<User> users_;
};

struct Tenant {
  std::string id;
  std::string name;
};

class Tenants {
 public:
  void put(Tenant tenant);

  // Finds a tenant by id or name, and invents what is empty or unknown.
  const Tenant& of(const std::string& id, const std::string& name);

 private:
  std::deque<Tenant> tenants_;
};

}  // namespace picket::sim::stellar_cyber
