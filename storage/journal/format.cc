#include "storage/journal/format.h"

#include <lz4.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/checksum.h"
#include "storage/packing/compression.h"
#include "storage/packing/limits.h"

namespace fortnight::storage {
namespace {

constexpr std::size_t kRecordChecksumBytes = 8;
// Below this size, compression costs more than it saves.
constexpr std::size_t kLeastCompressed = 256;
constexpr int kLz4Acceleration = 4;

std::uint64_t record_checksum(std::string_view record, std::uint64_t number) {
  const std::string_view sealed = record.substr(kRecordChecksumBytes);
  return XXH3_64bits_withSeed(sealed.data(), sealed.size(), number);
}

// The same for a record in pieces.
std::uint64_t record_checksum(const JournalBytes& record, std::uint64_t number) {
  if (record.shared.empty() && record.back.empty()) return record_checksum(record.front, number);
  XXH3_state_t state;
  XXH3_INITSTATE(&state);  // otherwise XXH3 may take the state's secret as initialised
  XXH3_64bits_reset_withSeed(&state, number);
  for (const std::string_view piece : {std::string_view(record.front).substr(kRecordChecksumBytes),
                                       record.shared, std::string_view(record.back)}) {
    XXH3_64bits_update(&state, piece.data(), piece.size());
  }
  return XXH3_64bits_digest(&state);
}

// Replaces the payload by its LZ4 form. Returns false, and changes nothing, if that saves less than
// an eighth.
bool compress(std::string& payload) {
  if (payload.size() < kLeastCompressed) return false;
  std::string out(payload.size() - payload.size() / 8, '\0');
  const int size = LZ4_compress_fast(payload.data(), out.data(), static_cast<int>(payload.size()),
                                     static_cast<int>(out.size()), kLz4Acceleration);
  if (size <= 0) return false;
  out.resize(static_cast<std::size_t>(size));
  payload = std::move(out);
  return true;
}

}  // namespace

std::string encode_journal_header(const JournalHeader& header) {
  std::string bytes;
  ByteWriter out(bytes);
  out.bytes(kJournalMagic);
  out.u32(kJournalVersion);
  out.u32(0);  // incompatible feature bits
  out.u64(header.number);
  out.u64(header.first_lsn);
  bytes.resize(kJournalHeaderBytes - kRecordChecksumBytes);
  out.u64(checksum64(bytes));
  return bytes;
}

Result<JournalHeader> decode_journal_header(std::string_view bytes) {
  if (bytes.size() < kJournalHeaderBytes || !bytes.starts_with(kJournalMagic)) {
    return corrupt("journal: no header");
  }
  ByteReader in(bytes.substr(kJournalMagic.size(), kJournalHeaderBytes - kJournalMagic.size()));
  const std::uint32_t version = in.u32();
  const std::uint32_t incompatible = in.u32();
  const JournalHeader header{in.u64(), in.u64()};
  in.bytes(in.remaining() - kRecordChecksumBytes);
  if (in.u64() != checksum64(bytes.substr(0, kJournalHeaderBytes - kRecordChecksumBytes))) {
    return corrupt("journal: the header's checksum is wrong");
  }
  if (version != kJournalVersion || incompatible != 0) {
    return Error{ErrorCode::unsupported, "journal: written by a newer version"};
  }
  return header;
}

void JournalBytes::join() {
  front.reserve(size());
  front.append(shared).append(back);
  shared = {};
  owner.reset();
  back.clear();
}

void make_record(JournalBytes& payload, std::uint64_t lsn, std::uint64_t synced_lsn,
                 bool compresses) {
  const std::size_t raw_bytes = payload.size();
  if (compresses) payload.join();
  const bool compressed = compresses && compress(payload.front);
  std::string header;
  ByteWriter out(header);
  out.u64(0);  // placeholder for the checksum
  out.u32(kRecordMagic);
  out.u32(static_cast<std::uint32_t>(payload.size()));
  out.u32(static_cast<std::uint32_t>(raw_bytes));
  out.u32(compressed ? 1 : 0);
  out.u64(lsn);
  out.u64(synced_lsn);
  payload.front.insert(0, header);
  const std::size_t beyond = payload.size() % kRecordAlignment;
  const bool in_pieces = !payload.shared.empty() || !payload.back.empty();
  std::string& last = in_pieces ? payload.back : payload.front;
  if (beyond != 0) last.append(kRecordAlignment - beyond, '\0');
}

void seal_record(JournalBytes& record, std::uint64_t number) {
  std::string checksum;
  ByteWriter(checksum).u64(record_checksum(record, number));
  record.front.replace(0, kRecordChecksumBytes, checksum);
}

std::optional<RecordHeader> decode_record_header(std::string_view bytes) {
  ByteReader in(bytes.substr(0, kRecordHeaderBytes));
  RecordHeader header;
  header.checksum = in.u64();
  if (in.u32() != kRecordMagic) return std::nullopt;
  header.stored_bytes = in.u32();
  header.raw_bytes = in.u32();
  const std::uint32_t compression = in.u32();
  header.compressed = compression == 1;
  header.lsn = in.u64();
  header.synced_lsn = in.u64();
  if (!in.ok() || compression > 1 || header.stored_bytes > kMaxJournalRecord ||
      header.raw_bytes > kMaxJournalRecord) {
    return std::nullopt;
  }
  const bool lengths_agree = header.compressed
                                 ? header.raw_bytes <= kLz4MaxRatio * header.stored_bytes
                                 : header.raw_bytes == header.stored_bytes;
  if (!lengths_agree) return std::nullopt;
  return header;
}

bool record_is_sealed(std::string_view record, std::uint64_t number) {
  return ByteReader(record).u64() == record_checksum(record, number);
}

Result<std::string> record_payload(const RecordHeader& header, std::string_view record) {
  const std::string_view stored = record.substr(kRecordHeaderBytes, header.stored_bytes);
  if (!header.compressed) return std::string(stored);
  std::string payload(header.raw_bytes, '\0');
  const int size =
      LZ4_decompress_safe(stored.data(), payload.data(), static_cast<int>(stored.size()),
                          static_cast<int>(payload.size()));
  if (size != static_cast<int>(payload.size())) {
    return corrupt("journal record " + std::to_string(header.lsn) + ": can't be decompressed");
  }
  return payload;
}

}  // namespace fortnight::storage
