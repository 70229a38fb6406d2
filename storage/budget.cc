#include "storage/budget.h"

#include <string>

namespace fortnight::storage {

std::uint64_t Budget::available() const {
  const std::uint64_t reserved = reserved_;
  return reserved < memory_ ? memory_ - reserved : 0;
}

Result<void> Budget::check_memory(std::size_t bytes) const {
  if (bytes <= memory_ && reserved_ <= memory_ - bytes) return {};
  outgrown_ = true;
  return Error{ErrorCode::limit,
               "the answer doesn't fit into the " + std::to_string(memory_ >> 20) +
                   " MiB of a query's memory; ask for fewer by more filters or a shorter time, "
                   "take a larger step or a smaller limit, or raise query.max_memory or "
                   "limits.memory"};
}

}  // namespace fortnight::storage
