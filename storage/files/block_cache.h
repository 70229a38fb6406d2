// A cache of data read from files and checked, and of results computed from it: immutable objects,
// keyed by file and place. Evicts once the sizes exceed the capacity. Thread-safe.
//
// Segmented LRU (Karedla, Love, Wherry: "Caching strategies to improve disk system performance",
// 1994): objects that were found again have three quarters of the room, and objects that were read
// only once are evicted first. So a page that takes one row from each of fifty blocks doesn't evict
// the dictionaries that all of them need. Objects that come in great numbers are only offered. An
// offered object is kept when it is wanted for the second time, unless more bytes than the cache
// holds were offered in between (after the list of evicted pages in Johnson, Shasha: "2Q: A Low
// Overhead High Performance Buffer Management Replacement Algorithm", 1994). Keeping every object
// that is read once costs more than reading it.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <utility>

#include "base/mutex.h"
#include "storage/files/read_failures.h"

namespace fortnight::storage {

class BlockCache {
 public:
  struct Key {
    std::uint64_t file = 0;   // from next_file()
    std::uint64_t place = 0;  // meaning chosen by the file: an offset, or a section's number
    friend bool operator==(const Key&, const Key&) = default;
  };

  explicit BlockCache(std::size_t capacity_bytes) : capacity_(capacity_bytes) {}

  // A number for a newly opened file; never returned twice.
  std::uint64_t next_file();

  // Null if it isn't cached. The caller must know the type that was inserted under the key.
  template <typename T>
  std::shared_ptr<const T> find(const Key& key) {
    return std::static_pointer_cast<const T>(find_untyped(key));
  }
  // An object larger than the whole cache is not kept.
  void insert(const Key& key, std::shared_ptr<const void> value, std::size_t bytes);
  // Like insert(), but treats the object as one that was found again: for small objects that save
  // much reading.
  void insert_prized(const Key& key, std::shared_ptr<const void> value, std::size_t bytes);
  // Like insert() if the same key was offered recently; otherwise only notes the key.
  void offer(const Key& key, std::shared_ptr<const void> value, std::size_t bytes);
  void erase(const Key& key);

  // Places that could not be read, and so are not cached.
  [[nodiscard]] ReadFailures& failures() { return failures_; }

  [[nodiscard]] std::size_t bytes() const;
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  struct Entry {
    Key key;
    std::shared_ptr<const void> value;
    std::size_t bytes;
    bool again;  // whether it is in again_
  };
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(const Key& key) const {
      // Places are offsets and flags. The multiplication makes all their bits count.
      const std::uint64_t mixed =
          (key.file * 0x9e3779b97f4a7c15U ^ key.place) * 0xff51afd7ed558ccdU;
      return static_cast<std::size_t>(mixed ^ (mixed >> 32));
    }
  };

  std::shared_ptr<const void> find_untyped(const Key& key);
  void promote(std::list<Entry>::iterator entry) REQUIRES(mutex_);
  bool add(const Key& key, std::shared_ptr<const void> value, std::size_t bytes) REQUIRES(mutex_);
  void make_room() REQUIRES(mutex_);
  void remove(std::list<Entry>::iterator entry) REQUIRES(mutex_);
  // Whether the key was offered before. Notes the key.
  bool was_offered(const Key& key, std::size_t bytes) REQUIRES(mutex_);

  const std::size_t capacity_;
  ReadFailures failures_;
  mutable Mutex mutex_;
  std::uint64_t files_ GUARDED_BY(mutex_) = 0;
  std::size_t bytes_ GUARDED_BY(mutex_) = 0;
  // Most recently used first: entries that were wanted once, and entries that were wanted again.
  std::list<Entry> once_ GUARDED_BY(mutex_);
  std::list<Entry> again_ GUARDED_BY(mutex_);
  std::size_t again_bytes_ GUARDED_BY(mutex_) = 0;
  boost::unordered_flat_map<Key, std::list<Entry>::iterator, Hash> index_ GUARDED_BY(mutex_);
  // Keys that were offered, oldest first, each with the size of its object. The sizes together
  // don't exceed the capacity.
  std::deque<std::pair<Key, std::size_t>> offered_ GUARDED_BY(mutex_);
  boost::unordered_flat_set<Key, Hash> is_offered_ GUARDED_BY(mutex_);
  std::size_t offered_bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace fortnight::storage
