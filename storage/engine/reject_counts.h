// How many lines were rejected, by second, source and reason. The newest file of rejects bears the
// counts of all rejects so far, so that they outlive the lines themselves.
//
// The number of counts is bounded: past kMaxRejectCounts the older half is added up by the quarter
// of an hour, then by the UTC day; then the oldest go.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "storage/reject.h"

namespace fortnight::storage {

class RejectCounts {
 public:
  void add(TimeNs at, std::string_view source, std::string_view reason, std::uint64_t count = 1);
  RejectCounts& operator+=(const RejectCounts& other);

  // Of all rejects that were ever added, those whose counts are gone included.
  [[nodiscard]] std::uint64_t total() const { return total_; }
  // A bucket that an edge of the filter's time cuts counts whole.
  [[nodiscard]] std::uint64_t count(const RejectFilter& filter) const;
  [[nodiscard]] std::size_t size() const { return counts_.size(); }

  void encode(ByteWriter& out) const;
  // Check the reader's ok() behind it.
  static RejectCounts decode(ByteReader& in);

 private:
  // When the bucket begins, how long it is, and the number of its source and reason.
  using Key = std::tuple<TimeNs, TimeNs, std::uint32_t>;
  using Counts = std::map<Key, std::uint64_t>;

  std::uint32_t kind_of(std::string_view source, std::string_view reason);
  void put(TimeNs from, TimeNs width, std::uint32_t kind, std::uint64_t count);
  void fit();
  bool coarsen_older_half(TimeNs width);
  void drop_older_half();

  std::vector<std::pair<std::string, std::string>> kinds_;  // source, reason
  Counts counts_;
  std::uint64_t kept_ = 0;  // the sum of counts_
  std::uint64_t total_ = 0;
};

}  // namespace fortnight::storage
