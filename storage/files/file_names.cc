#include "storage/files/file_names.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/civil_time.h"

namespace fortnight::storage {
namespace {

constexpr std::size_t kNumberDigits = 10;
constexpr std::size_t kDayLength = 10;  // 2026-11-20

// The parts of a path of each kind: prefix, the day if it has one, number, suffix.
struct Form {
  FileKind kind;
  std::string_view prefix;
  bool has_day;
  std::string_view suffix;
};

constexpr std::array<Form, 7> kForms = {{
    {FileKind::manifest, "manifest-", false, ""},
    {FileKind::journal, "journal-", false, ""},
    {FileKind::part, "parts/", true, ".part"},
    {FileKind::segment, "parts/", true, ".segment"},
    {FileKind::rollup, "rollups/", true, ".rollup"},
    {FileKind::late_rollup, "rollups/", true, ".late"},
    {FileKind::rejects, "rejects/", false, ".rejects"},
}};

std::optional<std::uint64_t> digits(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

std::string padded(std::uint64_t number) {
  std::string text = std::to_string(number);
  if (text.size() < kNumberDigits) text.insert(0, kNumberDigits - text.size(), '0');
  return text;
}

std::optional<FileName> parse_form(const Form& form, std::string_view path) {
  if (!path.starts_with(form.prefix) || !path.ends_with(form.suffix)) return std::nullopt;
  path.remove_prefix(form.prefix.size());
  if (path.size() < form.suffix.size()) return std::nullopt;
  path.remove_suffix(form.suffix.size());
  FileName name{form.kind, 0, 0};
  if (form.has_day) {
    if (path.size() < kDayLength + 1 || path[kDayLength] != '-') return std::nullopt;
    const auto day = day_from_string(path.substr(0, kDayLength));
    if (!day) return std::nullopt;
    name.day = *day;
    path.remove_prefix(kDayLength + 1);
  }
  // Requires exactly the digits that path() writes; otherwise two names could have the same number.
  if (path.size() != kNumberDigits) return std::nullopt;
  const auto number = digits(path);
  if (!number) return std::nullopt;
  name.number = *number;
  return name;
}

}  // namespace

std::string FileName::path() const {
  const auto form = std::find_if(kForms.begin(), kForms.end(),
                                 [&](const Form& candidate) { return candidate.kind == kind; });
  if (form == kForms.end()) return {};
  std::string path(form->prefix);
  if (form->has_day) path += day_to_string(day) + "-";
  return path + padded(number) + std::string(form->suffix);
}

std::optional<FileName> FileName::parse(std::string_view path) {
  for (const Form& form : kForms) {
    if (const auto name = parse_form(form, path)) return name;
  }
  if (!path.ends_with(kTemporarySuffix)) return std::nullopt;
  // A temporary file is ours if the name of its target is.
  const std::string_view target = path.substr(0, path.size() - kTemporarySuffix.size());
  if (target == kJournalMarkFile) return FileName{FileKind::temporary, 0, 0};
  const auto named = FileName::parse(target);
  if (!named) return std::nullopt;
  return FileName{FileKind::temporary, named->number, named->day};
}

}  // namespace fortnight::storage
