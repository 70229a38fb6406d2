#include "storage/count_groups.h"

#include <algorithm>
#include <utility>

#include "base/checksum.h"
#include "storage/key_caps.h"

namespace fortnight::storage {
namespace {

constexpr std::size_t kFewestSlots = 16;
// Names are kept in pieces of doubling size, so that few names take little memory.
constexpr std::size_t kSmallestPiece = 256;
constexpr std::size_t kLargestPiece = 256U << 10;

}  // namespace

std::size_t CountGroups::slot_of(std::string_view name, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot] != kNone) {
    const Entry& entry = groups_[slots_[slot]];
    if (entry.hash == hash && std::string_view(entry.name, entry.length) == name) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

void CountGroups::double_slots() {
  slots_.assign(std::max(kFewestSlots, 2 * slots_.size()), kNone);
  const std::size_t mask = slots_.size() - 1;
  for (Group group = 0; group < groups_.size(); ++group) {
    if (group == other_) continue;
    std::size_t slot = groups_[group].hash & mask;
    while (slots_[slot] != kNone) slot = (slot + 1) & mask;
    slots_[slot] = group;
  }
}

const char* CountGroups::keep(std::string_view name) {
  if (names_.empty() || name.size() > names_.back().size - names_.back().used) {
    const std::size_t size =
        std::max(name.size(), std::clamp(name_bytes_, kSmallestPiece, kLargestPiece));
    names_.push_back({std::make_unique_for_overwrite<char[]>(size), size, 0});
    name_bytes_ += size;
  }
  Names& names = names_.back();
  char* const kept = names.bytes.get() + names.used;
  std::copy(name.begin(), name.end(), kept);
  names.used += name.size();
  return kept;
}

CountGroups::Group CountGroups::at(std::string_view name) { return at(name, checksum32(name)); }

CountGroups::Group CountGroups::at(std::string_view name, std::uint32_t hash) {
  if (groups_.size() >= slots_.size() / 4 * 3) double_slots();
  Group& group = slots_[slot_of(name, hash)];
  if (group == kNone) group = append(name, hash);
  return group;
}

CountGroups::Group CountGroups::append(std::string_view name, std::uint32_t hash) {
  groups_.push_back({keep(name), static_cast<std::uint32_t>(name.size()), hash, kNone, kNone});
  return static_cast<Group>(groups_.size() - 1);
}

CountGroups::Group CountGroups::other() {
  if (other_ == kNone) other_ = append(kOtherName, 0);
  return other_;
}

Counts& CountGroups::of(Group group, std::size_t bucket) {
  Entry& entry = groups_[group];
  std::uint32_t before = kNone;
  std::uint32_t at = entry.first;
  // Calls mostly come in the order of time.
  if (entry.last != kNone && cells_[entry.last].bucket <= bucket) at = entry.last;
  while (at != kNone && cells_[at].bucket < bucket) {
    before = at;
    at = cells_[at].next;
  }
  if (at == kNone || cells_[at].bucket != bucket) {
    const auto added = static_cast<std::uint32_t>(cells_.size());
    cells_.push_back({{}, static_cast<std::uint32_t>(bucket), at});
    (before == kNone ? entry.first : cells_[before].next) = added;
    at = added;
  }
  entry.last = at;
  return cells_[at].counts;
}

void CountGroups::add(const CountGroups& other, std::size_t first_bucket) {
  for (Group group = 0; group < other.size(); ++group) {
    const Entry& entry = other.groups_[group];
    const Group sum =
        other.is_other(group) ? this->other() : at({entry.name, entry.length}, entry.hash);
    other.each_bucket(group, [&](std::size_t bucket, const Counts& counts) {
      of(sum, first_bucket + bucket) += counts;
    });
  }
}

void CountGroups::move_buckets(const std::vector<std::size_t>& to) {
  for (Entry& entry : groups_) {
    std::uint32_t last = kNone;
    for (std::uint32_t at = std::exchange(entry.first, kNone); at != kNone; at = cells_[at].next) {
      const std::size_t bucket = to[cells_[at].bucket];
      if (bucket == kNoBucket) continue;
      if (last != kNone && cells_[last].bucket == bucket) {
        cells_[last].counts += cells_[at].counts;
        continue;
      }
      cells_[at].bucket = static_cast<std::uint32_t>(bucket);
      (last == kNone ? entry.first : cells_[last].next) = at;
      last = at;
    }
    if (last != kNone) cells_[last].next = kNone;
    entry.last = last;
  }
}

Counts CountGroups::total(Group group) const {
  Counts total;
  each_bucket(group, [&](std::size_t, const Counts& counts) { total += counts; });
  return total;
}

Counts CountGroups::find(std::string_view name, std::size_t bucket) const {
  return slots_.empty() ? Counts{} : in_bucket(slots_[slot_of(name, checksum32(name))], bucket);
}

Counts CountGroups::in_bucket(Group group, std::size_t bucket) const {
  Counts found;
  if (group == kNone) return found;
  each_bucket(group, [&](std::size_t at, const Counts& counts) {
    if (at == bucket) found = counts;
  });
  return found;
}

std::size_t CountGroups::bytes() const {
  return groups_.capacity() * sizeof(Entry) + cells_.size() * sizeof(Cell) +
         slots_.size() * sizeof(Group) + name_bytes_;
}

bool CountGroups::has_all_of(const CountGroups& other) const {
  bool all = true;
  for (Group group = 0; group < other.size(); ++group) {
    other.each_bucket(group, [&](std::size_t bucket, const Counts& counts) {
      const Counts mine =
          other.is_other(group) ? in_bucket(other_, bucket) : find(other.name(group), bucket);
      all = all && mine == counts;
    });
  }
  return all;
}

}  // namespace fortnight::storage
