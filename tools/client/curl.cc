#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tools/client/exchange.h"
#include "tools/client/json.h"

namespace fortnight::client {
namespace {

// Whether the byte at `at` is of a control character that isn't layout: U+0080 to U+009F, of two
// bytes, among them.
bool is_control(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned c = byte(at);
  if (c == 0xc2) return byte(at + 1) >= 0x80 && byte(at + 1) < 0xa0;
  if (c >= 0x80 && c < 0xa0) return at > 0 && byte(at - 1) == 0xc2;
  return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
}

// As bash, zsh and ksh have it, so that control characters don't reach the reader's terminal.
std::string escaped(std::string_view text) {
  std::string out = "$'";
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_control(text, i)) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[i]));
    } else {
      if (text[i] == '\'' || text[i] == '\\') out += '\\';
      out += text[i];
    }
  }
  return out + "'";
}

std::string shell_quoted(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_control(text, i)) return escaped(text);
  }
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

// What isn't a header's name, HTTP/2's ":path" among it, curl would take for something else.
bool is_header_name(std::string_view name) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
  });
}

// A line end would begin another header, which nobody sent.
bool is_header_value(std::string_view value) {
  return value.find_first_of("\r\n") == std::string_view::npos;
}

// As curl's -H takes it: "name;" is how it is told of an empty value.
std::string header_argument(const Header& header) {
  return header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
}

bool is_url(std::string_view path) {
  return path.starts_with("http://") || path.starts_with("https://");
}

}  // namespace

std::string curl_command(const Exchange& exchange) {
  // A line seldom tells the host; then the reader's shell has to.
  std::string url = "\"$API\"" + shell_quoted(exchange.path);
  for (const Header& header : exchange.request.headers) {
    if (lower(header.name) == "host") url = shell_quoted("https://" + header.value + exchange.path);
  }
  if (is_url(exchange.path)) url = shell_quoted(exchange.path);
  std::string command = "curl --globoff ";
  if (!exchange.method.empty()) command += "-X " + shell_quoted(exchange.method) + " ";
  command += url;
  for (const Header& header : exchange.request.headers) {
    if (!is_header_name(header.name) || !is_header_value(header.value)) continue;
    if (is_curls_own(lower(header.name))) continue;
    command += " \\\n  -H " + shell_quoted(header_argument(header));
  }
  const std::string& body = exchange.request.body;
  if (!body.empty()) command += " \\\n  --data-raw " + shell_quoted(text_of(body));
  return command + "\n";
}

}  // namespace fortnight::client
