// Finds the sealed records of one journal file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "storage/files/file_system.h"
#include "storage/journal/format.h"

namespace fortnight::storage {

class JournalScanner {
 public:
  struct Record {
    RecordHeader header;
    std::uint64_t offset = 0;
    std::string bytes;
  };

  // `file` must outlive the scanner.
  JournalScanner(const ReadableFile& file, std::uint64_t number) : file_(file), number_(number) {}

  // The record that starts at `offset`; nothing if none does, or if it can't be read.
  std::optional<Record> at(std::uint64_t offset);
  // The first record at `offset` or later with at least this LSN.
  std::optional<Record> find(std::uint64_t offset, std::uint64_t least_lsn);
  // The number of failed reads so far.
  [[nodiscard]] std::uint64_t read_errors() const { return read_errors_; }

 private:
  bool read(std::uint64_t offset, std::string& out);

  const ReadableFile& file_;
  std::uint64_t number_;
  std::uint64_t read_errors_ = 0;
};

}  // namespace fortnight::storage
