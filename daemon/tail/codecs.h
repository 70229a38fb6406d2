// The compressed formats that are read, one object each: a decoder that is fed a member (a gzip
// member, a frame, an xz stream) piece by piece, and what a member's first byte may be.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/error.h"
#include "daemon/tail/names.h"

namespace fortnight::daemon {

// Memory that decoding one file may take: the window of `zstd -22` and of `xz -9`. A file that
// needs more is an error, for it may have been made to exhaust the memory.
inline constexpr unsigned kMaxZstdWindowLog = 27;
inline constexpr std::size_t kMaxXzMemory = std::size_t{128} << 20;

// Not thread-safe.
class Decoder {
 public:
  struct Step {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    bool member_ended = false;  // the byte behind what was consumed is not this member's
  };

  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  virtual ~Decoder() = default;

  // Decodes some of `in`; where that is empty, gives what it held back for want of room.
  // ErrorCode::corrupt where the bytes are damaged.
  virtual Result<Step> decode(std::span<const char> in, std::span<char> out) = 0;
  // Back to a member's beginning.
  virtual void reset() = 0;
};

struct Codec {
  std::string_view name;
  bool (*begins_member)(unsigned char first);
  // Throws std::runtime_error where there is no memory for it.
  std::unique_ptr<Decoder> (*make)();
};

// Nothing where files of that compression aren't read (or aren't compressed).
const Codec* codec_for(Compression compression);

}  // namespace fortnight::daemon
