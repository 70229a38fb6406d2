#include "daemon/tail/names.h"

#include <algorithm>
#include <array>

namespace fortnight::daemon {
namespace {

constexpr std::string_view kSeparators = ".-_";

std::string_view without_compression(std::string_view name) {
  return compression_of(name) == Compression::none ? name : name.substr(0, name.rfind('.'));
}

// "-20261120", ".1", "-2026-11-20T08-15-30.123", ".old".
bool is_rotation_mark(std::string_view mark) {
  if (mark.size() < 2 || kSeparators.find(mark.front()) == std::string_view::npos) return false;
  const std::string_view word = mark.substr(1);
  if (word == "old" || word == "bak") return true;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::any_of(word.begin(), word.end(), digit) &&
         std::all_of(word.begin(), word.end(), [&](char c) {
           return digit(c) || kSeparators.find(c) != std::string_view::npos || c == 'T' ||
                  c == 'Z' || c == ':' || c == '+';
         });
}

}  // namespace

Compression compression_of(std::string_view name) {
  if (name.ends_with(".gz")) return Compression::gzip;
  constexpr std::array<std::string_view, 4> kOthers = {".zst", ".lz4", ".bz2", ".xz"};
  const bool other = std::any_of(kOthers.begin(), kOthers.end(),
                                 [&](std::string_view ending) { return name.ends_with(ending); });
  return other ? Compression::other : Compression::none;
}

bool is_rotated_name(std::string_view live, std::string_view name) {
  if (name == live) return false;
  const std::string_view plain = without_compression(name);
  if (plain == live) return true;
  if (plain.starts_with(live)) return is_rotation_mark(plain.substr(live.size()));
  const std::size_t dot = live.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  const std::string_view stem = live.substr(0, dot);
  const std::string_view extension = live.substr(dot);
  return plain.size() > live.size() && plain.starts_with(stem) && plain.ends_with(extension) &&
         is_rotation_mark(plain.substr(stem.size(), plain.size() - live.size()));
}

bool shares_stem(std::string_view live, std::string_view name) {
  const std::string_view stem = live.substr(0, live.find_first_of(kSeparators, 1));
  return name.starts_with(stem);
}

std::string directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, std::max<std::size_t>(slash, 1)));
}

std::string_view file_name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace fortnight::daemon
