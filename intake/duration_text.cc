#include "intake/duration_text.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/ascii.h"
#include "base/time.h"
#include "intake/decimal.h"

namespace fortnight::intake {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;  // of a power of ten
  int power;            // of ten: factor * 10^power nanoseconds
};
// From large to small.
constexpr std::array<Unit, 20> kUnits = {
    {{"days", 86'400, 9}, {"day", 86'400, 9}, {"d", 86'400, 9},   {"hours", 3600, 9},
     {"hour", 3600, 9},   {"h", 3600, 9},     {"minutes", 60, 9}, {"min", 60, 9},
     {"m", 60, 9},        {"seconds", 1, 9},  {"sec", 1, 9},      {"s", 1, 9},
     {"msec", 1, 6},      {"ms", 1, 6},       {"usec", 1, 3},     {"us", 1, 3},
     {"\xc2\xb5s", 1, 3},  // the micro sign
     {"\xce\xbcs", 1, 3},  // the Greek letter
     {"nsec", 1, 0},      {"ns", 1, 0}}};

int power_of(config::DurationUnit unit) {
  switch (unit) {
    case config::DurationUnit::s:
      return 9;
    case config::DurationUnit::ms:
      return 6;
    case config::DurationUnit::us:
      return 3;
    case config::DurationUnit::ns:
      return 0;
  }
  return 0;
}

std::optional<std::int64_t> sum_of(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

// A number times factor * 10^power.
std::optional<std::int64_t> scaled(std::string_view number, std::int64_t factor, int power) {
  // Multiplied first, so that 0.5h is exact: the factors divide by ten.
  const std::optional<Scaled> value = scale_decimal(number_text(number), power, Rounding::nearest);
  std::int64_t product = 0;
  if (!value || value->value < 0 || __builtin_mul_overflow(value->value, factor, &product)) {
    return std::nullopt;
  }
  return product;
}

bool is_number_byte(char c) { return is_digit(c) || c == '.'; }

// "1m2.5s"
std::optional<std::int64_t> parse_units(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t sum = 0;
  std::size_t rank = 0;  // in kUnits: the next unit must be behind it
  while (!text.empty()) {
    const auto number_end = std::find_if_not(text.begin(), text.end(), is_number_byte);
    const std::string_view number =
        text.substr(0, static_cast<std::size_t>(number_end - text.begin()));
    text = without_blanks(text.substr(number.size()));
    const auto unit_end = std::find_if(text.begin(), text.end(),
                                       [](char c) { return is_number_byte(c) || is_blank(c); });
    const std::string_view name = text.substr(0, static_cast<std::size_t>(unit_end - text.begin()));
    text = without_blanks(text.substr(name.size()));
    const auto unit = std::find_if(kUnits.begin() + static_cast<std::ptrdiff_t>(rank), kUnits.end(),
                                   [&](const Unit& one) { return one.name == name; });
    if (unit == kUnits.end() || number.empty()) return std::nullopt;
    const auto part = scaled(number, unit->factor, unit->power);
    const auto next = part ? sum_of(sum, *part) : std::nullopt;
    if (!next) return std::nullopt;
    sum = *next;
    const auto same = [&](const Unit& one) {
      return one.factor != unit->factor || one.power != unit->power;
    };
    rank = static_cast<std::size_t>(std::find_if(unit, kUnits.end(), same) - kUnits.begin());
  }
  return sum;
}

// "P1DT2H3M4.5S" of ISO 8601: days, and behind the T the units that parse_units() knows.
std::optional<std::int64_t> parse_iso(std::string_view text) {
  std::string units(text.substr(1));
  const std::size_t clock = units.find('T');
  const std::string_view date = std::string_view(units).substr(0, clock);
  const bool wrong_clock = clock != std::string::npos &&
                           (clock + 1 == units.size() || units.find('D', clock) != units.npos);
  if (wrong_clock || (!date.empty() && !date.ends_with('D')) ||
      !std::all_of(units.begin(), units.end(), [](char c) {
        return is_number_byte(c) || c == 'D' || c == 'T' || c == 'H' || c == 'M' || c == 'S';
      })) {
    return std::nullopt;
  }
  if (clock != std::string::npos) units.erase(clock, 1);
  const auto both_letters = [](char a, char b) { return !is_number_byte(a) && !is_number_byte(b); };
  if (std::adjacent_find(units.begin(), units.end(), both_letters) != units.end()) {
    return std::nullopt;
  }
  for (char& c : units) c = lower(c);
  return parse_units(units);
}

// "01:02:03.5" or "02:03.5"
std::optional<std::int64_t> parse_clock(std::string_view text) {
  std::int64_t seconds = 0;
  std::size_t colons = 0;
  for (std::size_t colon = text.find(':'); colon != std::string_view::npos;
       colon = text.find(':')) {
    const std::string_view number = text.substr(0, colon);
    constexpr std::size_t kMostDigits = 6;
    if (number.empty() || number.size() > kMostDigits || ++colons > 2 ||
        !std::all_of(number.begin(), number.end(), is_digit)) {
      return std::nullopt;
    }
    const std::optional<Scaled> value = scale_decimal(number_text(number), 0, Rounding::down);
    seconds = (seconds + value->value) * 60;
    text.remove_prefix(colon + 1);
  }
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  const auto rest = scaled(text, 1, 9);
  return rest ? sum_of(seconds * kNsPerSecond, *rest) : std::nullopt;
}

// A number without a unit; nothing if it isn't one.
std::optional<Scaled> parse_plain(std::string_view text, config::DurationUnit unit) {
  return scale_decimal(number_text(text), power_of(unit), Rounding::nearest);
}

std::optional<std::int64_t> not_negative(const Scaled& number) {
  return number.value < 0 ? std::nullopt : std::optional(number.value);
}

std::optional<std::int64_t> parse_one(std::string_view text, config::DurationUnit unit) {
  if (const auto plain = parse_plain(text, unit)) return not_negative(*plain);
  if (text.find(':') != std::string_view::npos) return parse_clock(text);
  text = without_blanks(text);
  return text.starts_with('P') ? parse_iso(text) : parse_units(text);
}

// Removes the first element of a list from `text`.
std::string_view take_element(std::string_view& text) {
  std::size_t end = std::min(text.find(','), text.size());
  end = std::min(end, text.find(" : "));
  const std::string_view element = without_blanks(text.substr(0, end));
  text.remove_prefix(end);
  text.remove_prefix(std::min<std::size_t>(text.starts_with(" : ") ? 3 : 1, text.size()));
  return element;
}

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text, config::DurationUnit unit,
                                           config::DurationList list) {
  if (const auto plain = parse_plain(text, unit)) return not_negative(*plain);
  if (text.find(',') == std::string_view::npos && text.find(" : ") == std::string_view::npos) {
    return parse_one(text, unit);
  }
  std::optional<std::int64_t> result;
  while (!text.empty()) {
    const std::string_view element = take_element(text);
    if (element.empty() || element == "-") continue;
    const std::optional<std::int64_t> duration = parse_one(element, unit);
    if (!duration) return std::nullopt;
    result = result ? join_durations(*result, *duration, list) : duration;
    if (!result) return std::nullopt;
  }
  return result;
}

std::optional<std::int64_t> join_durations(std::int64_t first, std::int64_t next,
                                           config::DurationList list) {
  switch (list) {
    case config::DurationList::sum:
      return sum_of(first, next);
    case config::DurationList::first:
      return first;
    case config::DurationList::last:
      return next;
  }
  return first;
}

}  // namespace fortnight::intake
