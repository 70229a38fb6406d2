// One file on its way through a tailer: reads it on, cuts it into lines, keeps its position, and
// notices when the bytes it has read are no longer there.
//
// Before anything read is used, the bytes that were read before it are compared with what is
// remembered of them: a file that was truncated, even if it has grown past the old place since, is
// never read on as if nothing had happened.
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

// What a file's content shows at an offset: its first bytes, and those before the offset.
struct Evidence {
  std::string head;   // kHeadBytes at the most
  std::string trace;  // min(offset, kTraceBytes)
};

class TailStream {
 public:
  enum class Outcome {
    more,     // there may be more at once
    end,      // read to the end, as it is now
    changed,  // what was read is not there any more: truncated or rewritten. Nothing was taken.
  };

  // Goes on at `position`, of which `file` gave the evidence: the head may be longer than what was
  // read.
  TailStream(std::string key, TailPosition position, std::unique_ptr<TailFile> file,
             Evidence evidence, std::size_t max_line_bytes);

  // Reads a piece of the file and gives its lines and the position behind them.
  Result<Outcome> read(TailSink& sink);
  // Gives what stands behind the last LF as a line: no LF will come.
  void take_last(TailSink& sink);
  // Whether the bytes that were read last, and the first ones, are still there.
  [[nodiscard]] Result<bool> unchanged();

  [[nodiscard]] const std::string& key() const { return key_; }
  [[nodiscard]] const TailPosition& position() const { return position_; }
  [[nodiscard]] TailPosition& position() { return position_; }
  [[nodiscard]] TailFile& file() { return *file_; }
  // Up to where bytes were read; position().offset, and the part of a line that waits for its LF.
  [[nodiscard]] std::uint64_t read_to() const { return read_to_; }
  // The file's first bytes as far as they are known, kHeadBytes at the most.
  [[nodiscard]] const std::string& head() const { return head_; }
  // Looks at them anew, where the file had fewer before.
  void look_at_head();
  // Hands the file over, to be read anew from its start.
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
  std::optional<intake::LineFramer>
      framer_;  // only while it holds something: it is 64 KiB and more
  std::uint64_t read_to_;
  std::uint64_t nuls_to_ = 0;  // of a run of NULs at read_to_: how far it was looked through
  std::string head_;           // the file's first bytes, as far as seen, kHeadBytes at the most
  std::string recent_;         // the last kTraceBytes before read_to_
  std::string trace_;          // the last kTraceBytes before position_.offset
};

}  // namespace fortnight::daemon
