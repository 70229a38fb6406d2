// The groups of a count while it is made. What they take of memory is known, so that a question
// whose groups outgrow its budget ends with an error instead of the daemon's memory.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace fortnight::storage {

// Bytes of memory that the answer's groups take. Walks them.
std::size_t group_bytes(const CountAnswer& answer);

// Adds groups to an answer, and keeps in mind what all of them take.
class GroupAdder {
 public:
  GroupAdder(CountAnswer& answer, std::size_t buckets)
      : answer_(answer), buckets_(buckets), bytes_(group_bytes(answer)) {}

  // The counts of the group of this name, with empty buckets where there was none yet. The
  // reference stays good for as long as the group is there.
  std::vector<Counts>& at(std::string_view name);
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  CountAnswer& answer_;
  std::size_t buckets_;
  std::size_t bytes_;
};

// Adds the groups of `from`, whose buckets are the same, and leaves it none.
void take_groups(CountAnswer& from, CountAnswer& to);
// ErrorCode::limit where groups of so many bytes outgrow the budget.
Result<void> check_groups(std::size_t bytes, const Budget& budget);

}  // namespace fortnight::storage
