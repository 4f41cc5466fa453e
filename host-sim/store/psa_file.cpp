#include "host-sim/store/psa_file.hpp"

#include <algorithm>
#include <functional>
#include <initializer_list>

#include "host-sim/store/uuid.hpp"
#include "picket/error.hpp"
#include "sdk/common/byte_order_mark.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/json_duplicates.hpp"
#include "sdk/common/list.hpp"
#include "sdk/common/text.hpp"

namespace picket::store {
namespace {

constexpr std::size_t max_name_chars = 255;

std::string member_path(std::string_view path, std::string_view member) {
  return path.empty() ? std::string(member) : std::string(path) + "." + std::string(member);
}

// Reads the members of one object of the file and refuses unknown ones.
class Reader {
 public:
  Reader(std::string_view file, std::string path, const json::value& value, std::initializer_list<std::string_view> members)
      : file_(file), path_(std::move(path)) {
    object_ = value.if_object();
    if (object_ == nullptr) refuse_psa(file_, path_.empty() ? "the document" : path_, "must be an object");
    for (const auto& member : *object_) {
      const std::string_view name = member.key();
      if (contains(members, name)) continue;
      const std::string meant = text::nearest(name, members);
      refuse_psa(file_, member_path(path_, name),
                 "is not known here" + (meant.empty() ? "; known are " + joined(members) : "; did you mean \"" + meant + "\"?"));
    }
  }

  // The members that every record has.
  PsaRecord record() const {
    PsaRecord record;
    record.path = path_;
    record.id = optional_uuid("id");
    record.name = required_text("name");
    return record;
  }

  std::string required_text(std::string_view member) const {
    std::string text = optional_text(member);
    if (text.empty()) refuse_psa(file_, member_path(path_, member), "must be a text that is not empty");
    return text;
  }

  std::string optional_text(std::string_view member) const {
    const json::value* value = object_->if_contains(member);
    if (value == nullptr || value->is_null()) return {};
    if (!value->is_string()) refuse_psa(file_, member_path(path_, member), "must be a text");
    text::Cleaned cleaned = text::clean_line(std::string_view(value->get_string()), max_name_chars);
    if (cleaned.shortened)
      refuse_psa(file_, member_path(path_, member),
                 "must have at most " + std::to_string(max_name_chars) + " characters, it is a text of " +
                     std::to_string(value->get_string().size()) + " bytes");
    return std::move(cleaned.text);
  }

  std::string optional_uuid(std::string_view member) const {
    const std::string text = optional_text(member);
    if (text.empty()) return {};
    const auto id = canonical_uuid(text);
    if (!id) refuse_psa(file_, member_path(path_, member), "must be a UUID, like 6f1c2b3a-0d4e-4f5a-8b6c-7d8e9f0a1b2c");
    return *id;
  }

  std::string required_email(std::string_view member) const {
    const std::string text = optional_text(member);
    const auto at = text.find('@');
    if (at == 0 || at == std::string::npos || at + 1 == text.size() || text.find(' ') != std::string::npos)
      refuse_psa(file_, member_path(path_, member), "must be an e-mail address");
    return text;
  }

  bool flag(std::string_view member) const {
    const json::value* value = object_->if_contains(member);
    if (value == nullptr || value->is_null()) return false;
    if (!value->is_bool()) refuse_psa(file_, member_path(path_, member), "must be true or false");
    return value->get_bool();
  }

  const json::value* required(std::string_view member) const {
    const json::value* value = object_->if_contains(member);
    if (value == nullptr) refuse_psa(file_, member_path(path_, member), "is missing");
    return value;
  }

  void each(std::string_view member, const std::function<void(std::string path, const json::value&)>& visit) const {
    const json::value* value = object_->if_contains(member);
    if (value == nullptr || value->is_null()) return;
    const json::array* array = value->if_array();
    if (array == nullptr) refuse_psa(file_, member_path(path_, member), "must be an array");
    for (std::size_t i = 0; i < array->size(); ++i) visit(member_path(path_, member) + "[" + std::to_string(i) + "]", (*array)[i]);
  }

 private:
  std::string_view file_;
  std::string path_;
  const json::object* object_;
};

void read_clients(PsaFile& file, const Reader& document, std::string_view name) {
  document.each("clients", [&](std::string path, const json::value& value) {
    const Reader client(name, std::move(path), value, {"name", "id", "inactive", "contacts"});
    PsaRecord record = client.record();
    record.inactive = client.flag("inactive");
    std::string primary;
    client.each("contacts", [&](std::string contact_path, const json::value& contact_value) {
      const Reader contact(name, std::move(contact_path), contact_value, {"name", "id", "email", "primary"});
      PsaRecord added = contact.record();
      added.email = contact.required_email("email");
      added.client_index = file.clients.size();
      added.primary = contact.flag("primary");
      if (added.primary && !primary.empty())
        refuse_psa(name, added.path + ".primary", "may be true for one contact of a client only; it is for " + primary + " too");
      if (added.primary) primary = added.path;
      file.contacts.push_back(std::move(added));
    });
    file.clients.push_back(std::move(record));
  });
}

}  // namespace

void refuse_psa(std::string_view file, std::string_view path, std::string_view expectation) {
  throw Error(Status::invalid, std::string(file) + ": " + std::string(path) + " " + std::string(expectation), std::string(path));
}

PsaFile parse_psa_file(std::string_view json_text, std::string_view name) {
  if (is_utf16(json_text)) refuse_psa(name, "the document", "is UTF-16; save it as UTF-8");
  json_text = without_byte_order_mark(json_text);
  const json::value document_value = json::parse(json_text, name);
  if (const auto twice = json::duplicate_member(json_text)) refuse_psa(name, *twice, "is given twice in its object");
  const Reader document(name, "", document_value,
                        {"tenant", "clients", "boards", "statuses", "priorities", "categories", "assets", "users"});
  PsaFile file;
  const Reader tenant(name, "tenant", *document.required("tenant"), {"name", "id"});
  file.tenant = tenant.record();
  read_clients(file, document, name);
  const auto records = [&](
                           std::string_view list, std::initializer_list<std::string_view> members, std::vector<PsaRecord>& all,
                           const std::function<void(const Reader&, PsaRecord&)>& read = [](const Reader&, PsaRecord&) {}) {
    document.each(list, [&](std::string path, const json::value& value) {
      const Reader reader(name, std::move(path), value, members);
      PsaRecord record = reader.record();
      read(reader, record);
      all.push_back(std::move(record));
    });
  };
  records("boards", {"name", "id"}, file.boards);
  records("statuses", {"name", "id", "board", "default", "closed"}, file.statuses, [&](const Reader& status, PsaRecord& record) {
    record.board = status.optional_text("board");
    record.is_default = status.flag("default");
    record.closed = status.flag("closed");
    if (record.is_default && record.closed) refuse_psa(name, record.path, "cannot be both the default and a closed status");
  });
  records("priorities", {"name", "id"}, file.priorities);
  records("categories", {"name", "id", "board", "parent"}, file.categories, [](const Reader& category, PsaRecord& record) {
    record.board = category.optional_text("board");
    record.parent = category.optional_text("parent");
  });
  records("assets", {"name", "id", "client", "serial_number", "type"}, file.assets, [](const Reader& asset, PsaRecord& record) {
    record.client = asset.required_text("client");
    record.serial_number = asset.optional_text("serial_number");
    record.type = asset.optional_text("type");
  });
  records("users", {"name", "id", "email"}, file.users,
          [](const Reader& user, PsaRecord& record) { record.email = user.required_email("email"); });
  return file;
}

}  // namespace picket::store
