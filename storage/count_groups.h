// Counts by group and bucket of time: what a count adds up, and its answer. What it takes of memory
// is known, so that a query whose groups outgrow its budget ends with an error instead of the
// daemon's memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace fortnight::storage {

struct Budget;

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

// Made for groups without number that have a call or two each: a group has no more than its name
// and the buckets in which it has calls. Not thread-safe.
class CountGroups {
 public:
  static constexpr std::size_t kNoBucket = static_cast<std::size_t>(-1);

  CountGroups() = default;
  CountGroups(CountGroups&&) = default;
  CountGroups& operator=(CountGroups&&) = default;
  ~CountGroups() = default;

  // A group's number, in the order in which they came.
  using Group = std::uint32_t;

  // The group of this name, which is there from now on.
  Group at(std::string_view name);
  // The group `(other)` of what is counted past a cap, which is there from now on. It is none of
  // those that at() and find() know, whatever their names.
  Group other();
  [[nodiscard]] bool is_other(Group group) const { return group == other_; }
  // What a group has in a bucket, to be added to: good until the next call.
  Counts& of(Group group, std::size_t bucket);
  // Adds all of `other`, whose first bucket is this one's `first_bucket`.
  void add(const CountGroups& other, std::size_t first_bucket = 0);
  // What is in bucket i goes to the bucket to[i], where that is kNoBucket, nowhere. No bucket may
  // get before one that it was behind.
  void move_buckets(const std::vector<std::size_t>& to);

  [[nodiscard]] bool empty() const { return groups_.empty(); }
  [[nodiscard]] std::size_t size() const { return groups_.size(); }
  [[nodiscard]] std::string_view name(Group group) const {
    return {groups_[group].name, groups_[group].length};
  }
  [[nodiscard]] Counts total(Group group) const;
  // By name; nothing counted where there is no such group.
  [[nodiscard]] Counts find(std::string_view name, std::size_t bucket) const;
  // Calls `visit(bucket, counts)` for a group's buckets in their order, but for empty ones.
  template <typename Visit>
  void each_bucket(Group group, Visit&& visit) const {
    for (std::uint32_t at = groups_[group].first; at != kNone; at = cells_[at].next) {
      visit(std::size_t{cells_[at].bucket}, cells_[at].counts);
    }
  }

  // Bytes of memory.
  [[nodiscard]] std::size_t bytes() const;
  // The same calls in the same buckets of the same groups.
  friend bool operator==(const CountGroups& a, const CountGroups& b) {
    return a.has_all_of(b) && b.has_all_of(a);
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffff;

  struct Entry {
    const char* name;  // in names_
    std::uint32_t length;
    std::uint32_t hash;
    std::uint32_t first;  // of its cells, which are a list by bucket
    std::uint32_t last;   // the one that was asked for last
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
  // Nothing counted of kNone.
  [[nodiscard]] Counts in_bucket(Group group, std::size_t bucket) const;
  // Where the name's group stands in slots_, or is to stand.
  [[nodiscard]] std::size_t slot_of(std::string_view name, std::uint32_t hash) const;
  void double_slots();
  const char* keep(std::string_view name);

  std::vector<Entry> groups_;
  std::deque<Cell> cells_;
  std::vector<Group> slots_;  // a power of two, by hash; kNone: free
  std::vector<Names> names_;
  std::size_t name_bytes_ = 0;  // of names_
  Group other_ = kNone;         // in no slot
};

// ErrorCode::limit where groups of so many bytes outgrow the budget.
Result<void> check_groups(std::size_t bytes, const Budget& budget);

}  // namespace fortnight::storage
