#include "storage/engine/merge.h"

#include <algorithm>
#include <utility>

namespace fortnight::storage {

Result<std::unique_ptr<MergeJob>> MergeJob::create(FileSystem& files, const std::string& output,
                                                   Day day, Effort effort, Inputs inputs,
                                                   Executor* executor) {
  FORTNIGHT_ASSIGN(auto writer, PartWriter::create(files, output, day, effort, {}, {}, executor));
  return std::unique_ptr<MergeJob>(new MergeJob(std::move(writer), std::move(inputs)));
}

MergeJob::MergeJob(std::unique_ptr<PartWriter> writer, Inputs inputs) : writer_(std::move(writer)) {
  for (auto& reader : inputs) {
    inputs_.push_back({std::move(reader), 0, {}, 0});
    if (inputs_.back().has_block()) heap_.push_back(inputs_.size() - 1);
  }
  std::make_heap(heap_.begin(), heap_.end(), Later{inputs_});
}

std::pair<TimeNs, std::uint64_t> MergeJob::Input::bound() const {
  if (has_call()) return {call().ts, call().seq};
  return {reader->oldest_in(next_block), 0};
}

Result<void> MergeJob::read_block(std::size_t index) {
  Input& input = inputs_[index];
  auto block = input.reader->read_block(input.next_block);
  if (!block) {
    unread_ = index;
    return block.error();
  }
  input.block = std::move(*block);
  input.row = 0;
  ++input.next_block;
  return {};
}

Result<void> MergeJob::write_call(Input& input) {
  FORTNIGHT_TRY(writer_->add(input.block, input.call()));
  ++input.row;
  if (!input.has_call()) input.block = {};
  return {};
}

Result<bool> MergeJob::advance(std::uint64_t calls, const std::function<bool()>& stop) {
  constexpr std::uint64_t kWrittenBetweenStops = 256;
  const Later later{inputs_};
  while (calls > 0 && !heap_.empty()) {
    if (calls % kWrittenBetweenStops == 0 && stop()) return false;
    std::pop_heap(heap_.begin(), heap_.end(), later);
    Input& input = inputs_[heap_.back()];
    // Once it is read, another input may have the least call.
    if (input.has_call()) {
      FORTNIGHT_TRY(write_call(input));
      --calls;
    } else {
      FORTNIGHT_TRY(read_block(heap_.back()));
    }
    if (input.has_call() || input.has_block()) {
      std::push_heap(heap_.begin(), heap_.end(), later);
    } else {
      heap_.pop_back();
    }
  }
  return heap_.empty();
}

}  // namespace fortnight::storage
