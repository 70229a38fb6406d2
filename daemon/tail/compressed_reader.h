// Reads the content of a compressed file of one or more members, forward, and continues when the
// file grows.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/descriptor.h"
#include "base/error.h"
#include "daemon/tail/codecs.h"

namespace fortnight::daemon {

// Memory: 64 KiB and the decoder's. Not thread-safe.
class CompressedReader {
 public:
  // Both arguments must outlive it.
  CompressedReader(const Descriptor& file, const Codec& codec);

  // Reads decompressed bytes from `offset`; fewer than requested only at the present end of the
  // file. ErrorCode::corrupt if the compressed bytes are damaged or the file doesn't begin with a
  // member. Going back by more than kLookBack bytes starts from the beginning.
  Result<std::size_t> read(std::uint64_t offset, std::span<char> out);
  static constexpr std::size_t kLookBack = 64;
  // Decompresses one piece towards `offset`. True: the offset, or the file's end, is reached.
  Result<bool> approach(std::uint64_t offset);
  // Whether the file, as far as it was read, ends within a member or is empty.
  [[nodiscard]] bool cut_off() const { return within_member_ || members_ == 0; }

 private:
  Result<std::size_t> next(std::span<char> out);
  Result<std::size_t> decode(std::span<char> out);
  Result<void> refill();
  Result<bool> begin_member();
  void restart();

  const Descriptor& file_;
  const Codec& codec_;
  std::unique_ptr<Decoder> decoder_;
  std::array<char, 64 << 10> buffer_{};
  std::span<const char> input_;     // not yet decoded part of buffer_
  std::uint64_t input_offset_ = 0;  // file offset of the next bytes for buffer_
  std::uint64_t produced_ = 0;      // decompressed bytes returned so far
  std::string last_;                // the last of them, at most kLookBack
  std::uint64_t members_ = 0;       // completed members
  bool within_member_ = false;
  bool ended_ = false;  // the bytes after the last member begin no member
};

}  // namespace fortnight::daemon
