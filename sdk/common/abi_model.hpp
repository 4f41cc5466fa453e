// Converts the contract's C structs to C++ values and back, for both sides of the contract.
//
// Reading honours `size`: a member past it reads as zero. A C struct borrows from the C++ value it was made from, which must outlive it.
// Pure functions; any thread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "picket/abi/provider.h"
#include "picket/http.hpp"
#include "picket/model.hpp"

namespace picket {

// Whether `size` reaches past the member, that is, whether the struct's maker knew it.
template <class Struct, class Member>
bool reaches(const Struct& s, Member Struct::*member) {
  const auto offset = reinterpret_cast<const std::byte*>(&(s.*member)) - reinterpret_cast<const std::byte*>(&s);
  return s.size >= static_cast<std::size_t>(offset) + sizeof(Member);
}

// The struct as this side knows it: members that its maker did not know are zero, members that this side does not know are dropped.
template <class Struct>
Struct read_struct(const Struct& s) {
  Struct copy{};
  std::uint32_t size = 0;
  std::memcpy(&size, &s, sizeof size);
  std::memcpy(static_cast<void*>(&copy), &s, size < sizeof copy ? size : sizeof copy);
  return copy;
}

// A flag written by the other side: any byte other than zero is true.
inline bool read_flag(const bool& flag) {
  unsigned char byte = 0;
  std::memcpy(&byte, &flag, 1);
  return byte != 0;
}

inline std::string_view from_abi(picket_str s) { return s.ptr == nullptr ? std::string_view() : std::string_view(s.ptr, s.len); }
// Empty text is absent on the other side.
inline picket_str to_abi(std::string_view s) { return s.empty() ? picket_str{nullptr, 0} : picket_str{s.data(), s.size()}; }
// Text that is present even if it is empty.
inline picket_str present(std::string_view s) { return {s.data() == nullptr ? "" : s.data(), s.size()}; }

Alert from_abi(const picket_alert&);
Mapping from_abi(const picket_mapping&);
Asset from_abi(const picket_asset&);
TicketDraft from_abi(const picket_ticket_draft&);
AssetLink from_abi(const picket_asset_link&);
ChangeSet from_abi(const picket_change_set&);
PollReport from_abi(const picket_poll_report&);
// Keeps the kind as it came, even one that this side does not know.
TicketEvent from_abi(const picket_ticket_event&);
HttpRequest from_abi(const picket_http_request&);
HttpAnswer from_abi(const picket_http_answer&);

picket_alert to_abi(const Alert&);
picket_mapping to_abi(const Mapping&);
picket_asset to_abi(const Asset&);
picket_ticket_draft to_abi(const TicketDraft&);
picket_asset_link to_abi(const AssetLink&);

// Arrays whose elements point at parts stored next to them; the originals must outlive the object.

class AbiTexts {
 public:
  template <class Range>
  explicit AbiTexts(const Range& texts) {
    texts_.reserve(std::size(texts));
    for (const auto& text : texts) texts_.push_back(present(text));
  }
  const picket_str* data() const { return texts_.data(); }
  std::size_t size() const { return texts_.size(); }

 private:
  std::vector<picket_str> texts_;
};

class AbiHeaders {
 public:
  explicit AbiHeaders(const HttpHeaders&);
  const picket_header* data() const { return headers_.data(); }
  std::size_t size() const { return headers_.size(); }

 private:
  std::vector<picket_header> headers_;
};

class AbiRequests {
 public:
  explicit AbiRequests(std::span<const HttpRequest>);
  const picket_http_request* const* data() const { return pointers_.data(); }
  std::size_t size() const { return pointers_.size(); }

 private:
  std::vector<AbiHeaders> headers_;
  std::vector<picket_http_request> requests_;
  std::vector<const picket_http_request*> pointers_;
};

class AbiAnswer {
 public:
  AbiAnswer(std::size_t index, const HttpAnswer&);
  const picket_http_answer* get() const { return &answer_; }

 private:
  AbiHeaders headers_;
  picket_http_answer answer_;
};

class AbiChangeSets {
 public:
  explicit AbiChangeSets(std::span<const ChangeSet>);
  const picket_change_set* const* data() const { return pointers_.data(); }
  std::size_t size() const { return pointers_.size(); }

 private:
  std::vector<picket_mapping> mappings_;
  std::vector<picket_alert> alerts_;
  std::vector<picket_ticket_draft> drafts_;
  std::vector<picket_asset_link> links_;
  std::vector<AbiTexts> notes_;
  std::vector<picket_change_set> sets_;
  std::vector<const picket_change_set*> pointers_;
};

class AbiTicketEvents {
 public:
  explicit AbiTicketEvents(std::span<const TicketEvent>);
  const picket_ticket_event* const* data() const { return pointers_.data(); }
  std::size_t size() const { return pointers_.size(); }

 private:
  std::vector<picket_ticket_event> events_;
  std::vector<const picket_ticket_event*> pointers_;
};

class AbiReport {
 public:
  explicit AbiReport(const PollReport&);
  const picket_poll_report* get() const { return &report_; }

 private:
  std::vector<picket_finding_error> errors_;
  picket_poll_report report_;
};

}  // namespace picket
