#include "query/cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "base/bytes.h"
#include "base/checksum.h"

namespace fortnight::query {

namespace {

constexpr char kBetween = '.';
constexpr int kBase = 36;

template <typename Number>
void append(Number value, std::string& out) {
  char text[16];
  const auto end = std::to_chars(text, text + sizeof text, value, kBase).ptr;
  out.append(text, end);
}

// Reads a number up to the next point or the end, and skips the point.
template <typename Number>
bool take(std::string_view& text, Number& value) {
  const std::string_view digits = text.substr(0, text.find(kBetween));
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, kBase);
  text.remove_prefix(std::min(digits.size() + 1, text.size()));
  return error == std::errc() && stop == end;
}

// Serialises a filter; the order of its values makes no difference.
std::string bytes_of(const Parameter& filter) {
  std::vector<std::string_view> values;
  for (const Value& value : filter.values) values.emplace_back(value.text);
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  std::string bytes;
  ByteWriter out(bytes);
  out.text(filter.name);
  out.u8(static_cast<std::uint8_t>(filter.op));
  for (const std::string_view value : values) out.text(value);
  return bytes;
}

std::uint64_t hash_of_filters(const ParsedRequest& request, storage::Order order) {
  std::vector<std::string> filters;
  for (const Parameter& filter : request.filters) filters.push_back(bytes_of(filter));
  // The filters of REJECTS.
  for (const char* const name : {"source", "reason"}) {
    const auto option = request.options.find(name);
    if (option != request.options.end()) filters.push_back(bytes_of(option->second));
  }
  std::sort(filters.begin(), filters.end());
  filters.erase(std::unique(filters.begin(), filters.end()), filters.end());
  std::string bytes;
  ByteWriter out(bytes);
  out.u8(static_cast<std::uint8_t>(order));
  for (const std::string& filter : filters) out.text(filter);
  // A cursor of calls doesn't fit rejected lines.
  if (request.words != nullptr && request.words->verb == Verb::rejects) out.text("REJECTS");
  return checksum64(bytes);
}

std::uint64_t hash_of_period(const ParsedRequest& request) {
  std::string bytes;
  ByteWriter out(bytes);
  for (const char* const name : {"date", "from", "to", "tz"}) {
    const Value* value = request.option(name);
    out.text(value == nullptr ? std::string_view() : std::string_view(value->text));
  }
  // The period of a request without a date.
  if (!request.dated) out.text(request.period.everything() ? "all" : "today");
  return checksum64(bytes);
}

}  // namespace

RequestMark RequestMark::of(const ParsedRequest& request, storage::Order order) {
  return {hash_of_filters(request, order), hash_of_period(request)};
}

std::string PageCursor::to_string() const {
  std::string out;
  append(after.ts, out);
  append(after.seq, out += kBetween);
  append(from, out += kBetween);
  append(to, out += kBetween);
  if (mark) {
    append(mark->filters, out += kBetween);
    append(mark->period, out += kBetween);
  }
  return out;
}

std::optional<PageCursor> PageCursor::parse(std::string_view text) {
  constexpr std::ptrdiff_t unmarked = 3;
  constexpr std::ptrdiff_t marked = 5;
  const std::ptrdiff_t points = std::count(text.begin(), text.end(), kBetween);
  if (points != unmarked && points != marked) return std::nullopt;
  PageCursor cursor;
  bool whole = take(text, cursor.after.ts) && take(text, cursor.after.seq) &&
               take(text, cursor.from) && take(text, cursor.to);
  if (points == marked) {
    RequestMark& mark = cursor.mark.emplace();
    whole = whole && take(text, mark.filters) && take(text, mark.period);
  }
  if (!whole || cursor.from >= cursor.to) return std::nullopt;
  return cursor;
}

Parsed<void> PageCursor::check(const ParsedRequest& request, storage::Order order,
                               const Value& value) const {
  if (!mark) return {};
  const RequestMark own = RequestMark::of(request, order);
  if (own.filters != mark->filters) {
    return bad_request(value.column,
                       "the cursor belongs to a request with other filters or another order; "
                       "repeat that request with it, or begin without it");
  }
  const bool same_period = !request.dated || own.period == mark->period ||
                           (request.period.from == from && request.period.to == to);
  if (same_period) return {};
  const auto edge = [&](TimeNs time, TimeNs open, std::string_view none) {
    return time == open ? std::string(none) : request.zone.format(time);
  };
  return bad_request(
      value.column,
      fmt::format("the cursor belongs to another period, {} to {}; leave date=, from= and to= as "
                  "they were, or begin without it",
                  edge(from, kMinTime, "the oldest call"), edge(to, kMaxTime, "the newest")));
}

}  // namespace fortnight::query
