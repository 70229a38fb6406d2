// The shapes that a mapper has seen. The cache is cleared when it is full, so a stream of ever new
// shapes costs time but no memory.
//
// Most lines are recognised by their number of structurals: among the shapes with that number, the
// one used last is tried first. Other lines are split and found by the hash of their skeleton.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "intake/known_shape.h"
#include "intake/shape_plan.h"
#include "intake/split_line.h"

namespace fortnight::intake {

class ShapeCache {
 public:
  explicit ShapeCache(const ShapePlanner& planner) : planner_(planner) {}

  // Returns the line's shape and its scalars in `spans`; nullptr if it isn't recognised. Valid
  // until the next insert().
  KnownShape* recognise(std::string_view line, std::span<const std::uint32_t> structurals,
                        std::vector<Span>& spans);
  // The shape of a skeleton that was split from a line.
  KnownShape* find_or_insert(const std::string& skeleton);

 private:
  static constexpr std::size_t kMaxShapes = 4096;
  static constexpr std::size_t kMaxMemory = 16U << 20;
  static constexpr std::size_t kSets = 256;
  static constexpr std::size_t kWays = 4;

  void put_first(KnownShape* shape);

  const ShapePlanner& planner_;
  std::unordered_map<std::uint64_t, std::unique_ptr<KnownShape>> by_hash_;
  std::size_t memory_ = 0;
  // By number of structurals; the shape used last comes first.
  std::array<std::array<KnownShape*, kWays>, kSets> recent_{};
};

}  // namespace fortnight::intake
