// Makes and parses every file name of a store, so that clean-up at start removes only our own
// files.
//
//   lock                      held by the process that has the directory
//   journal-mark              up to where the journal was acknowledged: see storage/journal/mark.h
//   manifest-<generation>     which files are live: see storage/engine/manifest.h
//   journal-<number>          see storage/journal/journal.h
//   parts/<day>-<number>.part     calls of one UTC day, not sealed (<day> as 2026-11-20)
//   parts/<day>-<number>.segment  all of a day's calls, sealed; the same format
//   rollups/<day>-<number>.rollup counts of calls
//   rollups/<day>-<number>.late   counts of calls that were too late to keep; the same format
//   rejects/<number>.rejects      rejected lines
//   <any>.tmp                 a file being written; removed at start
//   quarantine/...            damaged or unknown files, moved aside for a person to look at
//
// Numbers are decimal, of ten digits, and never used twice in a store's life.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace fortnight::storage {

enum class FileKind : std::uint8_t {
  manifest,
  journal,
  part,
  segment,
  rollup,
  late_rollup,
  rejects,
  temporary
};

struct FileName {
  FileKind kind = FileKind::temporary;
  std::uint64_t number = 0;
  Day day = 0;  // only of parts, segments and rollups

  // Relative to the store's directory. Empty for a temporary file: its path is that of its target
  // with kTemporarySuffix.
  [[nodiscard]] std::string path() const;
  // Parses a path relative to the store's directory; nothing if it isn't one of our names.
  static std::optional<FileName> parse(std::string_view path);
  friend auto operator<=>(const FileName&, const FileName&) = default;
};

inline constexpr std::string_view kPartsDirectory = "parts";
inline constexpr std::string_view kRollupsDirectory = "rollups";
inline constexpr std::string_view kRejectsDirectory = "rejects";
inline constexpr std::string_view kQuarantineDirectory = "quarantine";
inline constexpr std::string_view kLockFile = "lock";
inline constexpr std::string_view kJournalMarkFile = "journal-mark";
inline constexpr std::string_view kTemporarySuffix = ".tmp";

}  // namespace fortnight::storage
