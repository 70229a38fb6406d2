// How one producer's JSON maps to the fields of a call.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fortnight::config {

// JSON pointers (RFC 6901), checked when loaded. The first that a line has, and not as null, wins.
using Pointers = std::vector<std::string>;

enum class TimeFormat : std::uint8_t {
  automatic,  // RFC 3339 where it is a string, else by magnitude: s, ms, us or ns since 1970
  rfc3339,
  date_time,  // 2026-11-20 08:15:30, as UTC where no offset follows
  clf,        // 20/Nov/2026:08:15:30 +0000
  unix_s,     // whole or with a decimal fraction, number or string; so are those below
  unix_ms,
  unix_us,
  unix_ns,
};

enum class DurationUnit : std::uint8_t { s, ms, us, ns };

// What becomes of bytes within a line's strings that are not UTF-8.
enum class InvalidUtf8 : std::uint8_t {
  replace,  // each ill-formed sequence becomes U+FFFD
  reject,   // the line is rejected
  keep,     // byte XX becomes the escape \udcXX, which no UTF-8 text contains: it can be undone
};

struct Format {
  Pointers ts;
  TimeFormat time = TimeFormat::automatic;
  Pointers account, method, endpoint, path, status, revision;
  Pointers duration;
  DurationUnit duration_unit = DurationUnit::ms;
  // Kinds and where they stand: a scalar, or an array of scalars. `call_id` is one of them. In the
  // order of the file.
  std::vector<std::pair<std::string, Pointers>> ids;
  // A line is a call where each of these pointers has one of its values; other lines are skipped.
  std::vector<std::pair<std::string, std::vector<std::string>>> only;
  // Templates for paths, tried in order: "/api/orders/{id}".
  std::vector<std::string> endpoints;
  // Where an answer's error code stands, for queries that group by it.
  Pointers error_code;
  InvalidUtf8 invalid_utf8 = InvalidUtf8::replace;

  friend bool operator==(const Format&, const Format&) = default;
};

}  // namespace fortnight::config
