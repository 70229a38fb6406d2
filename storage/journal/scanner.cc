#include "storage/journal/scanner.h"

#include <algorithm>

namespace fortnight::storage {
namespace {

constexpr std::uint64_t kWindowBytes = 1U << 20;

}  // namespace

bool JournalScanner::read(std::uint64_t offset, std::string& out) {
  if (read_patiently(file_, offset, out)) return true;
  ++read_errors_;
  return false;
}

std::optional<JournalScanner::Record> JournalScanner::at(std::uint64_t offset) {
  if (offset > file_.size() || file_.size() - offset < kRecordHeaderBytes) return std::nullopt;
  std::string header_bytes(kRecordHeaderBytes, '\0');
  if (!read(offset, header_bytes)) return std::nullopt;
  const auto header = decode_record_header(header_bytes);
  if (!header || header->size() > file_.size() - offset) return std::nullopt;
  Record record{*header, offset, std::string(header->size(), '\0')};
  if (!read(offset, record.bytes)) return std::nullopt;
  if (!record_is_sealed(record.bytes, number_)) return std::nullopt;
  return record;
}

std::optional<JournalScanner::Record> JournalScanner::find(std::uint64_t offset,
                                                           std::uint64_t least_lsn) {
  std::string window;
  while (offset < file_.size() && file_.size() - offset >= kRecordHeaderBytes) {
    const std::uint64_t bytes = std::min(kWindowBytes, file_.size() - offset);
    window.resize(bytes);
    // An unreadable window can't be searched; those after it can.
    if (read(offset, window)) {
      for (std::uint64_t i = 0; i + kRecordHeaderBytes <= bytes; i += kRecordAlignment) {
        const auto header = decode_record_header(std::string_view(window).substr(i));
        if (!header || header->lsn < least_lsn) continue;
        if (auto record = at(offset + i)) return record;
      }
    }
    // Windows overlap by a header, so that one that crosses the boundary is found in the next
    // window.
    if (offset + bytes >= file_.size()) break;
    offset += bytes - kRecordHeaderBytes;
  }
  return std::nullopt;
}

}  // namespace fortnight::storage
