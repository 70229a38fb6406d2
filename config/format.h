// How one producer's lines map to the fields of calls. docs/formats.md describes the language.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fortnight::config {

// JSON pointers (RFC 6901), checked when loaded.
using Pointers = std::vector<std::string>;

// Where a value is, in order of preference; the first one that is set is used. Each is one of:
//   /http/status   a JSON pointer, with selections in arrays (config/value_syntax.h)
//   $host          a part: of a string, of a wrapping, or of the source
//   =GET           a constant
using Values = std::vector<std::string>;

// What a line is, once its wrappings are removed.
enum class Input : std::uint8_t {
  json,    // a JSON object
  logfmt,  // name=value ..., which becomes an object with these members
  text,    // any text, which becomes {"message": "..."}
};

// What surrounds a line. docs/formats.md describes each.
enum class Wrapping : std::uint8_t { cri, docker, compose, syslog, prefix };
inline constexpr std::size_t kMaxWrappings = 4;  // of one line
struct Unwrap {
  bool automatic = true;            // each of them but `prefix`, where it is recognised
  std::vector<Wrapping> wrappings;  // if not automatic: from the outside in
  friend bool operator==(const Unwrap&, const Unwrap&) = default;
};

// A string that is taken apart. What its pieces are called is what fields refer to: $NAME.
struct Part {
  enum class As : std::uint8_t { request_line, clf, url, expression };
  Values of;
  As as = As::expression;
  std::string expression;  // of RE2, with named groups
  friend bool operator==(const Part&, const Part&) = default;
};

// A value, and the texts that it may be: * matches any run of characters, and alone any value that
// is set.
using Condition = std::pair<std::string, std::vector<std::string>>;
// Conditions that hold together.
using Rule = std::vector<Condition>;

enum class TimeFormat : std::uint8_t {
  automatic,  // all forms that docs/formats.md lists
  rfc3339,
  date_time,  // 2026-11-20 08:15:30; UTC unless an offset follows or the format has a zone
  clf,        // 20/Nov/2026:08:15:30 +0000
  unix_s,     // whole or with a decimal fraction, a number or a string; likewise those below
  unix_ms,
  unix_us,
  unix_ns,
  pattern,  // Format::time_pattern
};

enum class DurationUnit : std::uint8_t { s, ms, us, ns };
// Which duration is used of a string that has several.
enum class DurationList : std::uint8_t { sum, first, last };

// How to treat bytes in a line's strings that are not valid UTF-8.
enum class InvalidUtf8 : std::uint8_t {
  replace,  // each ill-formed sequence becomes U+FFFD
  reject,   // the line is rejected
  keep,     // byte XX becomes the escape \udcXX, which no UTF-8 text contains, so it is reversible
};

struct Format {
  Unwrap unwrap;
  Input input = Input::json;
  std::string inside;  // a pointer to a string that is the line; empty: none
  std::string each;    // a pointer to an array whose elements are calls; empty: none
  std::vector<Part> parts;
  bool any_case = false;                       // whether names of members match in any case
  std::vector<std::string> unset = {"", "-"};  // values that count as absent, as null does

  Values ts;
  TimeFormat time = TimeFormat::automatic;
  std::string time_pattern;
  std::string zone;  // of times without one: an IANA name, or +02:00; empty: they are rejected
  Values account, method, endpoint, path, status, revision;
  // The statuses that texts stand for, in order; * in a text matches any run of characters.
  std::vector<std::pair<std::string, std::uint16_t>> status_map;
  bool grpc = false;                  // the status may be a code of gRPC, by number or by name
  std::vector<Rule> failed_if;        // a call for which one of them holds has failed, and then has
  std::uint16_t failed_status = 500;  // this status, unless its own is of an error
  Values duration;
  DurationUnit duration_unit = DurationUnit::ms;
  DurationList duration_list = DurationList::sum;
  Values duration_from, duration_to;  // times whose difference is the duration
  // ID kinds and where their values are: a scalar or an array of scalars. Includes `call_id`. In
  // the order of the file.
  std::vector<std::pair<std::string, Values>> ids;
  // A line is a call if one of the rules of `only` holds, or there is none, and none of `except`
  // does. Other lines are skipped.
  std::vector<Rule> only;
  std::vector<Rule> except;
  // Templates that paths are matched with, in order: "/api/orders/{id}".
  std::vector<std::string> endpoints;
  // Where a response's error code is, for queries that group by it.
  Pointers error_code;
  InvalidUtf8 invalid_utf8 = InvalidUtf8::replace;

  friend bool operator==(const Format&, const Format&) = default;
};

}  // namespace fortnight::config
