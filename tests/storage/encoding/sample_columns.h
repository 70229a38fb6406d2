// Columns of generated values, at least one for each codec to be chosen for, and their calls.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "storage/encoding/text_codec.h"

namespace fortnight::tests {

inline constexpr std::uint32_t kSampleRows = 400;
inline constexpr TimeNs kSampleStart = day_start(20'770);
// A column of the calls that other columns may repeat.
inline constexpr std::uint32_t kSampleSibling = 15;

// The calls of the columns, one per row. Values depend only on the row.
class SampleCalls final : public storage::RowSource {
 public:
  static TimeNs ts(std::uint32_t row);
  static std::int64_t shape(std::uint32_t row) { return row * 7 % 10 % 3; }
  // 26 characters, the value of kSampleSibling.
  static const std::string& id(std::uint32_t row);
  static std::string endpoint(std::uint32_t row);

  void append_text_field(storage::TextField field, std::uint32_t row,
                         std::string& out) const override;
  std::int64_t number_field(storage::FieldColumn column, std::uint32_t row) const override;
  void append_sibling(std::uint32_t column, std::uint32_t row, std::uint32_t ordinal,
                      std::string& out) const override;
};

struct SampleColumn {
  std::string name;
  // The value of a row, as it is written in a line: with JSON escapes.
  std::function<std::string(std::mt19937_64& random, std::uint32_t row)> make;
  storage::FieldHint hint = {};
  bool grouped = false;  // encode the values like those of one group of shapes
};

// At least one column for each codec. The key is the name of the codec that a sealed part chooses.
const std::multimap<std::string, SampleColumn>& sample_columns();

// The values of all rows.
std::vector<std::string> values_of(const SampleColumn& column, std::uint64_t seed);

// Columns of few or unusual values: empty texts, every byte, numbers that are almost canonical,
// long texts. Some have only one value.
const std::vector<std::vector<std::string>>& hostile_columns();

// A string of `length` characters of `alphabet`.
std::string random_text(std::mt19937_64& random, std::size_t length, std::string_view alphabet);

}  // namespace fortnight::tests
