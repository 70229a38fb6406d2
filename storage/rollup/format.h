// The constants and limits of a rollup file. docs/format.md describes the format.
//
//   header     magic, version, feature bits, checksum
//   pages      of the tables, in any order
//   sections   the keys, and the index of each table
//   codes      the places of the sections of error codes, with a tail of their own
//   footer     day, calls, and the places of the sections
//   tail       the footer's size and checksum, end magic
//
// A row is a key and a count. A list of rows is two columns: the gaps between keys as LEB128, and
// the counts, a byte each. Keys ascend. A count above 255 takes several rows with the same key.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace fortnight::storage {

inline constexpr std::string_view kRollupMagic = "FNROLLUP";
inline constexpr std::string_view kRollupEndMagic = "FNROLEND";
inline constexpr std::uint32_t kRollupVersion = 1;
// Feature bits that this reader knows; with others, the file is ErrorCode::unsupported.
// kRollupFolded: the file counts calls under `(other)`. It then has two more tables, and its footer
// describes what was folded.
inline constexpr std::uint32_t kRollupFolded = 1;
inline constexpr std::uint32_t kRollupIncompatible = kRollupFolded;
// Compatible features, which other readers may ignore.
// kRollupCodes: the file counts failed calls by error code. The places of these sections are before
// the footer, since older readers require that a footer has nothing left over.
inline constexpr std::uint32_t kRollupCodes = 1;
inline constexpr std::string_view kRollupCodesMagic = "FNROLCOD";
inline constexpr std::uint64_t kRollupHeaderBytes = 24;
inline constexpr std::uint64_t kRollupTailBytes = 20;

// The tables: lists of rows by name, sorted by name.
enum class RollupTable : std::uint8_t {
  totals,    // one name, the empty one: all accounts together
  accounts,  // by account
  latency,   // by endpoint: sketches of each hour
  // Only in folded files. One name, the empty one: accounts and endpoints under `(other)`.
  other_accounts,
  other_latency,
  // Only in files with error codes: failed calls by account, and those of accounts under `(other)`.
  codes,
  other_codes,
  // One name, the empty one: sketches of the accounts in `other_codes`.
  other_sketches,
};
inline constexpr std::size_t kRollupTables = 8;
// The number of tables in the footer of a folded file.
inline constexpr std::size_t kRollupFooterTables = 5;
// The number of tables in every file: those before the tables of folded files.
inline constexpr std::size_t kRollupPlainTables = 3;

// The key of a count: its combo (an index into the file's combinations of endpoint, method, status
// and revision) and the quarter of the day.
inline constexpr unsigned kQuarterBits = 7;
inline constexpr std::uint64_t kQuarterMask = (1U << kQuarterBits) - 1;
// The key of a sketch's count: its hour and its bin.
inline constexpr unsigned kBinBits = 12;
inline constexpr std::uint64_t kBinMask = (1U << kBinBits) - 1;
inline constexpr int kQuartersPerHour = 4;
inline constexpr int kHoursPerDay = 24;

// Combos of a file. An account's number, a combo and a quarter must fit in a builder's 64-bit key.
inline constexpr std::uint32_t kMaxRollupCombos = 1U << 25;
// Failures of a file: combinations of a combo and an error code. With more, fewer codes are counted
// by name. Bounds a day on which all codes come with all endpoints.
inline constexpr std::uint32_t kKeptFailures = 64U << 10;
// The failures with the most calls have a sketch of their accounts under `(other)`; each takes up
// to 4 KiB.
inline constexpr std::uint32_t kSketchedFailures = 1024;
// A page is closed at this size, before compression. Larger pages compress better; smaller ones let
// one account's counts be read without many others.
inline constexpr std::uint64_t kRollupPageBytes = 64U << 10;
// Rows of an entry. A name with more has several entries, which add up.
inline constexpr std::uint64_t kRollupEntryRows = 32U << 10;
// A section or page after decompression. An index of a million names is smaller.
inline constexpr std::uint64_t kMaxRollupSectionBytes = 256U << 20;
inline constexpr std::uint64_t kMaxRollupFooterBytes = 4096;

}  // namespace fortnight::storage
