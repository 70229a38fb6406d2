// How many lines were rejected, by second, source and reason. The newest file of rejects has the
// counts of all rejects so far, so that they outlive the lines.
//
// The number of counts is bounded: past kMaxRejectCounts the older half is combined by quarter
// hour, then by UTC day; then the oldest are dropped.
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
  // Takes one reject out of its bucket; returns false if none is counted there. total() stays.
  bool take(TimeNs at, std::string_view source, std::string_view reason);
  RejectCounts& operator+=(const RejectCounts& other);

  // Of all rejects that were ever added, including those whose counts were dropped.
  [[nodiscard]] std::uint64_t total() const { return total_; }
  // A bucket that is cut by an edge of the filter's time is included whole.
  [[nodiscard]] std::uint64_t count(const RejectFilter& filter) const;
  [[nodiscard]] std::size_t size() const { return counts_.size(); }

  void encode(ByteWriter& out) const;
  // The caller must check the reader's ok() afterwards.
  static RejectCounts decode(ByteReader& in);

 private:
  // The start and the length of the bucket, and the number of the source and reason.
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
