// The size of each struct in contract 1.0, the least that a caller may pass. Does not change when a struct grows.
#pragma once
#include <cstddef>
#include <cstdint>

#include "picket/abi/provider.h"

namespace picket::host {

#define PICKET_END_OF(type, member) (offsetof(type, member) + sizeof(type::member))

template <class Struct>
inline constexpr std::size_t first_size = 0;
template <>
inline constexpr std::size_t first_size<picket_call> = PICKET_END_OF(picket_call, fail);
template <>
inline constexpr std::size_t first_size<picket_http_request> = PICKET_END_OF(picket_http_request, repeatable);
template <>
inline constexpr std::size_t first_size<picket_alert> = PICKET_END_OF(picket_alert, incomplete);
template <>
inline constexpr std::size_t first_size<picket_mapping> = PICKET_END_OF(picket_mapping, auto_create_tickets);
template <>
inline constexpr std::size_t first_size<picket_ticket_draft> = PICKET_END_OF(picket_ticket_draft, attributes_json);
template <>
inline constexpr std::size_t first_size<picket_asset_link> = PICKET_END_OF(picket_asset_link, external_realm_id);
template <>
inline constexpr std::size_t first_size<picket_change_set> = PICKET_END_OF(picket_change_set, cursor_value);
template <>
inline constexpr std::size_t first_size<picket_poll_report> = PICKET_END_OF(picket_poll_report, error_count);
template <>
inline constexpr std::size_t first_size<picket_provider> = PICKET_END_OF(picket_provider, destroy);
template <>
inline constexpr std::size_t first_size<picket_entry_point> = PICKET_END_OF(picket_entry_point, open);

#undef PICKET_END_OF

// Above the size of any struct: such a `size` was never set.
inline constexpr std::uint32_t absurd_size = 64 * 1024;

}  // namespace picket::host
