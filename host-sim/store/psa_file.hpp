// The file of a tenant's PSA data as values, checked by itself: members, types, forms. What it refers to is the database's business.
// Pure; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace picket::store {

// `path` is where in the file it stands, for errors: "clients[3]". Empty text stands for "not given".
struct PsaRecord {
  std::string path;
  std::string id;
  std::string name;
  std::string email;             // contacts, users
  std::string client;            // assets; contacts: the path's client by position
  std::size_t client_index = 0;  // contacts
  std::string board;             // statuses, categories
  std::string parent;            // categories
  std::string serial_number;     // assets
  std::string type;              // assets
  bool inactive = false;         // clients
  bool primary = false;          // contacts
  bool is_default = false;       // statuses
  bool closed = false;           // statuses
};

struct PsaFile {
  PsaRecord tenant;
  std::vector<PsaRecord> clients, contacts, boards, statuses, priorities, categories, assets, users;
};

// Throws Error(invalid) that names the file, the path and what was expected there; field() is the path.
PsaFile parse_psa_file(std::string_view json_text, std::string_view file);

// The error that parse_psa_file throws, for what is found out later.
[[noreturn]] void refuse_psa(std::string_view file, std::string_view path, std::string_view expectation);

}  // namespace picket::store
