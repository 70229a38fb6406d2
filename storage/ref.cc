#include "storage/ref.h"

#include <charconv>

namespace fortnight::storage {

namespace {

constexpr int kBase = 36;

// Parses all of `text` as a number in the form that to_string() writes: no sign but one minus, no
// leading zero, no capitals. So a call has exactly one ref.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, kBase);
  if (error != std::errc() || stop != end) return std::nullopt;
  char again[16];
  const auto written = std::to_chars(again, again + sizeof again, value, kBase);
  if (std::string_view(again, written.ptr) != text) return std::nullopt;
  return value;
}

}  // namespace

std::string Ref::to_string() const {
  char text[32];
  char* const end = text + sizeof text;
  char* at = std::to_chars(text, end, day, kBase).ptr;
  *at++ = '-';
  at = std::to_chars(at, end, seq, kBase).ptr;
  return {text, at};
}

std::optional<Ref> Ref::parse(std::string_view text) {
  const std::size_t dash = text.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto day = parse_number<Day>(text.substr(0, dash));
  const auto seq = parse_number<std::uint64_t>(text.substr(dash + 1));
  if (!day || !seq) return std::nullopt;
  return Ref{*day, *seq};
}

}  // namespace fortnight::storage
