// Numbers that are all the same.
#include <algorithm>

#include "base/require.h"
#include "storage/encoding/number_codec.h"

namespace fortnight::storage {
namespace {

class ConstantNumbers final : public NumberChunk {
 public:
  ConstantNumbers(std::uint32_t size, std::int64_t value) : NumberChunk(size), value_(value) {}
  std::int64_t operator[]([[maybe_unused]] std::size_t i) const override {
    FORTNIGHT_REQUIRE(i < size());
    return value_;
  }
  NumberRange range() const override { return {value_, value_}; }
  std::vector<std::int64_t> numbers() const override { return {value_}; }
  std::size_t memory() const override { return sizeof(*this); }

 private:
  void decode_to(std::int64_t* out) const override { std::fill_n(out, size(), value_); }

  std::int64_t value_;
};

bool encode(const NumberInput& input, std::string& out) {
  if (!input.constant()) return false;
  write_number_header(Encoding::number_constant, input.values.size(), input.least, out);
  return true;
}

std::unique_ptr<NumberChunk> parse(ByteReader&, std::uint32_t count, std::int64_t base) {
  return std::make_unique<ConstantNumbers>(count, base);
}

}  // namespace

constinit const NumberCodec kNumberConstantCodec = {
    .id = Encoding::number_constant, .name = "number_constant", .encode = encode, .parse = parse};

}  // namespace fortnight::storage
