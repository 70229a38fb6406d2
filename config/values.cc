#include "config/values.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/civil_text.h"

namespace fortnight::config {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr double kKB = 1000;
constexpr std::array<Unit, 10> kByteUnits = {{{"", 1},
                                              {"B", 1},
                                              {"KB", kKB},
                                              {"MB", kKB* kKB},
                                              {"GB", kKB* kKB* kKB},
                                              {"TB", kKB* kKB* kKB* kKB},
                                              {"KiB", kKiB},
                                              {"MiB", kMiB},
                                              {"GiB", kGiB},
                                              {"TiB", 1024.0 * kGiB}}};
constexpr std::array<Unit, 5> kDurationSuffixes = {
    {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

// Parses a decimal number with a unit. The result is at most 2^53 of the smallest unit, so that it
// is exact as a double.
template <std::size_t N>
std::optional<std::uint64_t> parse_quantity(std::string_view text,
                                            const std::array<Unit, N>& units) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(number) || std::signbit(number)) return std::nullopt;
  std::string_view name(rest, static_cast<std::size_t>(end - rest));
  while (name.starts_with(' ')) name.remove_prefix(1);
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    const double value = number * unit.factor;
    if (value > 0x1p53) return std::nullopt;
    return static_cast<std::uint64_t>(std::llround(value));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Bytes> parse_bytes(std::string_view text) { return parse_quantity(text, kByteUnits); }

std::optional<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration(0);
  const std::optional<std::uint64_t> milliseconds = parse_quantity(text, kDurationSuffixes);
  if (!milliseconds) return std::nullopt;
  return Duration(static_cast<std::int64_t>(*milliseconds));
}

std::optional<Address> parse_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":[]") != std::string_view::npos) {
    // An IPv6 address without brackets: it is unclear which colon precedes the port.
    return std::nullopt;
  }
  if (host.empty() || host.find(' ') != std::string_view::npos) return std::nullopt;
  Address address{std::string(host), 0};
  const char* const end = port.data() + port.size();
  const auto [rest, error] = std::from_chars(port.data(), end, address.port);
  if (error != std::errc() || rest != end) return std::nullopt;
  return address;
}

bool is_utc_offset(std::string_view text) {
  if (!text.starts_with('+') && !text.starts_with('-')) return false;
  return take_offset(text, true).has_value() && text.empty();
}

bool is_json_pointer(std::string_view text) {
  if (!text.empty() && text.front() != '/') return false;
  for (std::size_t at = text.find('~'); at != std::string_view::npos; at = text.find('~', at + 1)) {
    if (at + 1 == text.size() || (text[at + 1] != '0' && text[at + 1] != '1')) return false;
  }
  return true;
}

}  // namespace fortnight::config
