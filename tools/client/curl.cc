#include <algorithm>
#include <array>

#include "tools/client/exchange.h"
#include "tools/client/json.h"

namespace fortnight::client {
namespace {

std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// Curl makes these itself, and a proxy's would be a lie.
bool is_curls_own(std::string_view name) {
  constexpr std::array<std::string_view, 5> kOwn = {"content-length", "host", "connection",
                                                    "x-forwarded-for", "accept-encoding"};
  return std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end();
}

}  // namespace

std::string curl_command(const Exchange& exchange) {
  // A line seldom tells the host; then the reader's shell has to.
  std::string url = "\"$API\"" + shell_quoted(exchange.path);
  for (const Header& header : exchange.request.headers) {
    if (lower(header.name) == "host") url = shell_quoted("https://" + header.value + exchange.path);
  }
  if (exchange.path.find("://") != std::string::npos) url = shell_quoted(exchange.path);
  std::string command = "curl --globoff -X " + shell_quoted(exchange.method) + " " + url;
  for (const Header& header : exchange.request.headers) {
    if (is_curls_own(lower(header.name))) continue;
    command += " \\\n  -H " + shell_quoted(header.name + ": " + header.value);
  }
  const std::string& body = exchange.request.body;
  if (!body.empty()) command += " \\\n  --data-raw " + shell_quoted(text_of(body));
  return command + "\n";
}

}  // namespace fortnight::client
