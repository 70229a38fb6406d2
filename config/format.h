// How one producer's JSON maps to the fields of a call.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fortnight::config {

// JSON pointers (RFC 6901), checked when loaded. The first one that leads to a value other than
// null is used.
using Pointers = std::vector<std::string>;

enum class TimeFormat : std::uint8_t {
  automatic,  // a string: RFC 3339; a number: s, ms, us or ns since 1970, by its magnitude
  rfc3339,
  date_time,  // 2026-11-20 08:15:30; UTC unless an offset follows
  clf,        // 20/Nov/2026:08:15:30 +0000
  unix_s,     // whole or with a decimal fraction, a number or a string; likewise those below
  unix_ms,
  unix_us,
  unix_ns,
};

enum class DurationUnit : std::uint8_t { s, ms, us, ns };

// How to treat bytes in a line's strings that are not valid UTF-8.
enum class InvalidUtf8 : std::uint8_t {
  replace,  // each ill-formed sequence becomes U+FFFD
  reject,   // the line is rejected
  keep,     // byte XX becomes the escape \udcXX, which no UTF-8 text contains, so it is reversible
};

struct Format {
  Pointers ts;
  TimeFormat time = TimeFormat::automatic;
  Pointers account, method, endpoint, path, status, revision;
  Pointers duration;
  DurationUnit duration_unit = DurationUnit::ms;
  // ID kinds and the pointers to their values: a scalar or an array of scalars. Includes `call_id`.
  // In the order of the file.
  std::vector<std::pair<std::string, Pointers>> ids;
  // A line is a call if each of these pointers leads to one of its values; other lines are skipped.
  std::vector<std::pair<std::string, std::vector<std::string>>> only;
  // Templates that paths are matched with, in order: "/api/orders/{id}".
  std::vector<std::string> endpoints;
  // Where a response's error code is, for queries that group by it.
  Pointers error_code;
  InvalidUtf8 invalid_utf8 = InvalidUtf8::replace;

  friend bool operator==(const Format&, const Format&) = default;
};

}  // namespace fortnight::config
