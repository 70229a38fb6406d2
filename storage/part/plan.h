// How a query reads one part: what the indices decide, which blocks remain, and which predicates
// must be tested on their rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "storage/call/predicate.h"
#include "storage/part/file.h"

namespace fortnight::storage {

class PartPlan {
 public:
  // A damaged index costs speed, not correctness: its predicate is tested on rows instead.
  static Result<PartPlan> make(const PartFile& part, const std::vector<Predicate>& predicates,
                               TimeNs from, TimeNs to);

  // The blocks that may have matching calls, ascending.
  [[nodiscard]] const std::vector<std::uint32_t>& blocks() const { return blocks_; }
  // The rows of a block (relative to its first) that remain after the key indices, ascending.
  [[nodiscard]] std::vector<std::uint32_t> rows_of(const BlockEntry& block) const;
  // The predicates that the indices didn't decide.
  [[nodiscard]] const std::vector<Predicate>& rest() const { return rest_; }
  // One line each, for EXPLAIN.
  [[nodiscard]] const std::vector<std::string>& steps() const { return steps_; }

 private:
  void add_key(const PartFile& part, const Predicate& predicate);
  void add_id(const PartFile& part, const Predicate& predicate);
  void add_terms(const PartFile& part, const Predicate& predicate);
  void keep_blocks(std::vector<std::uint32_t> blocks);

  std::optional<Roaring> rows_;
  std::optional<std::vector<std::uint32_t>> indexed_;  // the blocks that the indices leave
  std::vector<std::uint32_t> blocks_;
  std::vector<Predicate> rest_;
  std::vector<std::string> steps_;
};

}  // namespace fortnight::storage
