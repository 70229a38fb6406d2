#include "daemon/tail/position.h"

#include "base/bytes.h"
#include "base/checksum.h"

namespace fortnight::daemon {
namespace {

// Version 1 ends with the path.
constexpr std::uint8_t kOldVersion = 1;
constexpr std::uint8_t kVersion = 2;
constexpr std::uint8_t kSkipping = 1;
constexpr std::uint8_t kFinished = 2;
constexpr std::uint8_t kCopy = 4;
// A checkpoint is dropped if the gap between its neighbours is at most this many times their
// distance to the offset. A gigabyte keeps about ten.
constexpr std::uint64_t kSparseness = 6;

void write_checkpoints(ByteWriter& out, const std::vector<Checkpoint>& checkpoints) {
  out.varint(checkpoints.size());
  std::uint64_t before = 0;
  for (const Checkpoint& checkpoint : checkpoints) {
    out.varint(checkpoint.offset - before);
    out.u64(checkpoint.hash);
    before = checkpoint.offset;
  }
}

void read_checkpoints(ByteReader& in, std::vector<Checkpoint>& checkpoints) {
  const std::uint64_t count = in.count(1 + sizeof(std::uint64_t));
  if (count > kMaxCheckpoints) return in.fail();
  std::uint64_t before = 0;
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const std::uint64_t distance = in.varint();
    if (distance == 0 || before + distance < before) return in.fail();
    before += distance;
    checkpoints.push_back({before, in.u64()});
  }
}

}  // namespace

void TailPosition::add_checkpoint(Checkpoint checkpoint, std::uint64_t now) {
  if (checkpoint.offset == 0) return;
  if (!checkpoints.empty() && checkpoint.offset <= checkpoints.back().offset) return;
  checkpoints.push_back(checkpoint);
  for (std::size_t i = 1; i + 1 < checkpoints.size();) {
    const std::uint64_t gap = checkpoints[i + 1].offset - checkpoints[i - 1].offset;
    if (gap <= kSparseness * (now - checkpoints[i + 1].offset)) {
      checkpoints.erase(checkpoints.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  if (checkpoints.size() > kMaxCheckpoints) checkpoints.erase(checkpoints.begin());
}

std::string TailPosition::encode() const {
  std::string text;
  ByteWriter out(text);
  out.u8(kVersion);
  out.u8(static_cast<std::uint8_t>((skipping ? kSkipping : 0) | (finished ? kFinished : 0) |
                                   (copy ? kCopy : 0)));
  out.u64(file.device);
  out.u64(file.inode);
  out.u64(offset);
  out.u64(head_hash);
  out.u64(trace_hash);
  out.signed_varint(modified_ns);
  out.text(path);
  out.text(target);
  out.varint(size);
  write_checkpoints(out, checkpoints);
  out.u32(checksum32(text));
  return text;
}

std::optional<TailPosition> TailPosition::decode(std::string_view text) {
  if (text.size() < sizeof(std::uint32_t)) return std::nullopt;
  const std::string_view body = text.substr(0, text.size() - sizeof(std::uint32_t));
  if (ByteReader(text.substr(body.size())).u32() != checksum32(body)) {
    return std::nullopt;
  }
  ByteReader in(body);
  const std::uint8_t version = in.u8();
  if (version != kOldVersion && version != kVersion) return std::nullopt;
  const std::uint8_t flags = in.u8();
  TailPosition position;
  position.skipping = (flags & kSkipping) != 0;
  position.finished = (flags & kFinished) != 0;
  position.copy = (flags & kCopy) != 0;
  position.file.device = in.u64();
  position.file.inode = in.u64();
  position.offset = in.u64();
  position.head_hash = in.u64();
  position.trace_hash = in.u64();
  position.modified_ns = in.signed_varint();
  position.path = in.text();
  if (version == kVersion) {
    position.target = in.text();
    position.size = in.varint();
    read_checkpoints(in, position.checkpoints);
  }
  if (!in.ok() || in.remaining() != 0) return std::nullopt;
  return position;
}

}  // namespace fortnight::daemon
