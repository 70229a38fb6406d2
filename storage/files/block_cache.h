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
#include <type_traits>
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

  // The object of type T that was inserted under the key; null if it isn't cached. The type is part
  // of the key, so an object of another type is never returned.
  template <typename T>
  std::shared_ptr<const T> find(const Key& key) {
    return std::static_pointer_cast<const T>(find_object({key, type_of<T>()}));
  }
  // An object larger than the whole cache is not kept.
  template <typename T>
  void insert(const Key& key, std::shared_ptr<T> value, std::size_t bytes) {
    insert_object({key, type_of<T>()}, std::move(value), bytes);
  }
  // Like insert(), but treats the object as one that was found again: for small objects that save
  // much reading.
  template <typename T>
  void insert_prized(const Key& key, std::shared_ptr<T> value, std::size_t bytes) {
    insert_prized_object({key, type_of<T>()}, std::move(value), bytes);
  }
  // Like insert() if the same key was offered recently; otherwise only notes the key.
  template <typename T>
  void offer(const Key& key, std::shared_ptr<T> value, std::size_t bytes) {
    offer_object({key, type_of<T>()}, std::move(value), bytes);
  }
  template <typename T>
  void erase(const Key& key) {
    erase_object({key, type_of<T>()});
  }

  // Places that could not be read, and so are not cached.
  [[nodiscard]] ReadFailures& failures() { return failures_; }

  [[nodiscard]] std::size_t bytes() const;
  [[nodiscard]] std::size_t capacity() const { return capacity_; }

 private:
  // A type's identity: the address of a variable that each type has its own of.
  using Type = const void*;
  template <typename T>
  static inline constexpr char kTypeTag = 0;
  template <typename T>
  static Type type_of() {
    return &kTypeTag<std::remove_const_t<T>>;
  }
  struct TypedKey {
    Key key;
    Type type = nullptr;
    friend bool operator==(const TypedKey&, const TypedKey&) = default;
  };
  using Object = std::shared_ptr<const void>;

  struct Entry {
    TypedKey key;
    Object value;
    std::size_t bytes;
    bool again;  // whether it is in again_
  };
  struct Hash {
    using is_avalanching = void;
    // Without the type: one place seldom has objects of two types.
    std::size_t operator()(const TypedKey& typed) const {
      // Places are offsets and flags. The multiplication makes all their bits count.
      const std::uint64_t mixed =
          (typed.key.file * 0x9e3779b97f4a7c15U ^ typed.key.place) * 0xff51afd7ed558ccdU;
      return static_cast<std::size_t>(mixed ^ (mixed >> 32));
    }
  };

  Object find_object(const TypedKey& key);
  void insert_object(const TypedKey& key, Object value, std::size_t bytes);
  void insert_prized_object(const TypedKey& key, Object value, std::size_t bytes);
  void offer_object(const TypedKey& key, Object value, std::size_t bytes);
  void erase_object(const TypedKey& key);
  void promote(std::list<Entry>::iterator entry) REQUIRES(mutex_);
  bool add(const TypedKey& key, Object value, std::size_t bytes) REQUIRES(mutex_);
  void make_room() REQUIRES(mutex_);
  void remove(std::list<Entry>::iterator entry) REQUIRES(mutex_);
  // Whether the key was offered before. Notes the key.
  bool was_offered(const TypedKey& key, std::size_t bytes) REQUIRES(mutex_);

  const std::size_t capacity_;
  ReadFailures failures_;
  mutable Mutex mutex_;
  std::uint64_t files_ GUARDED_BY(mutex_) = 0;
  std::size_t bytes_ GUARDED_BY(mutex_) = 0;
  // Most recently used first: entries that were wanted once, and entries that were wanted again.
  std::list<Entry> once_ GUARDED_BY(mutex_);
  std::list<Entry> again_ GUARDED_BY(mutex_);
  std::size_t again_bytes_ GUARDED_BY(mutex_) = 0;
  boost::unordered_flat_map<TypedKey, std::list<Entry>::iterator, Hash> index_ GUARDED_BY(mutex_);
  // Keys that were offered, oldest first, each with the size of its object. The sizes together
  // don't exceed the capacity.
  std::deque<std::pair<TypedKey, std::size_t>> offered_ GUARDED_BY(mutex_);
  boost::unordered_flat_set<TypedKey, Hash> is_offered_ GUARDED_BY(mutex_);
  std::size_t offered_bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace fortnight::storage
