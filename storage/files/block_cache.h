// A cache of what was read and checked, and of what was found in it: immutable objects by file and
// place, evicted once their sizes add up to the capacity. Thread-safe.
//
// Segmented LRU (Karedla, Love, Wherry: "Caching strategies to improve disk system performance",
// 1994): what was found again since it came has three quarters of the room, and what was only read
// once goes first. So a page that takes a row each of fifty blocks doesn't push out the
// dictionaries that all of them need. And what comes in great numbers is only offered: it is kept
// once it was wanted again, with no more wanted since than the cache holds (after the list of what
// was let go, in Johnson, Shasha: "2Q: A Low Overhead High Performance Buffer Management
// Replacement Algorithm", 1994). Keeping what comes once costs more than reading it.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

#include "storage/files/read_failures.h"

namespace fortnight::storage {

class BlockCache {
 public:
  struct Key {
    std::uint64_t file = 0;   // from next_file()
    std::uint64_t place = 0;  // the file's own business: an offset, a section's number
    friend bool operator==(const Key&, const Key&) = default;
  };

  explicit BlockCache(std::size_t capacity_bytes) : capacity_(capacity_bytes) {}

  // A number for a newly opened file, never given twice.
  std::uint64_t next_file();

  // Null where it isn't there. The caller knows which type it put there.
  template <typename T>
  std::shared_ptr<const T> find(const Key& key) {
    return std::static_pointer_cast<const T>(find_untyped(key));
  }
  // What is larger than the whole cache is not kept.
  void insert(const Key& key, std::shared_ptr<const void> value, std::size_t bytes);
  // As insert(), but with the standing of what was found again: for what is small and spares the
  // reading of much.
  void insert_prized(const Key& key, std::shared_ptr<const void> value, std::size_t bytes);
  // As insert(), if the same key was offered not long ago; else only that is noted.
  void offer(const Key& key, std::shared_ptr<const void> value, std::size_t bytes);
  void erase(const Key& key);

  // What couldn't be read, and so isn't here.
  [[nodiscard]] ReadFailures& failures() { return failures_; }

  [[nodiscard]] std::size_t bytes() const;
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  struct Entry {
    Key key;
    std::shared_ptr<const void> value;
    std::size_t bytes;
    bool again;  // in again_
  };
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(const Key& key) const {
      // Places are offsets and flags: multiplied, so that all their bits count.
      const std::uint64_t mixed =
          (key.file * 0x9e3779b97f4a7c15U ^ key.place) * 0xff51afd7ed558ccdU;
      return static_cast<std::size_t>(mixed ^ (mixed >> 32));
    }
  };

  std::shared_ptr<const void> find_untyped(const Key& key);
  // With the mutex held:
  void promote(std::list<Entry>::iterator entry);
  bool add(const Key& key, std::shared_ptr<const void> value, std::size_t bytes);
  void make_room();
  void remove(std::list<Entry>::iterator entry);
  // Whether the key was offered before; notes it.
  bool was_offered(const Key& key, std::size_t bytes);

  const std::size_t capacity_;
  ReadFailures failures_;
  mutable std::mutex mutex_;
  std::uint64_t files_ = 0;
  std::size_t bytes_ = 0;
  // Most recently used first: what was asked for once, and what was asked for again.
  std::list<Entry> once_;
  std::list<Entry> again_;
  std::size_t again_bytes_ = 0;
  boost::unordered_flat_map<Key, std::list<Entry>::iterator, Hash> index_;
  // Keys that were offered, oldest first, each with the bytes that it stands for; no more than the
  // capacity together.
  std::deque<std::pair<Key, std::size_t>> offered_;
  boost::unordered_flat_set<Key, Hash> is_offered_;
  std::size_t offered_bytes_ = 0;
};

}  // namespace fortnight::storage
