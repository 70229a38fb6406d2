// Merges parts of one day into one, in slices, so that nothing waits for it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/require.h"
#include "storage/part/part.h"

namespace fortnight::storage {

// A k-way merge by (ts, seq). It holds a block of each input that has reached its turn and has
// calls left in the block: of inputs that follow each other in time, one or two at once. Owned by
// one thread; `files` must outlive it. The owner removes the output of an unfinished job.
class MergeJob {
 public:
  using Inputs = std::vector<std::shared_ptr<const PartReader>>;

  // The inputs must be of `day`. `executor`: as PartWriter::create().
  static Result<std::unique_ptr<MergeJob>> create(FileSystem& files, const std::string& output,
                                                  Day day, Effort effort, Inputs inputs,
                                                  Executor* executor);

  // Writes up to `calls` calls, fewer once `stop` returns true. Returns true once all are written.
  // After an error, unread_input() names the input that caused it, if one did.
  Result<bool> advance(std::uint64_t calls, const std::function<bool()>& stop);
  [[nodiscard]] std::optional<std::size_t> unread_input() const { return unread_; }
  // Requires that advance() returned true.
  Result<PartSummary> finish() {
    FORTNIGHT_REQUIRE(heap_.empty());
    return writer_->finish();
  }

 private:
  struct Input {
    std::shared_ptr<const PartReader> reader;
    std::uint32_t next_block = 0;
    Batch block;  // empty between blocks
    std::size_t row = 0;
    [[nodiscard]] bool has_call() const { return row < block.calls.size(); }
    [[nodiscard]] bool has_block() const { return next_block < reader->blocks(); }
    [[nodiscard]] const Call& call() const { return block.calls[row]; }
    // At most the (ts, seq) of its next call.
    [[nodiscard]] std::pair<TimeNs, std::uint64_t> bound() const;
  };
  // The order of the heap.
  struct Later {
    const std::vector<Input>& inputs;
    bool operator()(std::size_t a, std::size_t b) const {
      return inputs[a].bound() > inputs[b].bound();
    }
  };

  MergeJob(std::unique_ptr<PartWriter> writer, Inputs inputs);
  Result<void> read_block(std::size_t input);
  // Writes the input's call, and releases its block after the last.
  Result<void> write_call(Input& input);

  std::unique_ptr<PartWriter> writer_;
  std::vector<Input> inputs_;
  std::vector<std::size_t> heap_;  // inputs with calls left, the one with the least bound on top
  std::optional<std::size_t> unread_;
};

}  // namespace fortnight::storage
