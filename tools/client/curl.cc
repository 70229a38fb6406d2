#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/visible_text.h"
#include "tools/client/exchange.h"
#include "tools/client/json.h"

namespace fortnight::client {
namespace {

// Whether the character needs no escape between quotes.
bool is_plain(const TextUnit& unit) {
  return unit.visible() || unit.code == '\n' || unit.code == '\t';
}

// $'...' as in bash, zsh and ksh, so that control characters don't reach the user's terminal.
std::string escaped(std::string_view text) {
  std::string out = "$'";
  while (!text.empty()) {
    const TextUnit unit = first_unit(text);
    const std::string_view bytes = text.substr(0, unit.length);
    if (is_plain(unit)) {
      if (bytes == "'" || bytes == "\\") out += '\\';
      out += bytes;
    } else {
      for (const char c : bytes) out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    text.remove_prefix(unit.length);
  }
  return out + "'";
}

std::string shell_quoted(std::string_view text) {
  for (std::string_view rest = text; !rest.empty();) {
    const TextUnit unit = first_unit(rest);
    if (!is_plain(unit)) return escaped(text);
    rest.remove_prefix(unit.length);
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

// Headers that curl adds itself, and those of proxies, which don't belong to the client's request.
bool is_curls_own(std::string_view name) {
  constexpr std::array<std::string_view, 5> kOwn = {"content-length", "host", "connection",
                                                    "x-forwarded-for", "accept-encoding"};
  return std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end();
}

// curl misinterprets other names, for example HTTP/2's ":path".
bool is_header_name(std::string_view name) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
  });
}

// A line end would begin another header; a NUL would end the argument.
bool is_header_value(std::string_view value) {
  return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

// A name or address with an optional port, and nothing that changes the URL's host.
bool is_host(std::string_view host) {
  constexpr std::string_view others = ".-_:[]";
  return !host.empty() && std::all_of(host.begin(), host.end(), [&](char c) {
    return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
  });
}

// For curl's -H option, in which "name;" means an empty value.
std::string header_argument(const Header& header) {
  return header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
}

bool is_url(std::string_view path) {
  return path.starts_with("http://") || path.starts_with("https://");
}

// Percent-encodes characters that curl rejects or removes in a URL.
std::string url_encoded(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const TextUnit unit = first_unit(path);
    const std::string_view bytes = path.substr(0, unit.length);
    if (unit.visible() && unit.code != ' ' && unit.code != '#') {
      out += bytes;
    } else {
      for (const char c : bytes) out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    path.remove_prefix(unit.length);
  }
  return out;
}

// The argument of `printf %b`, for bytes that no command argument can contain.
std::string printf_escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const TextUnit unit = first_unit(text);
    const std::string_view bytes = text.substr(0, unit.length);
    if (unit.code == '\\') {
      out += "\\\\";
    } else if (is_plain(unit)) {
      out += bytes;
    } else {
      for (const char c : bytes) out += fmt::format("\\0{:03o}", static_cast<unsigned char>(c));
    }
    text.remove_prefix(unit.length);
  }
  return out;
}

// Linux limits an argument to 128 KiB without NULs. A shell's built-in printf has no limit.
bool fits_an_argument(std::string_view body) {
  constexpr std::size_t kLongest = 100'000;
  return body.size() <= kLongest && body.find('\0') == std::string_view::npos;
}

// The command under construction.
class Command {
 public:
  explicit Command(const Exchange& exchange) : exchange_(exchange), body_(exchange.request.body) {
    if (!body_.empty()) body_ = text_of(body_);
  }

  CurlCommand run() {
    add_method();
    add_url();
    add_headers();
    add_body();
    if (exchange_.cut_off && !exchange_.request.body_cut_off && body_.empty()) {
      left_out_.emplace_back("what stood behind the place where the line was cut off");
    }
    return {before_ + command_ + "\n", std::move(left_out_)};
  }

 private:
  void next_line() { command_ += " \\\n  "; }

  void add_method() {
    const std::string& method = exchange_.method;
    if (method == "HEAD") {
      command_ += " --head";              // with -X HEAD curl would wait for a body
    } else if (is_header_name(method)) {  // both are tokens
      command_ += " -X " + shell_quoted(method);
    } else if (!method.empty()) {
      left_out_.emplace_back("the method, which is none of HTTP");
    }
  }

  // The host is rarely in a line; the command then uses a shell variable.
  [[nodiscard]] std::string url(const std::string& path) const {
    for (const Header& header : exchange_.request.headers) {
      if (lower(header.name) == "host" && is_host(header.value)) {
        return shell_quoted("https://" + header.value + path);
      }
    }
    return path.empty() ? "\"$API\"" : "\"$API\"" + shell_quoted(path);
  }

  // A path that doesn't begin with "/" would become part of the host name, or an option.
  void add_url() {
    const std::string path = url_encoded(exchange_.path);
    if (path.find("/.") != std::string::npos) command_ += " --path-as-is";
    if (is_url(path)) {
      command_ += " " + shell_quoted(path);
    } else if (path.empty() || path.starts_with('/')) {
      command_ += " " + url(path);
    } else {
      command_ += " --request-target " + shell_quoted(path) + " " + url("");
    }
  }

  void add_headers() {
    bool typed = false;
    for (const Header& header : exchange_.request.headers) {
      if (!is_header_name(header.name) || is_curls_own(lower(header.name))) continue;
      if (header.cut_off) {
        left_out_.push_back("header " + header.name + ", whose value was cut off");
        continue;
      }
      if (!is_header_value(header.value)) {
        left_out_.push_back("header " + header.name + ", whose value has a line end or NUL");
        continue;
      }
      typed = typed || lower(header.name) == "content-type";
      next_line();
      command_ += "-H " + shell_quoted(header_argument(header));
    }
    if (typed || !has_body()) return;
    next_line();
    command_ += "-H 'Content-Type:'";  // otherwise curl adds its default
  }

  [[nodiscard]] bool has_body() const {
    return !body_.empty() && !exchange_.request.body_cut_off && exchange_.method != "HEAD";
  }

  void add_body() {
    if (exchange_.request.body_cut_off) {
      left_out_.emplace_back("the body, which was cut off: the line was too long");
      return;
    }
    if (!has_body()) {
      if (!body_.empty()) left_out_.emplace_back("the body, which curl doesn't send with HEAD");
      return;
    }
    next_line();
    if (fits_an_argument(body_)) {
      command_ += "--data-raw " + shell_quoted(body_);
    } else {
      command_ += "--data-binary @-";
      before_ += "printf %b " + shell_quoted(printf_escaped(body_)) + " |\n";
    }
  }

  const Exchange& exchange_;
  std::string body_;
  std::string before_;
  std::string command_ = "curl --globoff";
  std::vector<std::string> left_out_;
};

}  // namespace

CurlCommand curl_command(const Exchange& exchange) { return Command(exchange).run(); }

}  // namespace fortnight::client
