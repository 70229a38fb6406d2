#include "daemon/http/cookies.h"

#include <fmt/format.h>

#include <algorithm>

namespace fortnight::daemon {
namespace {

// A cookie whose name begins with __Host- must have these.
constexpr std::string_view kAttributes = "Path=/; Secure; HttpOnly; SameSite=Strict";

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string_view session_cookie(std::string_view header) {
  std::string_view found;
  std::size_t count = 0;
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(';'), header.size());
    const std::string_view pair = without_blanks(header.substr(0, end));
    header.remove_prefix(std::min(end + 1, header.size()));
    const std::size_t equals = pair.find('=');
    if (equals == pair.npos || pair.substr(0, equals) != kSessionCookie) continue;
    found = pair.substr(equals + 1);
    ++count;
  }
  return count == 1 ? found : std::string_view();
}

std::string setting_cookie(std::string_view secret) {
  return fmt::format("{}={}; {}", kSessionCookie, secret, kAttributes);
}

std::string removing_cookie() {
  return fmt::format("{}=; {}; Max-Age=0", kSessionCookie, kAttributes);
}

}  // namespace fortnight::daemon
