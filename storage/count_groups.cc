#include "storage/count_groups.h"

namespace fortnight::storage {
namespace {

// A map's node with its name and counts, and what an allocator adds to each of the pieces.
constexpr std::size_t kNodeBytes = 32 + sizeof(std::string) + sizeof(std::vector<Counts>) + 2 * 16;
// A name that is no longer stands in its string.
constexpr std::size_t kShortName = 15;

std::size_t bytes_of(std::string_view name, std::size_t buckets) {
  const std::size_t heap = name.size() > kShortName ? name.size() + 16 : 0;
  return kNodeBytes + heap + buckets * sizeof(Counts);
}

}  // namespace

std::size_t group_bytes(const CountAnswer& answer) {
  std::size_t bytes = 0;
  for (const auto& [name, counts] : answer.groups) bytes += bytes_of(name, counts.size());
  return bytes;
}

std::vector<Counts>& GroupAdder::at(std::string_view name) {
  const auto found = answer_.groups.find(name);
  if (found != answer_.groups.end()) return found->second;
  bytes_ += bytes_of(name, buckets_);
  return answer_.groups.emplace(name, std::vector<Counts>(buckets_)).first->second;
}

void take_groups(CountAnswer& from, CountAnswer& to) {
  while (!from.groups.empty()) {
    const auto added = to.groups.insert(from.groups.extract(from.groups.begin()));
    if (added.inserted) continue;
    const std::vector<Counts>& counts = added.node.mapped();
    std::vector<Counts>& sums = added.position->second;
    for (std::size_t i = 0; i < counts.size(); ++i) sums[i] += counts[i];
  }
}

Result<void> check_groups(std::size_t bytes, const Budget& budget) {
  if (bytes <= budget.max_memory) return {};
  return Error{
      ErrorCode::limit,
      "so many different values don't fit into the " + std::to_string(budget.max_memory >> 20) +
          " MiB of a query's memory; ask for fewer by more filters or a shorter time, take "
          "a larger step, or raise query.max_memory"};
}

}  // namespace fortnight::storage
