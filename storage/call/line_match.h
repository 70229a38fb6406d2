// Tests predicates on a call in its row form: its fields, its IDs, and the scalars of its line,
// which are read from its shape and values, never from the whole line (but for plain ones).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/json_walk.h"
#include "storage/call/batch.h"
#include "storage/call/needle.h"
#include "storage/call/predicate.h"

namespace fortnight::storage {

// A conjunction of predicates, made ready. It keeps what it learns about the shapes of the batches
// that it was bound to, so that a pointer is looked up once a shape. Not thread-safe; a batch must
// not change while it is bound to it.
class CallMatcher {
 public:
  explicit CallMatcher(const std::vector<Predicate>& predicates);
  CallMatcher(const CallMatcher&) = delete;
  CallMatcher& operator=(const CallMatcher&) = delete;

  // False: no call of the batch matches, which is seen without a look at each.
  bool bind(const Batch& batch);
  // Whether all predicates hold for a call of the bound batch.
  bool matches(const Call& call);
  // Brings near what matches() will read first of a call that is soon to be tested.
  void prefetch(const Call& call) const;

 private:
  struct Test {
    Predicate predicate;
    std::vector<JsonPointer> pointers;   // of subject `pointer` or `code`
    std::vector<NumberBound> ns_bounds;  // of subject `duration`
    std::vector<Needle> needles;         // of subject `text`
  };
  // What a shape says to a test, found out when its first call comes.
  struct ShapeFact {
    bool known = false;
    std::vector<JsonScalar> scalars;       // `pointer`, `code`: where their holes are
    std::vector<std::string_view> absent;  // `text`: needles that none of its key names bears
  };

  [[nodiscard]] bool lacks_a_needle(std::size_t test);
  bool holds(std::size_t test, const Call& call);
  bool duration_matches(const Test& test, std::int64_t duration_ns);
  bool id_matches(const Predicate& predicate, const Call& call) const;
  bool pointer_matches(std::size_t test, const Call& call);
  bool code_matches(std::size_t test, const Call& call);
  // What the test's pointers lead to in a text, a line or a skeleton.
  [[nodiscard]] std::vector<JsonScalar> scalars_in(std::size_t test, std::string_view json) const;
  // Calls `visit(text)` for each scalar that the test's pointers lead to, until it returns true.
  template <typename Visit>
  void each_scalar(std::size_t test, const Call& call, Visit&& visit);
  bool text_matches(std::size_t test, const Call& call);
  [[nodiscard]] std::string_view raw_values(const Call& call) const;
  // `shape` is an index into the bound batch's.
  const ShapeFact& fact(std::size_t test, std::uint32_t shape);

  std::vector<Test> tests_;  // cheapest first
  const Batch* batch_ = nullptr;
  struct ShapeFacts {
    SharedShape shape;  // kept, so that no other one stands where it stood
    std::vector<ShapeFact> of_test;
  };
  // Of the shapes that a test asked about. (Its places stay while others come.)
  std::unordered_map<const Shape*, ShapeFacts> facts_;
  static constexpr std::size_t kMostShapes = 4096;  // of batches that are no longer bound
  std::vector<std::vector<ShapeFact>*> in_batch_;   // by the bound batch's shapes, once asked for
  std::string scratch_;
};

}  // namespace fortnight::storage
