// The supported compressed formats, one object each: a decoder for one member (a gzip member, a
// frame, an xz stream), fed piece by piece, and a test for a member's first byte.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/error.h"
#include "daemon/tail/names.h"

namespace fortnight::daemon {

// Maximum memory for decoding one file: the windows of `zstd -22` and `xz -9`. A file that needs
// more is an error: it may have been made to exhaust memory.
inline constexpr unsigned kMaxZstdWindowLog = 27;
inline constexpr std::size_t kMaxXzMemory = std::size_t{128} << 20;

// Not thread-safe.
class Decoder {
 public:
  struct Step {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    bool member_ended = false;  // the next byte belongs to another member
  };

  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  virtual ~Decoder() = default;

  // Decodes part of `in`. If `in` is empty, returns output held back for lack of room.
  // ErrorCode::corrupt if the bytes are damaged.
  virtual Result<Step> decode(std::span<const char> in, std::span<char> out) = 0;
  // Prepares for the next member.
  virtual void reset() = 0;
};

struct Codec {
  std::string_view name;
  bool (*begins_member)(unsigned char first);
  // Throws std::runtime_error if memory is exhausted.
  std::unique_ptr<Decoder> (*make)();
};

// A decoder of zstd that refuses frames with larger windows.
std::unique_ptr<Decoder> zstd_decoder(unsigned max_window_log);

// Null if files of that compression aren't supported (or aren't compressed).
const Codec* codec_for(Compression compression);

}  // namespace fortnight::daemon
