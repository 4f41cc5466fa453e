// Makes of a document one in which anything may stand anywhere: wrong types, missing and new members, hostile and broken text. Repeatable
// by its seed. Thread: one.
#pragma once
#include <random>
#include <string>

#include "sdk/common/json.hpp"

namespace picket::test {

class JsonMutator {
 public:
  explicit JsonMutator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }
  void mutate(json::value& v, unsigned per_mille);

 private:
  json::value anything(int depth);
  std::string text();

  std::mt19937_64 random_;
};

}  // namespace picket::test
