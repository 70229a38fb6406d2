// A list of byte strings in one heap: a column's values in memory.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace fortnight {

// Copies `length` bytes between ranges that don't overlap. Most values of a log are short: two
// moves of a word replace a call of memcpy.
inline void copy_bytes(char* to, const char* from, std::size_t length) {
  if (length > 16) {
    std::memcpy(to, from, length);
  } else if (length >= 8) {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::memcpy(&first, from, 8);
    std::memcpy(&last, from + length - 8, 8);
    std::memcpy(to, &first, 8);
    std::memcpy(to + length - 8, &last, 8);
  } else if (length >= 4) {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    std::memcpy(&first, from, 4);
    std::memcpy(&last, from + length - 4, 4);
    std::memcpy(to, &first, 4);
    std::memcpy(to + length - 4, &last, 4);
  } else if (length > 0) {
    to[0] = from[0];
    to[length / 2] = from[length / 2];
    to[length - 1] = from[length - 1];
  }
}

// Prefetches the next cache line of a list that grows. Appending to many lists in turn, such as the
// columns of a block, writes to more addresses than the processor's own prefetcher tracks.
inline void prefetch_for_write(const void* end) {
  constexpr std::uintptr_t kCacheLine = 64;
  __builtin_prefetch(
      reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(end) + kCacheLine), 1);
}

// Prefetches an address that is about to be read.
inline void prefetch_for_read(const void* at) { __builtin_prefetch(at); }

// Holds less than 4 GiB of bytes.
class Strings {
 public:
  Strings() = default;
  Strings(const Strings& other) : ends_(other.ends_) { append_heap(other.bytes()); }
  Strings(Strings&& other) noexcept = default;
  Strings& operator=(const Strings& other) {
    if (this != &other) *this = Strings(other);
    return *this;
  }
  Strings& operator=(Strings&& other) noexcept = default;
  ~Strings() = default;

  // Reserves room for `values` values of `bytes` bytes in total.
  void reserve(std::size_t values, std::size_t bytes) {
    ends_.reserve(values);
    if (heap_.capacity < bytes) grow_to(bytes);
  }
  void add(std::string_view value) {
    append_heap(value);
    ends_.push_back(heap_.size);
    prefetch_for_write(ends_.data() + ends_.size());
  }

  std::string_view operator[](std::size_t i) const {
    const std::uint32_t begin = i == 0 ? 0 : ends_[i - 1];
    return {heap_.bytes.get() + begin, ends_[i] - begin};
  }
  [[nodiscard]] std::size_t length(std::size_t i) const {
    return ends_[i] - (i == 0 ? 0 : ends_[i - 1]);
  }
  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] bool empty() const { return ends_.empty(); }
  // All values, concatenated.
  [[nodiscard]] std::string_view bytes() const { return {heap_.bytes.get(), heap_.size}; }
  [[nodiscard]] std::size_t memory() const { return heap_.capacity + ends_.capacity() * 4; }
  // Keeps only the first `count` values.
  void truncate(std::size_t count) {
    ends_.resize(count);
    heap_.size = count == 0 ? 0 : ends_.back();
  }
  void clear() { truncate(0); }
  friend bool operator==(const Strings& a, const Strings& b) {
    return a.ends_ == b.ends_ && a.bytes() == b.bytes();
  }

 private:
  // Like std::string, but new bytes are not zeroed.
  struct Heap {
    std::unique_ptr<char[]> bytes;
    std::uint32_t size = 0;
    std::uint32_t capacity = 0;

    Heap() = default;
    Heap(Heap&& other) noexcept
        : bytes(std::move(other.bytes)),
          size(std::exchange(other.size, 0)),
          capacity(std::exchange(other.capacity, 0)) {}
    Heap& operator=(Heap&& other) noexcept {
      bytes = std::move(other.bytes);
      size = std::exchange(other.size, 0);
      capacity = std::exchange(other.capacity, 0);
      return *this;
    }
    Heap(const Heap&) = delete;
    Heap& operator=(const Heap&) = delete;
    ~Heap() = default;
  };

  void append_heap(std::string_view value) {
    if (heap_.capacity - heap_.size < value.size()) grow(value.size());
    copy_bytes(heap_.bytes.get() + heap_.size, value.data(), value.size());
    heap_.size += static_cast<std::uint32_t>(value.size());
    prefetch_for_write(heap_.bytes.get() + heap_.size);
  }
  void grow(std::size_t more) {
    constexpr std::size_t kLeast = 64;
    grow_to(std::max({kLeast, heap_.size + more, std::size_t{heap_.size} * 2}));
  }
  void grow_to(std::size_t wanted) {
    auto larger = std::make_unique_for_overwrite<char[]>(wanted);
    copy_bytes(larger.get(), heap_.bytes.get(), heap_.size);
    heap_.bytes = std::move(larger);
    heap_.capacity = static_cast<std::uint32_t>(wanted);
  }

  Heap heap_;
  std::vector<std::uint32_t> ends_;
};

}  // namespace fortnight
