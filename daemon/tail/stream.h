// Reads one file for a tailer: splits it into lines, keeps its position, and detects when bytes
// that it has read are no longer in the file.
//
// Before new bytes are used, the bytes before them are compared with the remembered ones. A file
// that was truncated is therefore detected even if it has grown past the old offset.
//
// Not thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "daemon/tail/file.h"
#include "daemon/tail/position.h"
#include "daemon/tail/sink.h"
#include "intake/framing.h"

namespace fortnight::daemon {

// The bytes that identify a file at an offset: its first ones, and those before the offset.
struct Evidence {
  std::string head;   // at most kHeadBytes
  std::string trace;  // min(offset, kTraceBytes) bytes
};

class TailStream {
 public:
  enum class Outcome {
    more,     // more may be available now
    end,      // read to the present end
    changed,  // the bytes read are no longer there: truncated or rewritten. Nothing was taken.
  };

  // Continues at `position`. `evidence` was read from `file` at that offset; its head may be longer
  // than what was read.
  TailStream(std::string key, TailPosition position, std::unique_ptr<TailFile> file,
             Evidence evidence, std::size_t max_line_bytes);

  // Reads a piece of the file and delivers its lines and the position after them.
  Result<Outcome> read(TailSink& sink);
  // Delivers the bytes after the last LF as a line, since no LF will come.
  void take_last(TailSink& sink);
  // Whether the bytes read last and the first ones are still in the file.
  [[nodiscard]] Result<bool> unchanged();

  [[nodiscard]] const std::string& key() const { return key_; }
  [[nodiscard]] const TailPosition& position() const { return position_; }
  [[nodiscard]] TailPosition& position() { return position_; }
  [[nodiscard]] TailFile& file() { return *file_; }
  // Offset up to which bytes were read: position().offset plus the pending part of a line.
  [[nodiscard]] std::uint64_t read_to() const { return read_to_; }
  // The known first bytes of the file, at most kHeadBytes.
  [[nodiscard]] const std::string& head() const { return head_; }
  // Reads the first bytes again if the file was shorter before.
  void look_at_head();
  // Releases the file, to be read again from its start.
  std::unique_ptr<TailFile> release() { return std::move(file_); }

 private:
  Result<Outcome> pass_nuls();
  Result<void> jump(std::uint64_t offset);
  void advance(std::string_view bytes, TailSink& sink);
  void add_checkpoints(std::string_view bytes, std::uint64_t offset);

  std::string key_;
  TailPosition position_;
  std::unique_ptr<TailFile> file_;
  std::size_t max_line_bytes_;
  std::optional<intake::LineFramer> framer_;  // only while it holds bytes: it takes at least 64 KiB
  std::uint64_t read_to_;
  std::uint64_t nuls_to_ = 0;  // end of the examined part of a run of NULs at read_to_
  std::string head_;           // known first bytes of the file, at most kHeadBytes
  std::string recent_;         // the last kTraceBytes before read_to_
  std::string trace_;          // the last kTraceBytes before position_.offset
};

}  // namespace fortnight::daemon
