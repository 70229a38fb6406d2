// Reads what a compressed file holds, of one member or several, forward, and goes on where the file
// grows.
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

// Memory: 64 KiB and what its decoder takes. Not thread-safe.
class CompressedReader {
 public:
  // Both must outlive it.
  CompressedReader(const Descriptor& file, const Codec& codec);

  // Decompressed bytes from `offset`; fewer than asked for at the end of what the file holds now.
  // ErrorCode::corrupt where the compressed bytes are damaged, or no member begins the file. Going
  // back by more than kLookBack bytes starts over.
  Result<std::size_t> read(std::uint64_t offset, std::span<char> out);
  static constexpr std::size_t kLookBack = 64;
  // Decompresses a piece on the way to `offset`; true: it is there, or the file ends before it.
  Result<bool> approach(std::uint64_t offset);
  // The file, as far as it was read, ends within a member, or before anything.
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
  std::span<const char> input_;     // of buffer_: not yet decoded
  std::uint64_t input_offset_ = 0;  // of the file's bytes that come next into buffer_
  std::uint64_t produced_ = 0;      // decompressed bytes given so far
  std::string last_;                // the last of them, kLookBack at the most
  std::uint64_t members_ = 0;       // that ended
  bool within_member_ = false;
  bool ended_ = false;  // bytes that begin no member follow the last one
};

}  // namespace fortnight::daemon
