// Counts by group and bucket of time: the accumulator of a count and its answer. Its memory is
// known, so that a query whose groups outgrow its budget ends with an error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

namespace fortnight::storage {

struct Counts {
  std::uint64_t calls = 0;
  std::uint64_t errors = 0;
  Counts& operator+=(const Counts& other) {
    calls += other.calls;
    errors += other.errors;
    return *this;
  }
  friend bool operator==(const Counts&, const Counts&) = default;
};

// Optimised for very many groups of one or two calls each: a group takes only its name and its
// buckets that have calls. Not thread-safe.
class CountGroups {
 public:
  static constexpr std::size_t kNoBucket = static_cast<std::size_t>(-1);

  CountGroups() = default;
  CountGroups(CountGroups&&) = default;
  CountGroups& operator=(CountGroups&&) = default;
  ~CountGroups() = default;

  // A group's number, in the order in which groups were added.
  using Group = std::uint32_t;

  // Returns the group of this name; adds it if it is new.
  Group at(std::string_view name);
  // Returns the group `(other)` for what is counted past a cap; adds it if it is new. at() and
  // find() never return it, whatever the name.
  Group other();
  [[nodiscard]] bool is_other(Group group) const { return group == other_; }
  // The group's counts in a bucket, to be added to. Valid until the next call.
  Counts& of(Group group, std::size_t bucket);
  // Adds all of `other`. Its first bucket is this one's `first_bucket`.
  void add(const CountGroups& other, std::size_t first_bucket = 0);
  // Moves the counts of bucket i to bucket to[i], or drops them if that is kNoBucket. Must keep the
  // order of the buckets.
  void move_buckets(const std::vector<std::size_t>& to);

  [[nodiscard]] bool empty() const { return groups_.empty(); }
  [[nodiscard]] std::size_t size() const { return groups_.size(); }
  [[nodiscard]] std::string_view name(Group group) const {
    return {groups_[group].name, groups_[group].length};
  }
  [[nodiscard]] Counts total(Group group) const;
  // By name; zero if there is no such group.
  [[nodiscard]] Counts find(std::string_view name, std::size_t bucket) const;
  // Calls `visit(bucket, counts)` for each bucket of a group that has calls, ascending.
  template <typename Visit>
  void each_bucket(Group group, Visit&& visit) const {
    for (std::uint32_t at = groups_[group].first; at != kNone; at = cells_[at].next) {
      visit(std::size_t{cells_[at].bucket}, cells_[at].counts);
    }
  }

  // Bytes of memory.
  [[nodiscard]] std::size_t bytes() const;
  // Whether both have the same calls in the same buckets of the same groups.
  friend bool operator==(const CountGroups& a, const CountGroups& b) {
    return a.has_all_of(b) && b.has_all_of(a);
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  struct Entry {
    const char* name;  // points into names_
    std::uint32_t length;
    std::uint32_t hash;
    std::uint32_t first;  // the first of its cells, a list ascending by bucket
    std::uint32_t last;   // the cell that was used last
  };
  struct Cell {
    Counts counts;
    std::uint32_t bucket;
    std::uint32_t next;
  };

  struct Names {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
    std::size_t used;
  };

  Group at(std::string_view name, std::uint32_t hash);
  Group append(std::string_view name, std::uint32_t hash);
  [[nodiscard]] bool has_all_of(const CountGroups& other) const;
  // Zero if `group` is kNone.
  [[nodiscard]] Counts in_bucket(Group group, std::size_t bucket) const;
  // The slot of the group of this name, or the free slot for it.
  [[nodiscard]] std::size_t slot_of(std::string_view name, std::uint32_t hash) const;
  void double_slots();
  const char* keep(std::string_view name);

  std::vector<Entry> groups_;
  std::deque<Cell> cells_;
  std::vector<Group> slots_;  // a hash table, its size a power of two; kNone: free
  std::vector<Names> names_;
  std::size_t name_bytes_ = 0;  // of names_
  Group other_ = kNone;         // is in no slot
};

}  // namespace fortnight::storage
