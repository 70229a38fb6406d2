// The cookie of sessions. Browsers send it over TLS and to loopback addresses only, never with
// requests that another site's page made, and don't show it to scripts.
#pragma once

#include <string>
#include <string_view>

namespace fortnight::daemon {

inline constexpr std::string_view kSessionCookie = "__Host-fortnight";

// The value of the session's cookie in a Cookie header; empty if there is none, or several.
std::string_view session_cookie(std::string_view header);
// Values of Set-Cookie: one that sets it, until the browser ends, and one that removes it. `secret`
// has letters and digits only.
std::string setting_cookie(std::string_view secret);
std::string removing_cookie();

}  // namespace fortnight::daemon
