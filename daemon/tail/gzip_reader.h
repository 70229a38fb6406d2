// Reads what a gzip file holds, of one member or several, forward, and goes on where the file
// grows.
#pragma once

#include <zlib.h>

#include <array>
#include <cstdint>
#include <span>

#include "daemon/descriptor.h"
#include "storage/base/error.h"

namespace fortnight::daemon {

// Memory: some 100 KiB. Not thread-safe.
class GzipReader {
 public:
  // `file` must outlive it.
  explicit GzipReader(const Descriptor& file);
  ~GzipReader();
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  // Decompressed bytes from `offset`; fewer than asked for at the end of what the file holds now.
  // ErrorCode::corrupt where the compressed bytes are damaged. Going back starts over.
  storage::Result<std::size_t> read(std::uint64_t offset, std::span<char> out);
  // The file, as far as it was read, ends within a member, or before anything.
  [[nodiscard]] bool cut_off() const { return within_member_ || produced_ == 0; }

 private:
  storage::Result<std::size_t> next(std::span<char> out);
  storage::Result<bool> refill();
  void restart();

  const Descriptor& file_;
  z_stream stream_{};
  std::array<char, 64 << 10> input_{};
  std::uint64_t input_offset_ = 0;  // of the file's bytes that come next into input_
  std::uint64_t produced_ = 0;      // decompressed bytes given so far
  bool within_member_ = false;
  bool ended_ = false;  // bytes that are no gzip member follow the last one
};

}  // namespace fortnight::daemon
