// The contract's rules on what a provider passes: sizes, pointers, text, enumerators. Each check throws a Breach that names the part and
// the fault. Pure functions; any thread.
#pragma once
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "picket/abi/provider.h"
#include "sdk/host/first_sizes.hpp"

namespace picket::host {

class Breach : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// UTF-8 without NUL; and not empty; and a JSON object, or absent. The breach names part and member (".title") together.
void check_text(picket_str, std::string_view part, std::string_view member = {});
void check_some_text(picket_str, std::string_view part, std::string_view member = {});
void check_json_object(picket_str, std::string_view part, std::string_view member = {});
void check_array(const void* elements, std::size_t count, std::string_view part);

template <class Pointer>
void check_pointer(Pointer pointer, std::string_view part) {
  if (pointer == nullptr) throw Breach(std::string(part) + " is a null pointer");
}

template <class Struct>
void check_size(const Struct& s, std::string_view part) {
  if (s.size < first_size<Struct> || s.size > absurd_size)
    throw Breach(std::string(part) + ".size is " + std::to_string(s.size) + ", expected at least " + std::to_string(first_size<Struct>));
}

void check_texts(const picket_str* texts, std::size_t count, std::string_view part);
// An element of an array of pointers.
void check_request(const picket_http_request*, std::size_t index);
void check_change_set(const picket_change_set*, std::size_t index);
void check_report(const picket_poll_report&);

}  // namespace picket::host
