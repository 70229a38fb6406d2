#include "storage/encoding/sibling_index.h"

#include <algorithm>

namespace fortnight::storage {
namespace {

constexpr std::size_t kSamples = 12;

}  // namespace

std::optional<SiblingIndex::Sibling> SiblingIndex::find(const Strings& values,
                                                        std::span<const Place> places) const {
  const std::size_t samples = std::min(kSamples, values.size());
  // A few samples may differ: the caller decides whether the column has too many exceptions.
  const std::size_t allowed = samples / 6;
  std::vector<std::pair<Sibling, std::size_t>> candidates;
  for (std::size_t sample = 0; sample < samples; ++sample) {
    const std::size_t i = sample * values.size() / samples;
    if (values.length(i) < kMinLength) continue;
    const std::uint32_t wanted = hash(values[i]);
    for (const Entry& entry : rows_[places[i].row]) {
      if (entry.hash != wanted || entry.ordinal < places[i].ordinal ||
          entry.ordinal - places[i].ordinal > kMaxFirst) {
        continue;
      }
      const Sibling sibling{entry.column, entry.ordinal - places[i].ordinal};
      const auto known = std::find_if(candidates.begin(), candidates.end(),
                                      [&](const auto& c) { return c.first == sibling; });
      if (known != candidates.end()) {
        ++known->second;
      } else if (sample <= allowed) {
        candidates.emplace_back(sibling, 1);
      }
    }
    if (sample >= allowed && candidates.empty()) return std::nullopt;
  }
  const auto best =
      std::max_element(candidates.begin(), candidates.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  if (best == candidates.end() || best->second + allowed < samples) return std::nullopt;
  return best->first;
}

}  // namespace fortnight::storage
