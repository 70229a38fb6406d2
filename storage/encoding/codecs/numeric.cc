#include "storage/encoding/codecs/numeric.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/number_text.h"
#include "storage/encoding/number_chunk.h"

namespace fortnight::storage {
namespace {

class NumericChunk final : public TextChunk {
 public:
  NumericChunk(std::unique_ptr<NumberChunk> numbers, unsigned digits)
      : numbers_(std::move(numbers)), digits_(digits) {}
  void append(const Place& place, const RowSource&, std::string& out) const override {
    append_decimal((*numbers_)[place.index], digits_, out);
  }
  void add_candidates(std::string_view text, std::uint32_t values,
                      CandidateValues& candidates) const override {
    const std::optional<std::int64_t> wanted = parse_decimal_text(text, digits_);
    if (!wanted) return;
    const std::vector<std::int64_t> numbers = numbers_->decode();
    for (std::uint32_t i = 0; i < values; ++i) {
      if (numbers[i] == *wanted) candidates.values.push_back(i);
    }
  }
  std::size_t memory() const override { return sizeof(*this) + numbers_->memory(); }

 private:
  std::unique_ptr<NumberChunk> numbers_;
  unsigned digits_;
};

std::size_t length_of(std::int64_t number, unsigned digits) {
  char text[kMaxDecimalText];
  return static_cast<std::size_t>(write_decimal(number, digits, text) - text);
}

}  // namespace

void append_decimals(const Strings& values, unsigned digits, std::string& out) {
  std::vector<std::int64_t> numbers;
  numbers.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    numbers.push_back(parse_decimal_text(values[i], digits).value_or(0));
  }
  encode_numbers(numbers, out);
}

Result<std::unique_ptr<TextChunk>> parse_decimals(ByteReader& in, const ChunkContext& context,
                                                  unsigned digits) {
  FORTNIGHT_ASSIGN(auto numbers, parse_number_chunk(in.bytes(in.remaining()), context.values));
  return std::make_unique<NumericChunk>(std::move(numbers), digits);
}

bool search_decimals(ByteReader& in, const ChunkSearch& search, unsigned digits) {
  const std::string& needle = search.needle.text();
  if (!search.needle.made_of("-.0123456789")) return false;
  const auto chunk = parse_number_chunk(in.bytes(in.remaining()), search.values);
  if (!chunk) return true;
  // The longest text is that of a bound.
  const auto [least, greatest] = (*chunk)->range();
  if (needle.size() > std::max(length_of(least, digits), length_of(greatest, digits))) return false;
  const std::vector<std::int64_t> numbers = (*chunk)->numbers();
  const std::size_t room = numbers.size() * (kMaxDecimalText + 1);
  if (search.scratch.size() < room) search.scratch.resize(room);
  char* to = search.scratch.data();
  for (const std::int64_t number : numbers) {
    to = write_decimal(number, digits, to);
    *to++ = '\n';
  }
  return contains({search.scratch.data(), to}, needle);
}

}  // namespace fortnight::storage
