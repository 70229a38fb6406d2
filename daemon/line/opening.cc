#include "daemon/line/opening.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "daemon/net/tls_stream.h"

namespace fortnight::daemon {
namespace {

// Longer than any registered method; a longer token is also treated as one.
constexpr std::size_t kMethodKept = 24;
// "HTTP/" and a version.
constexpr std::size_t kVersionKept = 16;

// RFC 9110, 5.6.2
bool is_token_character(char c) {
  return is_alphanumeric(c) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

// Methods recognised without a version, as in HTTP/0.9.
bool is_known_method(std::string_view method) {
  constexpr std::array<std::string_view, 9> kMethods = {
      "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  return std::find(kMethods.begin(), kMethods.end(), method) != kMethods.end();
}

}  // namespace

Opening::Kind Opening::feed(std::string_view bytes) {
  for (const char c : bytes) {
    if (kind_ != Kind::undecided) break;
    take(c);
  }
  return kind_;
}

void Opening::take(char c) {
  switch (part_) {
    case Part::before:
      if (c == '\n' || is_blank(c)) return;
      if (c == kTlsHandshake) {
        kind_ = Kind::tls;
      } else if (!is_token_character(c)) {
        kind_ = Kind::lines;
      } else {
        part_ = Part::method;
        method_ = c;
      }
      return;
    case Part::method:
      if (is_blank(c)) {
        part_ = Part::rest;
      } else if (!is_token_character(c)) {
        kind_ = Kind::lines;
      } else if (method_.size() < kMethodKept) {
        method_ += c;
      }
      return;
    case Part::rest:
      if (c == '\n') {
        (void)finish();
      } else if (is_blank(c)) {
        in_word_ = false;
      } else {
        if (first_of_rest_ == 0) first_of_rest_ = c;
        if (!in_word_) last_word_.clear();
        in_word_ = true;
        // One character more than kept: the word is too long for a version.
        if (last_word_.size() <= kVersionKept) last_word_ += c;
      }
      return;
  }
}

Opening::Kind Opening::finish() {
  if (kind_ != Kind::undecided) return kind_;
  const bool http = ends_with_version() || (has_target() && is_known_method(method_));
  return kind_ = part_ == Part::rest && http ? Kind::http : Kind::lines;
}

Opening::Kind Opening::give_up() {
  if (kind_ != Kind::undecided) return kind_;
  const bool http = part_ == Part::rest && (has_target() || is_known_method(method_));
  return kind_ = http ? Kind::http : Kind::lines;
}

// Whether a second word begins like the path of a request.
bool Opening::has_target() const { return first_of_rest_ == '/' || first_of_rest_ == '*'; }

// "HTTP/1.1", in any case.
bool Opening::ends_with_version() const {
  constexpr std::string_view kName = "HTTP/";
  if (last_word_.size() <= kName.size() || last_word_.size() > kVersionKept) return false;
  for (std::size_t i = 0; i < last_word_.size(); ++i) {
    const char c = last_word_[i];
    if (i < kName.size() ? upper(c) != kName[i] : !is_digit(c) && c != '.') {
      return false;
    }
  }
  return true;
}

std::string_view wrong_port_line(Opening::Kind kind) {
  return kind == Opening::Kind::tls
             ? "ERR unsupported this port speaks lines of text without TLS\n"
             : "ERR unsupported this port speaks Fortnight's line protocol, not HTTP\n";
}

std::string_view name_of(Opening::Kind kind) { return kind == Opening::Kind::tls ? "TLS" : "HTTP"; }

}  // namespace fortnight::daemon
