// Tests predicates on a call in its row form: its fields, its IDs and the scalars of its line. The
// scalars are read from its shape and values; only plain lines are parsed.
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

// A prepared conjunction of predicates. It caches what it learns about the shapes of the batches
// that it was bound to, so that a pointer is resolved once per shape. Not thread-safe. The bound
// batch must not change.
class CallMatcher {
 public:
  explicit CallMatcher(const std::vector<Predicate>& predicates);
  CallMatcher(const CallMatcher&) = delete;
  CallMatcher& operator=(const CallMatcher&) = delete;

  // Returns false if no call of the batch can match, without testing each call.
  bool bind(const Batch& batch);
  // Whether all predicates hold for a call of the bound batch.
  bool matches(const Call& call);
  // Prefetches what matches() will read first of this call.
  void prefetch(const Call& call) const;

 private:
  struct Test {
    Predicate predicate;
    std::vector<JsonPointer> pointers;   // of subject `pointer` or `code`
    std::vector<NumberBound> ns_bounds;  // of subject `duration`
    std::vector<Needle> needles;         // of subject `text`
  };
  // What a test needs to know of a shape; computed at the shape's first call.
  struct ShapeFact {
    bool known = false;
    std::vector<JsonScalar> scalars;       // `pointer`, `code`: the holes that the pointers lead to
    std::vector<std::string_view> absent;  // `text`: needles that occur in none of its key names
  };

  [[nodiscard]] bool lacks_a_needle(std::size_t test);
  bool holds(std::size_t test, const Call& call);
  bool duration_matches(const Test& test, std::int64_t duration_ns);
  bool id_matches(const Predicate& predicate, const Call& call) const;
  bool pointer_matches(std::size_t test, const Call& call);
  bool code_matches(std::size_t test, const Call& call);
  // The scalars that the test's pointers lead to in `json`, a line or a skeleton.
  [[nodiscard]] std::vector<JsonScalar> scalars_in(std::size_t test, std::string_view json) const;
  // Calls `visit(text)` for each scalar that the test's pointers lead to, until it returns true.
  template <typename Visit>
  void each_scalar(std::size_t test, const Call& call, Visit&& visit);
  bool text_matches(std::size_t test, const Call& call);
  [[nodiscard]] std::string_view raw_values(const Call& call) const;
  // `shape` is an index into the bound batch's shapes.
  const ShapeFact& fact(std::size_t test, std::uint32_t shape);

  std::vector<Test> tests_;  // cheapest first
  const Batch* batch_ = nullptr;
  struct ShapeFacts {
    SharedShape shape;  // keeps the shape alive, so that its address is not reused
    std::vector<ShapeFact> of_test;
  };
  // By shape. The map must not move its values: in_batch_ points to them.
  std::unordered_map<const Shape*, ShapeFacts> facts_;
  // Above this, shapes of batches that are no longer bound are dropped.
  static constexpr std::size_t kMostShapes = 4096;
  std::vector<std::vector<ShapeFact>*> in_batch_;  // by the bound batch's shapes; null until needed
  std::string scratch_;
};

}  // namespace fortnight::storage
