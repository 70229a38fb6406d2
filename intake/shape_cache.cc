#include "intake/shape_cache.h"

#include <algorithm>

#include "base/checksum.h"

namespace fortnight::intake {

KnownShape* ShapeCache::recognise(std::string_view line, std::span<const std::uint32_t> structurals,
                                  std::vector<Span>& spans) {
  auto& ways = recent_[structurals.size() % kSets];
  for (std::size_t way = 0; way < kWays && ways[way] != nullptr; ++way) {
    KnownShape* const shape = ways[way];
    if (!shape->match(line, structurals, spans)) continue;
    if (way != 0) std::rotate(ways.begin(), ways.begin() + way, ways.begin() + way + 1);
    return shape;
  }
  return nullptr;
}

KnownShape* ShapeCache::find_or_insert(const std::string& skeleton) {
  const std::uint64_t hash = XXH3_64bits(skeleton.data(), skeleton.size());
  const auto found = by_hash_.find(hash);
  if (found != by_hash_.end() && found->second->skeleton() == skeleton) {
    put_first(found->second.get());
    return found->second.get();
  }
  if (found != by_hash_.end() || by_hash_.size() >= kMaxShapes || memory_ >= kMaxMemory) {
    recent_ = {};
    by_hash_.clear();
    memory_ = 0;
  }
  auto shape = std::make_unique<KnownShape>(skeleton, planner_.plan(skeleton));
  KnownShape* const known = shape.get();
  memory_ += known->memory();
  by_hash_.emplace(hash, std::move(shape));
  put_first(known);
  return known;
}

void ShapeCache::put_first(KnownShape* shape) {
  auto& ways = recent_[shape->structurals() % kSets];
  const auto place = std::find(ways.begin(), ways.end() - 1, shape);
  *place = shape;
  std::rotate(ways.begin(), place, place + 1);
}

}  // namespace fortnight::intake
