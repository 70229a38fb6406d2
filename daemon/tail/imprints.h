// Minimal records of files that are long gone: enough to recognise their bytes.
//
// Stored in sheets. A sheet is the value of one position in the store and is written once.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "daemon/tail/position.h"

namespace fortnight::daemon {

struct Imprint {
  std::uint64_t offset = 0;
  std::uint64_t head_hash = 0;
  std::uint64_t trace_hash = 0;
  friend bool operator==(const Imprint&, const Imprint&) = default;
};

// Not thread-safe.
class Imprints {
 public:
  static constexpr std::size_t kSheet = 256;
  // 65,536 imprints, 1.5 MiB: two years for a source with 100 rotated files a day.
  static constexpr std::size_t kMaxSheets = 256;

  // Conversion of a sheet to and from its stored value. Nothing if the text is damaged.
  static std::string encode(const std::vector<Imprint>& sheet);
  static std::optional<std::vector<Imprint>> decode(std::string_view text);

  void add(std::uint64_t number, std::vector<Imprint> sheet);
  // Drops the oldest sheet if there are too many, and returns its number.
  std::optional<std::uint64_t> drop_surplus();
  [[nodiscard]] std::uint64_t next_number() const;
  // The imprints that a file with these first bytes may match; of a short file, all.
  [[nodiscard]] std::vector<Imprint> like(std::string_view head) const;
  [[nodiscard]] std::size_t size() const { return by_head_.size(); }

 private:
  std::map<std::uint64_t, std::vector<Imprint>> sheets_;
  std::unordered_multimap<std::uint64_t, Imprint> by_head_;
};

}  // namespace fortnight::daemon
