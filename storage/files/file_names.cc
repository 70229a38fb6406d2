#include "storage/files/file_names.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

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
  if (text.empty() ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
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

std::string day_to_string(Day day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  std::array<char, 24> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::optional<Day> day_from_string(std::string_view text) {
  if (text.size() != kDayLength || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(5, 2));
  const auto day = digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const std::int64_t number = std::chrono::sys_days(date).time_since_epoch().count();
  return is_day(number) ? std::optional(static_cast<Day>(number)) : std::nullopt;
}

}  // namespace fortnight::storage
