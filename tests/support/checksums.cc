#include "tests/support/checksums.h"

#include <string_view>

#include "base/bytes.h"
#include "base/checksum.h"
#include "storage/journal/format.h"
#include "storage/packing/compression.h"
#include "storage/rollup/codes.h"
#include "storage/rollup/footer.h"
#include "storage/rollup/table.h"
#include "tests/support/simulated_file_system.h"

namespace fortnight::tests {

using namespace storage;

namespace {

void put_32(std::string& bytes, std::size_t at, std::uint32_t value) {
  std::string field;
  ByteWriter(field).u32(value);
  bytes.replace(at, field.size(), field);
}

void put_64(std::string& bytes, std::size_t at, std::uint64_t value) {
  std::string field;
  ByteWriter(field).u64(value);
  bytes.replace(at, field.size(), field);
}

// The first `size` bytes end with a checksum of those before.
void repair_prefix(std::string& bytes, std::size_t size) {
  if (size < 8) return;
  put_64(bytes, size - 8, checksum64(std::string_view(bytes).substr(0, size - 8)));
}

void repair_index(std::string& file, RollupPlace& place, std::uint64_t end) {
  if (place.offset > end || place.size > end - place.offset) return;
  const std::string stored = file.substr(place.offset, place.size);
  place.checksum = checksum64(stored);
  ByteReader in(stored);
  const auto raw = read_lz4(in, kMaxRollupSectionBytes);
  if (!raw) return;
  const auto index = RollupIndex::parse(*raw);
  if (!index) return;
  RollupIndex repaired;
  for (RollupIndex::Page page : (*index)->pages()) {
    if (page.place.offset <= end && page.place.size <= end - page.place.offset) {
      page.place.checksum =
          checksum64(std::string_view(file).substr(page.place.offset, page.place.size));
    }
    repaired.add(std::move(page));
  }
  // The index is compressed: its new bytes are appended to the file.
  std::string bytes;
  append_lz4(repaired.encode(), Lz4Level::fast, bytes);
  place = {file.size(), bytes.size(), checksum64(bytes)};
  file += bytes;
}

// Of a file that was cut off where the footer begins. Moves the places of the codes to the end.
void repair_codes(std::string& file, std::uint64_t end) {
  if (end < kRollupHeaderBytes + kRollupTailBytes) return;
  const std::uint64_t tail = end - kRollupTailBytes;
  const std::uint32_t size = ByteReader(std::string_view(file).substr(tail)).u32();
  if (size > tail - kRollupHeaderBytes) return;
  const std::uint64_t from = tail - size;
  put_64(file, tail + 4, checksum64(std::string_view(file).substr(from, size)));
  faults::SimulatedFileSystem files;
  files.put("rollup", file);
  RollupCodes codes;
  auto section = codes.read_places(*files.open("rollup").value(), end);
  if (!section) return;
  if (section->offset <= end && section->size <= end - section->offset) {
    section->checksum = checksum64(std::string_view(file).substr(section->offset, section->size));
  }
  for (RollupPlace& place : codes.indices) {
    if (place.size != 0) repair_index(file, place, end);
  }
  file += codes.encode_places(*section);
}

}  // namespace

void repair_rollup(std::string& file) {
  if (file.size() < kRollupHeaderBytes + kRollupTailBytes) return;
  put_32(file, kRollupHeaderBytes - 4,
         checksum32(std::string_view(file).substr(0, kRollupHeaderBytes - 4)));
  const std::size_t tail = file.size() - kRollupTailBytes;
  const std::uint32_t size = ByteReader(std::string_view(file).substr(tail)).u32();
  if (size > tail - kRollupHeaderBytes) return;
  put_64(file, tail + 4, checksum64(std::string_view(file).substr(tail - size, size)));
  faults::SimulatedFileSystem files;
  files.put("rollup", file);
  auto footer = read_rollup_footer(*files.open("rollup").value());
  if (!footer) return;
  file.resize(footer->end);
  const std::uint64_t end = file.size();
  RollupPlace& keys = footer->keys;
  if (keys.offset <= end && keys.size <= end - keys.offset) {
    keys.checksum = checksum64(std::string_view(file).substr(keys.offset, keys.size));
  }
  for (RollupPlace& place : footer->indices) repair_index(file, place, end);
  if (footer->has_codes) repair_codes(file, end);
  file += footer->encode();
}

void repair_journal(std::string& file) {
  if (file.size() < kJournalHeaderBytes) return;
  repair_prefix(file, kJournalHeaderBytes);
  const auto header = decode_journal_header(file);
  if (!header) return;
  std::size_t at = kJournalHeaderBytes;
  while (at + kRecordHeaderBytes <= file.size()) {
    const auto record = decode_record_header(std::string_view(file).substr(at));
    if (!record || record->size() > file.size() - at) {
      at += kRecordAlignment;
      continue;
    }
    JournalBytes sealed;
    sealed.front = file.substr(at, record->size());
    seal_record(sealed, header->number);
    file.replace(at, sealed.size(), sealed.front);
    at += sealed.size();
  }
}

void repair_last_64(std::string& bytes) { repair_prefix(bytes, bytes.size()); }

void repair_last_32(std::string& bytes) {
  if (bytes.size() < 4) return;
  put_32(bytes, bytes.size() - 4, checksum32(std::string_view(bytes).substr(0, bytes.size() - 4)));
}

}  // namespace fortnight::tests
