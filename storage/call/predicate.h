// What a query asks of calls, in the engine's terms: a conjunction of predicates, each about one
// subject. query/ makes them from the request line. The engine decides which index or column tests
// each, cheapest first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/call/batch.h"

namespace fortnight::storage {

// Text with `*` for any run of bytes: "a*b" is the pieces {"a", "b"}. One piece is an exact value.
// {"", ""} is `*`, "present": it matches any text that isn't empty.
struct TextPattern {
  std::vector<std::string> pieces;

  [[nodiscard]] bool exact() const { return pieces.size() == 1; }
  // Case-sensitive. An absent value is the empty text; only the exact empty pattern matches it.
  [[nodiscard]] bool matches(std::string_view text) const;
};

enum class Comparison : std::uint8_t { less, less_equal, greater, greater_equal };

struct NumberBound {
  Comparison comparison;
  double value;        // for duration_ms: milliseconds
  std::string text{};  // the number as the request has it; if empty, `value` is used
};

// Statuses from `first` to `last`, both included. {0, 0} is "absent".
struct StatusRange {
  std::int32_t first;
  std::int32_t last;
};

struct Predicate {
  enum class Subject : std::uint8_t {
    field,       // `field`, by `patterns`
    status,      // by `statuses` or `bounds`
    duration,    // by `bounds`, in ms; or by `patterns`: the decimal text of the milliseconds
    id_of_kind,  // `name`, an ID kind other than call_id, by `patterns`
    any_id,      // call_id or an ID of any kind, by `patterns`
    // The decoded scalars that find_scalars() finds at the JSON pointer `name`: any of them matches
    // `patterns` or `bounds`. Null and a missing scalar are the empty text.
    pointer,
    // Case-sensitive substrings of decoded scalars and key names of the line: the `patterns`, which
    // are exact. Unlike for other subjects, all of them must be found.
    text,
    // The error code, by `patterns`: the first text that isn't empty of those that find_scalar()
    // finds at `pointers`; the empty text if there is none.
    code,
  };
  Subject subject = Subject::field;
  TextField field = TextField::account;
  std::string name;
  std::vector<std::string> pointers;
  bool negated = false;
  bool whole = false;  // of `text`: where no term is cut (contains_whole() in terms.h)
  // A call matches if any of these matches. Of several IDs of a call, one is enough.
  std::vector<TextPattern> patterns;
  std::vector<StatusRange> statuses;
  // All bounds must hold. A value that isn't a number meets none.
  std::vector<NumberBound> bounds;
};

// Whether any of the patterns matches.
bool matches_any(const std::vector<TextPattern>& patterns, std::string_view text);
// Whether all of the bounds hold for `value`.
bool meets(const std::vector<NumberBound>& bounds, double value);
// Whether a predicate with patterns or bounds accepts a text, before negation. JSON numbers are
// compared with bounds exactly; other texts meet none.
bool value_matches(const Predicate& predicate, std::string_view text);
// Whether a predicate about the status accepts this one, before negation.
bool status_matches(const Predicate& predicate, std::int32_t status);
// Converts bounds in milliseconds to bounds of Call::duration_ns.
std::vector<NumberBound> in_nanoseconds(std::vector<NumberBound> milliseconds);

// Serialises the predicates. Only the same predicates in the same order have the same key.
std::string cache_key(const std::vector<Predicate>& predicates);

// A call with this status or a higher one has failed.
inline constexpr std::int32_t kFirstError = 400;
constexpr bool is_error(std::int32_t status) { return status >= kFirstError; }

}  // namespace fortnight::storage
