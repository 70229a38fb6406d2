#include "storage/engine/merge.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace fortnight::storage {

Result<std::unique_ptr<MergeJob>> MergeJob::create(FileSystem& files, const std::string& output,
                                                   Day day, Effort effort, Inputs inputs,
                                                   Executor* executor) {
  FORTNIGHT_ASSIGN(auto writer, PartWriter::create(files, output, day, effort, {}, {}, executor));
  return std::unique_ptr<MergeJob>(new MergeJob(std::move(writer), std::move(inputs)));
}

MergeJob::MergeJob(std::unique_ptr<PartWriter> writer, Inputs inputs) : writer_(std::move(writer)) {
  for (auto& reader : inputs) inputs_.push_back({std::move(reader), 0, {}, 0});
}

bool MergeJob::comes_later(std::size_t a, std::size_t b) const {
  const Call& x = inputs_[a].call();
  const Call& y = inputs_[b].call();
  return std::tie(x.ts, x.seq) > std::tie(y.ts, y.seq);
}

Result<bool> MergeJob::load(std::size_t index) {
  Input& input = inputs_[index];
  while (input.row >= input.block.calls.size()) {
    if (input.next_block == input.reader->blocks()) return false;
    auto block = input.reader->read_block(input.next_block);
    if (!block) {
      unread_ = index;
      return block.error();
    }
    input.block = std::move(*block);
    input.row = 0;
    ++input.next_block;
  }
  return true;
}

Result<bool> MergeJob::advance(std::uint64_t calls, const std::function<bool()>& stop) {
  constexpr std::uint64_t kWrittenBetweenStops = 256;
  const auto later = [this](std::size_t a, std::size_t b) { return comes_later(a, b); };
  if (!started_) {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      FORTNIGHT_ASSIGN(const bool any, load(i));
      if (any) heap_.push_back(i);
    }
    std::make_heap(heap_.begin(), heap_.end(), later);
    started_ = true;
  }
  for (; calls > 0 && !heap_.empty(); --calls) {
    if (calls % kWrittenBetweenStops == 0 && stop()) return false;
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const std::size_t least = heap_.back();
    Input& input = inputs_[least];
    FORTNIGHT_TRY(writer_->add(input.block, input.call()));
    ++input.row;
    FORTNIGHT_ASSIGN(const bool more, load(least));
    if (more) {
      std::push_heap(heap_.begin(), heap_.end(), later);
    } else {
      heap_.pop_back();
    }
  }
  return heap_.empty();
}

}  // namespace fortnight::storage
