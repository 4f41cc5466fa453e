#include "host-sim/sim/huntress/scenario.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>

#include "sdk/common/list.hpp"
#include "sdk/common/text.hpp"

namespace picket::sim::huntress {
namespace {

struct Noun {
  std::string_view plural;
  std::string_view singular;
  Kind kind;
};
constexpr std::array nouns{Noun{"organizations", "organization", Kind::organization}, Noun{"agents", "agent", Kind::agent},
                           Noun{"incidents", "incident", Kind::incident}};
constexpr std::array<std::string_view, 5> members{"account", "organizations", "agents", "incidents", "events"};
constexpr std::array<std::string_view, 5> event_members{"after_seconds", "after_requests", "incident", "organization", "agent"};

// The file being read, for error messages.
class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  [[noreturn]] void refuse(const std::string& field, const std::string& expected) const {
    throw Error(Status::invalid, "scenario " + file_ + ": " + field + ": expected " + expected, field);
  }

  const json::object& object(const json::value& v, const std::string& field) const {
    if (!v.is_object()) refuse(field, "an object");
    return v.get_object();
  }

  const json::array& list(const json::value& v, const std::string& field) const {
    if (!v.is_array()) refuse(field, "a list of objects");
    return v.get_array();
  }

  template <class Names>
  void only(const json::object& o, const Names& names, const std::string& field) const {
    for (const auto& member : o) {
      const std::string_view name = member.key();
      if (contains(names, name)) continue;
      std::string expected = "one of";
      for (const auto& known : names) expected += " " + std::string(known);
      const std::string near = text::nearest(name, names);
      refuse(field.empty() ? std::string(name) : field + "." + std::string(name),
             expected + (near.empty() ? "" : " (did you mean " + near + "?)"));
    }
  }

  void rows(const json::value& v, const Noun& noun, Data& data, Time base) const {
    std::set<std::string> ids;
    const json::array& all = list(v, std::string(noun.plural));
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::string field = std::string(noun.plural) + "[" + std::to_string(i) + "]";
      const json::object& o = object(all[i], field);
      if (noun.kind == Kind::organization && !json::text_at(o, "name")) refuse(field + ".name", "a text");
      const std::string id = apply(data, noun.kind, o, base, field);
      if (!ids.insert(id).second) refuse(field + ".id", "an id of its own, " + id + " is used twice");
    }
  }

  std::string apply(Data& data, Kind kind, const json::object& o, Time base, const std::string& field) const {
    try {
      return data.apply(kind, o, base, field);
    } catch (const Error& e) {
      throw Error(Status::invalid, "scenario " + file_ + ": " + e.what(), field);
    }
  }

  void event(const json::value& v, const std::string& field, Events& events) const {
    const json::object& o = object(v, field);
    only(o, event_members, field);
    const Due due = due_of(o, field);
    Change change;
    int changes = 0;
    for (const auto& noun : nouns) {
      const json::value* row = o.if_contains(noun.singular);
      if (!row) continue;
      ++changes;
      change.kind = noun.kind;
      change.row = object(*row, field + "." + std::string(noun.singular));
    }
    if (changes != 1) refuse(field, "one of incident, organization, agent");
    check_times(change.row, field);
    events.add(due, std::move(change));
  }

 private:
  Due due_of(const json::object& event, const std::string& field) const {
    try {
      return due_from(event, field);
    } catch (const Error& e) {
      throw Error(Status::invalid, "scenario " + file_ + ": " + e.what(), e.field());
    }
  }

  // An event's times are resolved when it happens, but a wrong one is reported now.
  void check_times(const json::object& change, const std::string& field) const {
    Data nothing;
    json::object copy = change;
    copy.erase("_delete");
    apply(nothing, Kind::incident, copy, Time{}, field);
  }

  std::string file_;
};

}  // namespace

void load_scenario(std::string_view text, const std::string& name, Data& data, Events& events, Time base) {
  const Reader reader(name);
  json::value document;
  try {
    document = json::parse(text, "scenario " + name);
  } catch (const Error& e) {
    const std::string what = e.what();
    throw Error(Status::invalid, what.find(name) == std::string::npos ? "scenario " + name + ": " + what : what);
  }
  if (!document.is_object()) reader.refuse("the document", "an object");
  const json::object& o = document.get_object();
  reader.only(o, members, "");
  if (const auto* account = o.if_contains("account")) data.merge_account(reader.object(*account, "account"));
  for (const auto& noun : nouns)
    if (const auto* rows = o.if_contains(noun.plural)) reader.rows(*rows, noun, data, base);
  data.count_into_organizations();
  if (const auto* list = o.if_contains("events")) {
    const json::array& all = reader.list(*list, "events");
    for (std::size_t i = 0; i < all.size(); ++i) reader.event(all[i], "events[" + std::to_string(i) + "]", events);
  }
}

void load_scenario_file(const std::string& file, Data& data, Events& events, Time base) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream content;
  if (in) content << in.rdbuf();
  if (!in) throw Error(Status::invalid, "scenario " + file + ": expected a file that can be read", "scenario");
  load_scenario(content.str(), file, data, events, base);
}

}  // namespace picket::sim::huntress
