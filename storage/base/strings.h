// A list of byte strings in one heap: how a column's values stand in memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight::storage {

class Strings {
 public:
  void add(std::string_view value) {
    heap_.append(value);
    ends_.push_back(static_cast<std::uint32_t>(heap_.size()));
  }
  // Append the value's bytes to heap(), then call close_value().
  std::string& heap() { return heap_; }
  void close_value() { ends_.push_back(static_cast<std::uint32_t>(heap_.size())); }

  std::string_view operator[](std::size_t i) const {
    const std::uint32_t begin = i == 0 ? 0 : ends_[i - 1];
    return {heap_.data() + begin, ends_[i] - begin};
  }
  [[nodiscard]] std::size_t length(std::size_t i) const {
    return ends_[i] - (i == 0 ? 0 : ends_[i - 1]);
  }
  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  [[nodiscard]] bool empty() const { return ends_.empty(); }
  [[nodiscard]] const std::string& bytes() const { return heap_; }
  [[nodiscard]] std::size_t memory() const { return heap_.capacity() + ends_.capacity() * 4; }
  // Keeps the first `count`.
  void truncate(std::size_t count) {
    ends_.resize(count);
    heap_.resize(count == 0 ? 0 : ends_.back());
  }
  void clear() {
    heap_.clear();
    ends_.clear();
  }

 private:
  std::string heap_;
  std::vector<std::uint32_t> ends_;
};

}  // namespace fortnight::storage
