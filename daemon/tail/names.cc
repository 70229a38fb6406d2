#include "daemon/tail/names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"

namespace fortnight::daemon {
namespace {

constexpr std::string_view kSeparators = ".-_";
// Maximum digits of a counter; longer numbers are dates.
constexpr std::size_t kCountDigits = 4;

std::string_view without_compression(std::string_view name) {
  return compression_of(name) == Compression::none ? name : name.substr(0, name.rfind('.'));
}

// For example "-20261120", ".1", "-2026-11-20T08-15-30.123", ".old".
bool is_rotation_mark(std::string_view mark) {
  if (mark.size() < 2 || kSeparators.find(mark.front()) == std::string_view::npos) return false;
  const std::string_view word = mark.substr(1);
  if (word == "old" || word == "bak") return true;
  return std::any_of(word.begin(), word.end(), is_digit) &&
         std::all_of(word.begin(), word.end(), [&](char c) {
           return is_digit(c) || kSeparators.find(c) != std::string_view::npos || c == 'T' ||
                  c == 'Z' || c == ':' || c == '+';
         });
}

// The text between the live name's stem and its extension in `plain`; empty if they don't match.
std::string_view mark_within(std::string_view live, std::string_view plain) {
  const std::size_t dot = live.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  const std::string_view stem = live.substr(0, dot);
  const std::string_view extension = live.substr(dot);
  if (plain.size() <= live.size() || !plain.starts_with(stem) || !plain.ends_with(extension)) {
    return {};
  }
  return plain.substr(stem.size(), plain.size() - live.size());
}

}  // namespace

Compression compression_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Compression>, 7> kEndings = {
      {{".gz", Compression::gzip},
       {".zst", Compression::zstd},
       {".lz4", Compression::lz4},
       {".xz", Compression::xz},
       {".bz2", Compression::other},
       {".Z", Compression::other},
       {".zip", Compression::other}}};
  for (const auto& [ending, compression] : kEndings) {
    if (name.size() > ending.size() && name.ends_with(ending)) return compression;
  }
  return Compression::none;
}

bool is_rotated_name(std::string_view live, std::string_view name) {
  if (name == live || live.empty()) return false;
  const std::string_view plain = without_compression(name);
  if (plain == live) return true;
  if (plain.starts_with(live)) return is_rotation_mark(plain.substr(live.size()));
  return is_rotation_mark(mark_within(live, plain));
}

std::vector<std::string> base_names(std::string_view name) {
  const std::string_view plain = without_compression(name);
  std::vector<std::string> bases = {std::string(plain)};
  const auto add_cuts = [&](std::string_view text, std::string_view ending) {
    for (std::size_t cut = text.size(); cut-- > 1;) {
      if (kSeparators.find(text[cut]) == std::string_view::npos) continue;
      if (is_rotation_mark(text.substr(cut))) {
        bases.push_back(std::string(text.substr(0, cut)) + std::string(ending));
      }
    }
  };
  add_cuts(plain, "");
  const std::size_t dot = plain.rfind('.');
  if (dot != std::string_view::npos && dot > 0) add_cuts(plain.substr(0, dot), plain.substr(dot));
  return bases;
}

bool is_numbered_within(std::string_view live, std::string_view name) {
  const std::string_view mark = mark_within(live, without_compression(name));
  return mark.size() >= 2 && mark.size() <= 1 + kCountDigits &&
         std::all_of(mark.begin() + 1, mark.end(), is_digit);
}

std::string_view name_stem(std::string_view name) {
  return name.substr(0, name.find_first_of(kSeparators, 1));
}

std::string directory_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, std::max<std::size_t>(slash, 1)));
}

std::string_view file_name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace fortnight::daemon
