// The bytes of a journal file. Told in docs/format.md, "Journal".
//
//   file    header of 64 bytes, then records, then zeros (the file is preallocated) or what is left
//   of
//           the file's former life (it is recycled)
//   record  40 bytes of header, the payload, zeros up to a multiple of 8
//
// A record's checksum is seeded with its file's number, so that a recycled file's old records are
// none of the new one's.
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
  // Of the first record of this file; records of earlier files with this LSN or a later one are
  // void.
  std::uint64_t first_lsn = 0;
};

std::string encode_journal_header(const JournalHeader& header);
// ErrorCode::corrupt, or ErrorCode::unsupported for a newer version's.
Result<JournalHeader> decode_journal_header(std::string_view bytes);

struct RecordHeader {
  std::uint32_t stored_bytes = 0;  // of the payload, as it stands in the file
  std::uint32_t raw_bytes = 0;     // of the payload, decompressed
  bool compressed = false;
  std::uint64_t lsn = 0;
  // The newest record that was known to be durable when this one was written. It tells a tail that
  // was never synced from damage to what was.
  std::uint64_t synced_lsn = 0;
  std::uint64_t checksum = 0;

  // Bytes that the record takes in the file.
  [[nodiscard]] std::uint64_t size() const {
    return (kRecordHeaderBytes + stored_bytes + kRecordAlignment - 1) / kRecordAlignment *
           kRecordAlignment;
  }
};

// Bytes in pieces that stand one behind the other. What `shared` is, most of them where there are
// many, is not copied: it stands in what `owner` keeps.
struct JournalBytes {
  std::string front;
  std::string_view shared;
  std::shared_ptr<const void> owner;
  std::string back;

  [[nodiscard]] std::size_t size() const { return front.size() + shared.size() + back.size(); }
  // Makes one piece of them, which shares nothing.
  void join();
};

// Makes a record of its payload: puts the header before it, and pads it. Where it `compresses`, the
// payload is, if that helps, and the record is in one piece. seal_record() is still to come.
void make_record(JournalBytes& payload, std::uint64_t lsn, std::uint64_t synced_lsn,
                 bool compresses);
// Puts the checksum of file `number` on the record, whose front has all of its header.
void seal_record(JournalBytes& record, std::uint64_t number);

// Reads a record's header, of which nothing is checked but what keeps reading on within bounds;
// nothing where no record can start here.
std::optional<RecordHeader> decode_record_header(std::string_view bytes);
// Whether `record` (header and payload) was sealed for file `number`.
bool record_is_sealed(std::string_view record, std::uint64_t number);
// The payload of a sealed record.
Result<std::string> record_payload(const RecordHeader& header, std::string_view record);

}  // namespace fortnight::storage
