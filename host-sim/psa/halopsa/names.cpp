#include "host-sim/psa/halopsa/names.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include "sdk/common/text.hpp"

namespace picket::psa::halopsa {
namespace {

constexpr std::size_t max_listed = 20;

// "there are: A, B, C", the most similar to `word` first.
std::string listed(std::string_view word, std::span<const RemoteEntity> existing, bool with_ids) {
  struct Candidate {
    std::size_t distance = 0;
    std::size_t position = 0;
    std::string text;
  };
  const std::string folded = text::fold(word);
  std::vector<Candidate> candidates;
  for (const RemoteEntity& e : existing) {
    if (e.inactive) continue;
    const std::size_t distance = with_ids ? 0 : text::edit_distance(folded, text::fold(e.name));
    candidates.push_back({distance, candidates.size(), with_ids ? e.name + " (" + e.id + ")" : e.name});
  }
  if (candidates.empty()) return "there are none";
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return std::tie(a.distance, a.position) < std::tie(b.distance, b.position); });
  std::string out = "there are: ";
  for (std::size_t i = 0; i < std::min(max_listed, candidates.size()); ++i) out += (i == 0 ? "" : ", ") + candidates[i].text;
  if (candidates.size() > max_listed) out += " and " + std::to_string(candidates.size() - max_listed) + " more";
  return out;
}

std::vector<RemoteEntity> named(const std::string& name, std::span<const RemoteEntity> existing) {
  std::vector<RemoteEntity> exact, alike;
  const std::string folded = text::fold(name);
  for (const RemoteEntity& e : existing) {
    if (e.name == name) exact.push_back(e);
    if (text::fold(e.name) == folded) alike.push_back(e);
  }
  return exact.empty() ? alike : exact;
}

}  // namespace

void add_problem(std::vector<Problem>& problems, std::string_view key, const std::string& text) {
  problems.push_back({std::string(key), std::string(key) + ": " + text});
}

std::optional<RemoteEntity> choose(std::string_view kind, const Wanted& wanted, std::span<const RemoteEntity> existing,
                                   std::vector<Problem>& problems) {
  if (!wanted.asked()) return std::nullopt;
  const bool by_id = !wanted.id.empty();
  const std::string_view key = by_id ? wanted.id_key : wanted.name_key;
  const std::string word = by_id ? "with the id " + wanted.id : "\"" + wanted.name + "\"";

  std::vector<RemoteEntity> found;
  if (by_id)
    std::copy_if(existing.begin(), existing.end(), std::back_inserter(found), [&](const RemoteEntity& e) { return e.id == wanted.id; });
  else
    found = named(wanted.name, existing);
  const bool any = !found.empty();
  std::set<std::string> ids;  // rows of one id are one, whatever else distinguishes them
  std::erase_if(found, [&](const RemoteEntity& e) { return e.inactive || !ids.insert(e.id).second; });

  if (found.empty()) {
    add_problem(problems, key,
                (any ? "the " + std::string(kind) + " " + word + " is inactive in HaloPSA"
                     : "there is no " + std::string(kind) + " " + word + " in HaloPSA") +
                    "; " + listed(by_id ? std::string_view{} : wanted.name, existing, by_id));
    return std::nullopt;
  }
  if (found.size() > 1) {
    std::string listed_ids;
    for (std::size_t i = 0; i < std::min(max_listed, found.size()); ++i) listed_ids += (i == 0 ? "" : ", ") + found[i].id;
    add_problem(problems, key,
                "HaloPSA has " + std::to_string(found.size()) + " times a " + std::string(kind) + " " + word + ", with the ids " +
                    listed_ids + (wanted.id_key.empty() ? "; rename all but one in HaloPSA" : "; set " + std::string(wanted.id_key)));
    return std::nullopt;
  }
  return found.front();
}

}  // namespace picket::psa::halopsa
