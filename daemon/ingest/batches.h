// The batches that were taken in, so that a sender that repeats one doesn't store it twice.
//
// A batch is remembered by a position (storage/append.h) in the same append as its lines, so both
// survive a crash or neither does. The oldest are forgotten first.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "daemon/gatherer.h"

namespace fortnight::daemon {

// What became of a batch's lines.
struct BatchCounts {
  std::uint64_t accepted = 0;
  std::uint64_t rejected = 0;
  std::uint64_t skipped = 0;
  std::uint64_t duplicates = 0;
  friend bool operator==(const BatchCounts&, const BatchCounts&) = default;
};

// Whether a text can be a batch's ID: 1 to 128 visible ASCII characters.
bool is_batch_id(std::string_view text);

// Threads: the intake thread only.
class Batches {
 public:
  // Each takes some 200 bytes of memory and of the store's manifest.
  static constexpr std::size_t kMost = 10'000;

  // Knows the batches of the gatherer's positions. It must outlive this.
  explicit Batches(Gatherer& gatherer, std::size_t most = kMost);

  // `sender`: who has brought it, by name; empty: anybody. Its batches are not those of another.
  [[nodiscard]] std::optional<BatchCounts> find(std::string_view source, std::string_view sender,
                                                std::string_view id) const;
  // Remembers the batch whose lines were added to the gatherer's append last. Call it before
  // Gatherer::added().
  void remember(std::string_view source, std::string_view sender, std::string_view id,
                const BatchCounts& counts);

 private:
  struct Known {
    std::uint64_t number = 0;  // in the order of arrival
    BatchCounts counts;
  };
  Gatherer& gatherer_;
  const std::size_t most_;
  std::map<std::string, Known, std::less<>> by_key_;
  std::map<std::uint64_t, std::string> by_number_;
};

}  // namespace fortnight::daemon
