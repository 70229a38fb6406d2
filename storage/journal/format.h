// The bytes of a journal file; see docs/format.md, "Journal".
//
//   +--------+--------+--------+-----+---------------------------------------------+
//   | header | record | record | ... | zeros (preallocated), or records of the     |
//   | 64     |        |        |     | file's earlier life (it is recycled)        |
//   +--------+--------+--------+-----+---------------------------------------------+
//
//   record:  40 bytes of header, the payload, zeros up to a multiple of 8
//
// A record's checksum is seeded with the number of its file, so that records of a recycled file's
// earlier life are not valid in the new one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace fortnight::storage {

inline constexpr std::string_view kJournalMagic = "FNJOURNL";
inline constexpr std::uint32_t kJournalVersion = 1;
inline constexpr std::uint64_t kJournalHeaderBytes = 64;
inline constexpr std::uint32_t kRecordMagic = 0x434552f1;
inline constexpr std::uint64_t kRecordHeaderBytes = 40;
inline constexpr std::uint64_t kRecordAlignment = 8;

struct JournalHeader {
  std::uint64_t number = 0;
  // The LSN of the file's first record. Records of earlier files with this LSN or a later one are
  // void.
  std::uint64_t first_lsn = 0;
};

std::string encode_journal_header(const JournalHeader& header);
// ErrorCode::corrupt, or ErrorCode::unsupported if a newer version wrote it.
Result<JournalHeader> decode_journal_header(std::string_view bytes);

struct RecordHeader {
  std::uint32_t stored_bytes = 0;  // of the payload as stored
  std::uint32_t raw_bytes = 0;     // of the payload, decompressed
  bool compressed = false;
  std::uint64_t lsn = 0;
  // The newest record that was known to be durable when this one was written. It distinguishes a
  // tail that was never synced from damage to durable records.
  std::uint64_t synced_lsn = 0;
  std::uint64_t checksum = 0;

  // Bytes that the record takes in the file.
  [[nodiscard]] std::uint64_t size() const {
    return (kRecordHeaderBytes + stored_bytes + kRecordAlignment - 1) / kRecordAlignment *
           kRecordAlignment;
  }
};

// Bytes in three pieces, in the order front, shared, back. `shared` usually has most of them and is
// not copied: `owner` keeps it alive.
struct JournalBytes {
  std::string front;
  std::string_view shared;
  std::shared_ptr<const void> owner;
  std::string back;

  [[nodiscard]] std::size_t size() const { return front.size() + shared.size() + back.size(); }
  // Copies everything into one piece, `front`, which refers to nothing else.
  void join();
};

// Makes a record of a payload: prepends the header and pads it. If `compresses`, the payload is
// compressed if that helps, and the record is in one piece. seal_record() must follow.
void make_record(JournalBytes& payload, std::uint64_t lsn, std::uint64_t synced_lsn,
                 bool compresses);
// Sets the checksum of a record of file `number`. `front` must contain the whole header.
void seal_record(JournalBytes& record, std::uint64_t number);

// Parses a record's header. Checks only what keeps further reading within bounds; nothing if no
// record can start here.
std::optional<RecordHeader> decode_record_header(std::string_view bytes);
// Whether the checksum of `record` (header and payload) is right for file `number`.
bool record_is_sealed(std::string_view record, std::uint64_t number);
// The payload of a sealed record.
Result<std::string> record_payload(const RecordHeader& header, std::string_view record);

}  // namespace fortnight::storage
