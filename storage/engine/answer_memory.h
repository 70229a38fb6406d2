// A memory of answers per file. Files don't change, so a repeated query (from a page that
// refreshes, for instance) only has to read what has come since.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/checksum.h"
#include "storage/files/block_cache.h"

namespace fortnight::storage {

// Thread-safe. Answers are stored in the cache, which is bounded. An answer that would take much of
// it is not remembered.
class AnswerMemory {
 public:
  explicit AnswerMemory(std::shared_ptr<BlockCache> cache)
      : cache_(std::move(cache)), number_(cache_->next_file()) {}

  // Null if nothing is remembered. `key` must identify the file, everything that the answer depends
  // on, and the answer's type.
  template <typename Answer>
  [[nodiscard]] std::shared_ptr<const Answer> find(const std::string& key) const {
    const auto found = cache_->find<Remembered<Answer>>(place_of(key));
    if (found == nullptr || found->key != key) return nullptr;
    return {found, &found->answer};
  }
  // If two keys have the same hash, the first answer is kept. `bytes` is the answer's size. Returns
  // the answer, remembered or not.
  template <typename Answer>
  std::shared_ptr<const Answer> keep(std::string key, Answer&& answer, std::size_t bytes) const {
    constexpr std::size_t kInHeap = 200;  // on the heap, and in the cache itself
    const std::size_t around = kInHeap + key.size();
    const std::size_t most = cache_->capacity() / 64;
    const BlockCache::Key place = place_of(key);
    const auto kept = std::make_shared<const Remembered<Answer>>(
        Remembered<Answer>{std::move(key), std::forward<Answer>(answer)});
    if (bytes <= most && around <= most - bytes) cache_->insert(place, kept, around + bytes);
    return {kept, &kept->answer};
  }

 private:
  template <typename Answer>
  struct Remembered {
    std::string key;
    Answer answer;
  };

  [[nodiscard]] BlockCache::Key place_of(const std::string& key) const {
    return {number_, checksum64(key)};
  }

  const std::shared_ptr<BlockCache> cache_;
  const std::uint64_t number_;  // its number in the cache
};

}  // namespace fortnight::storage
