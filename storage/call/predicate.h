// What a query asks of calls, in the engine's terms: a conjunction of predicates, each about one
// subject. query/ makes them from the request line; the engine decides by which index or column
// each is tested, cheapest first.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/call/batch.h"

namespace fortnight::storage {

// Text with `*` for any run of bytes: "a*b" is pieces {"a", "b"}; one piece is an exact value;
// {"", ""} is `*`, "present": it matches any text that isn't empty.
struct TextPattern {
  std::vector<std::string> pieces;

  [[nodiscard]] bool exact() const { return pieces.size() == 1; }
  // Case-sensitive. An absent value is the empty text: only the exact empty pattern matches it.
  [[nodiscard]] bool matches(std::string_view text) const;
};

enum class Comparison : std::uint8_t { less, less_equal, greater, greater_equal };

struct NumberBound {
  Comparison comparison;
  double value;        // for duration_ms: milliseconds
  std::string text{};  // the number as it was asked for; empty: it is `value`
};

// Statuses from `first` to `last`, both included. {0, 0} is "absent".
struct StatusRange {
  std::int32_t first;
  std::int32_t last;
};

struct Predicate {
  enum class Subject : std::uint8_t {
    field,       // `field`, by `patterns`
    status,      // by `statuses`, or `bounds`
    duration,    // by `bounds`, in ms; or `patterns`: the decimal text of the milliseconds
    id_of_kind,  // `name`, an ID kind other than call_id, by `patterns`
    any_id,      // call_id or an ID of any kind, by `patterns`
    pointer,     // the scalars that find_scalars() finds at the JSON pointer `name`, decoded, by
              // `patterns` or `bounds`: any of them. Null is the empty text, and so is no scalar.
    text,  // a case-sensitive substring of one decoded scalar or key name of the line, `patterns`
           // being exact; all of them have to be found (the only subject where that is so)
    code,  // the error code, by `patterns`: the first text that isn't empty of what find_scalar()
           // finds at `pointers`; the empty text where there is none
  };
  Subject subject = Subject::field;
  TextField field = TextField::account;
  std::string name;
  std::vector<std::string> pointers;
  bool negated = false;
  // A call matches if any of these does (for several IDs of a call: if any ID does).
  std::vector<TextPattern> patterns;
  std::vector<StatusRange> statuses;
  // All of them have to hold; a value that is no number meets none.
  std::vector<NumberBound> bounds;
};

// Whether any of the patterns matches.
bool matches_any(const std::vector<TextPattern>& patterns, std::string_view text);
// Whether all of the bounds hold for `value`.
bool meets(const std::vector<NumberBound>& bounds, double value);
// What a predicate by patterns or bounds says of a text, before negation. JSON numbers meet bounds
// to their last digit, other texts none.
bool value_matches(const Predicate& predicate, std::string_view text);
// What a predicate about the status says of one, before negation.
bool status_matches(const Predicate& predicate, std::int32_t status);
// Bounds of milliseconds as bounds that Call::duration_ns is to meet.
std::vector<NumberBound> in_nanoseconds(std::vector<NumberBound> milliseconds);

// The predicates in bytes: the same for the same ones alone, in their order.
std::string cache_key(const std::vector<Predicate>& predicates);

// A failed call is one whose status is this or above.
inline constexpr std::int32_t kFirstError = 400;
constexpr bool is_error(std::int32_t status) { return status >= kFirstError; }

}  // namespace fortnight::storage
