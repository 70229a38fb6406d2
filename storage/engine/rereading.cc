#include "storage/engine/rereading.h"

#include <algorithm>

#include "base/checksum.h"
#include "storage/packing/limits.h"

namespace fortnight::storage {

void Rereading::expect(const Batch& batch, const Call& call) {
  if (stored_.size() < kMostReread) ++stored_[hash_of(batch, call)];
}

void Rereading::expect(const Batch& batch) {
  for (const Call& call : batch.calls) expect(batch, call);
}

void Rereading::drop_stored(Batch& batch) {
  std::erase_if(batch.calls, [&](const Call& call) {
    const auto found = stored_.find(hash_of(batch, call));
    if (found == stored_.end()) return false;
    if (--found->second == 0) stored_.erase(found);
    return true;
  });
}

std::uint64_t Rereading::hash_of(const Batch& batch, const Call& call) {
  scratch_.assign(batch.field(call, TextField::source));
  scratch_.push_back('\n');
  append_line(batch, call, scratch_);
  return checksum64(scratch_);
}

}  // namespace fortnight::storage
