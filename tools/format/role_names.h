// How well a member's name fits a field.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fortnight::format {

enum class Role : std::uint8_t {
  ts,
  account,
  method,
  endpoint,
  path,
  status,
  revision,
  duration,
  call_id,
  error_code,
};
inline constexpr std::size_t kRoles = 10;
// As formats have it: "ts", "duration_ms", ...
std::string_view role_name(Role role);

// From 0 (the name belongs to something else) to 1 (its usual name).
double name_fit(Role role, std::string_view pointer);

// A name without case and separators, in snake case: "X-Request-ID" becomes "x_request_id",
// "durationMs" "duration_ms".
std::string snake_case(std::string_view name);

}  // namespace fortnight::format
