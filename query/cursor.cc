#include "query/cursor.h"

#include <charconv>

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

// The number before the next point, or the last one; `text` is what comes behind.
template <typename Number>
bool take(std::string_view& text, bool last, Number& value) {
  const std::size_t point = text.find(kBetween);
  if ((point == std::string_view::npos) != last) return false;
  const std::string_view digits = text.substr(0, point);
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, kBase);
  text.remove_prefix(last ? text.size() : point + 1);
  return error == std::errc() && stop == end;
}

}  // namespace

std::string PageCursor::to_string() const {
  std::string out;
  append(after.ts, out);
  append(after.seq, out += kBetween);
  append(from, out += kBetween);
  append(to, out += kBetween);
  return out;
}

std::optional<PageCursor> PageCursor::parse(std::string_view text) {
  PageCursor cursor;
  const bool whole = take(text, false, cursor.after.ts) && take(text, false, cursor.after.seq) &&
                     take(text, false, cursor.from) && take(text, true, cursor.to);
  if (!whole || cursor.from >= cursor.to) return std::nullopt;
  return cursor;
}

}  // namespace fortnight::query
