// The IDs of the calls that came last, to drop a call that a sender repeats.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight::intake {

// Calls are told apart by their source, account and call ID, as hashes of 128 bits with a random
// seed: two calls are never taken for one (the odds are below 1 : 10^20 for ten million calls).
//
// Memory: at most some 30 bytes a call, as calls come.
//
// Not thread-safe.
class RecentCalls {
 public:
  // Remembers `most` calls, at least one, and forgets the oldest.
  explicit RecentCalls(std::size_t most);
  RecentCalls(const RecentCalls&) = delete;
  RecentCalls& operator=(const RecentCalls&) = delete;

  // Remembers the call. Returns false if it is known: its place in the order doesn't change then.
  bool add(std::string_view source, std::string_view account, std::string_view call_id);

  // For calls that were added from the newest to the oldest, no more than `most`: the last one that
  // was added is the oldest.
  void reverse();

  [[nodiscard]] std::size_t size() const { return calls_.size(); }
  [[nodiscard]] std::size_t most() const { return most_; }

 private:
  struct Hash {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    friend bool operator==(const Hash&, const Hash&) = default;
  };
  using Place = std::uint32_t;  // in calls_
  // Let the set find a hash by its value.
  struct HashOf {
    using is_transparent = void;
    using is_avalanching = void;
    const std::vector<Hash>* calls;
    std::size_t operator()(const Hash& hash) const { return hash.low; }
    std::size_t operator()(Place place) const { return (*calls)[place].low; }
  };
  struct SameCall {
    using is_transparent = void;
    const std::vector<Hash>* calls;
    bool operator()(Place a, Place b) const { return a == b; }
    bool operator()(Place a, const Hash& b) const { return (*calls)[a] == b; }
    bool operator()(const Hash& a, Place b) const { return a == (*calls)[b]; }
  };

  [[nodiscard]] Hash hash_of(std::string_view source, std::string_view account,
                             std::string_view call_id);

  std::size_t most_;
  std::uint64_t seed_;
  std::vector<Hash> calls_;  // a ring once it is full
  Place oldest_ = 0;
  boost::unordered_flat_set<Place, HashOf, SameCall> places_;
  std::string scratch_;
};

}  // namespace fortnight::intake
