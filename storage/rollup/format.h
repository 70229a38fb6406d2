// The bytes of a rollup file: its constants and limits. docs/format.md tells the whole.
//
//   header     magic, version, feature bits, checksum
//   pages      of the tables, in any order
//   sections   the keys, and the index of each table
//   footer     day, calls, and the places of the sections
//   tail       the footer's size and checksum, end magic
//
// A row is a key and a count. A list of rows is two columns: the gaps from key to key as LEB128,
// and the counts, a byte each. Keys ascend; a count above 255 takes several rows of the same key.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace fortnight::storage {

inline constexpr std::string_view kRollupMagic = "FNROLLUP";
inline constexpr std::string_view kRollupEndMagic = "FNROLEND";
inline constexpr std::uint32_t kRollupVersion = 1;
// Feature bits that this reader knows. One that it doesn't know makes the file
// ErrorCode::unsupported. kRollupFolded: the file counts calls under `(other)`; then it has two
// more tables, and its footer says what was folded.
inline constexpr std::uint32_t kRollupFolded = 1;
inline constexpr std::uint32_t kRollupIncompatible = kRollupFolded;
inline constexpr std::uint64_t kRollupHeaderBytes = 24;
inline constexpr std::uint64_t kRollupTailBytes = 20;

// The tables: lists of rows by name, in the order of the names.
enum class RollupTable : std::uint8_t {
  totals,    // one name, the empty one: all accounts together
  accounts,  // by account
  latency,   // by endpoint: the hours' sketches
  // Of folded files alone. One name, the empty one: accounts and endpoints under `(other)`.
  other_accounts,
  other_latency,
};
inline constexpr std::size_t kRollupTables = 5;
// Tables that every file has: those before the ones of folded files.
inline constexpr std::size_t kRollupPlainTables = 3;

// The key of a count is its combo (an index into the file's combinations of endpoint, method,
// status and revision) and the quarter of the day.
inline constexpr unsigned kQuarterBits = 7;
inline constexpr std::uint64_t kQuarterMask = (1U << kQuarterBits) - 1;
// The key of a sketch's count is its hour and its bin.
inline constexpr unsigned kBinBits = 12;
inline constexpr std::uint64_t kBinMask = (1U << kBinBits) - 1;
inline constexpr int kQuartersPerHour = 4;
inline constexpr int kHoursPerDay = 24;

// Combos of a file: its account's number, its combo and its quarter make a builder's key of 64
// bits.
inline constexpr std::uint32_t kMaxRollupCombos = 1U << 25;
// A page is closed once it has as many bytes, before compression. Large: LZ4 finds more. Small: one
// account's counts are read without many others.
inline constexpr std::uint64_t kRollupPageBytes = 64U << 10;
// Rows of an entry; a name with more has several entries, which add up.
inline constexpr std::uint64_t kRollupEntryRows = 32U << 10;
// A section or a page after decompression. A million names of an index stay below it.
inline constexpr std::uint64_t kMaxRollupSectionBytes = 256U << 20;
inline constexpr std::uint64_t kMaxRollupFooterBytes = 4096;

}  // namespace fortnight::storage
