// Merges parts of one day into one, in slices, so that nothing waits for it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/require.h"
#include "storage/part/part.h"

namespace fortnight::storage {

// A k-way merge by (ts, seq) that holds one block of each input. Owned by one thread; `files` must
// outlive it. The owner removes the output of an unfinished job.
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
    FORTNIGHT_REQUIRE(started_ && heap_.empty());
    return writer_->finish();
  }

 private:
  struct Input {
    std::shared_ptr<const PartReader> reader;
    std::uint32_t next_block = 0;
    Batch block;
    std::size_t row = 0;
    [[nodiscard]] const Call& call() const { return block.calls[row]; }
  };

  MergeJob(std::unique_ptr<PartWriter> writer, Inputs inputs);
  // Moves the input to its next call; removes it from the heap if it has no more.
  Result<bool> load(std::size_t input);
  [[nodiscard]] bool comes_later(std::size_t a, std::size_t b) const;

  std::unique_ptr<PartWriter> writer_;
  std::vector<Input> inputs_;
  std::vector<std::size_t> heap_;  // inputs with calls left, the one with the least call on top
  bool started_ = false;
  std::optional<std::size_t> unread_;
};

}  // namespace fortnight::storage
