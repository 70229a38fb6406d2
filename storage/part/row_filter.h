// Tests the predicates that a part's indices don't decide on the rows of a block: cheapest first,
// each on its columns, and on whole calls only as the last resort.
//
// One per query and part. Caches what it learns about the part's shapes and dictionaries. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "storage/call/line_match.h"
#include "storage/call/predicate.h"
#include "storage/part/block_reader.h"
#include "storage/part/code_answers.h"
#include "storage/part/pointer_places.h"
#include "storage/part/text_filter.h"

namespace fortnight::storage {

class RowFilter {
 public:
  explicit RowFilter(const std::vector<Predicate>& predicates);

  // Removes from `rows` (ascending) those that don't match.
  Result<void> apply(const BlockReader& block, std::vector<std::uint32_t>& rows);

 private:
  // One predicate, and what is cached for it.
  struct Test {
    explicit Test(const Predicate& tested);

    Predicate predicate;
    std::vector<NumberBound> ns_bounds;   // of a duration
    std::optional<PointerPlaces> places;  // of a pointer
    std::optional<ErrorCodes> codes;      // of an error code
    // By column.
    std::map<std::uint32_t, CodeAnswers> by_column;
    std::optional<TextFilter> text;
    // Only this predicate, for calls that must be tested whole.
    std::unique_ptr<CallMatcher> whole;
  };

  static Result<void> apply_numbers(Test& test, const BlockReader& block,
                                    std::vector<std::uint32_t>& rows);
  static Result<void> apply_field(Test& test, const BlockReader& block,
                                  std::vector<std::uint32_t>& rows);
  static Result<void> apply_pointer(Test& test, const BlockReader& block,
                                    std::vector<std::uint32_t>& rows);
  static Result<void> apply_code(Test& test, const BlockReader& block,
                                 std::vector<std::uint32_t>& rows);
  static Result<void> apply_id(Test& test, const BlockReader& block,
                               std::vector<std::uint32_t>& rows);
  static Result<void> apply_text(Test& test, const BlockReader& block,
                                 std::vector<std::uint32_t>& rows);
  // Marks those of `candidates` whose whole call matches, before negation.
  static Result<void> mark_whole(Test& test, const BlockReader& block,
                                 const std::vector<std::uint32_t>& candidates,
                                 std::vector<bool>& found);

  std::vector<Test> tests_;  // cheapest first
};

}  // namespace fortnight::storage
