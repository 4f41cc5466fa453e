// Parses the file of a tenant's PSA data and checks members, types and forms. Whether references exist is checked on import. Pure; any
// thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace picket::store {

// `path` is its place in the file, for errors: "clients[3]". An empty text means "not given".
struct PsaRecord {
  std::string path;
  std::string id;
  std::string name;
  std::string email;             // contacts, users
  std::string client;            // assets; contacts use client_index
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
[[nodiscard]] PsaFile parse_psa_file(std::string_view json_text, std::string_view file);

// The error that parse_psa_file throws, for problems that only the import can find.
[[noreturn]] void refuse_psa(std::string_view file, std::string_view path, std::string_view expectation);

}  // namespace picket::store
