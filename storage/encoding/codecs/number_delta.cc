// Numbers that mostly ascend: differences between neighbours, in runs that each have their own
// width.
#include <algorithm>
#include <limits>
#include <vector>

#include "base/require.h"
#include "storage/encoding/number_codec.h"
#include "storage/packing/packed.h"

namespace fortnight::storage {
namespace {

// Differences that share a width.
constexpr std::size_t kRun = 128;

struct Run {
  std::int64_t before;  // the value before its first
  std::int64_t least;   // of its differences
  unsigned width;
  const char* packed;

  // The sum of the first `count` differences, in steps. `room` is for as many numbers.
  [[nodiscard]] std::uint64_t distance(std::size_t count, std::span<std::uint64_t> room) const {
    std::uint64_t sum = static_cast<std::uint64_t>(least) * count;
    if (width == 0) return sum;
    unpack_bits(packed, 0, count, width, room.data());
    for (std::size_t i = 0; i < count; ++i) sum += room[i];
    return sum;
  }
};

class DeltaNumbers final : public NumberChunk {
 public:
  DeltaNumbers(std::uint32_t size, std::int64_t first, std::uint64_t step, std::vector<Run> runs)
      : NumberChunk(size), first_(first), step_(step), runs_(std::move(runs)) {}

  std::int64_t operator[](std::size_t i) const override {
    FORTNIGHT_REQUIRE(i < size());
    if (i == 0) return first_;
    std::uint64_t room[kRun];
    const Run& run = runs_[(i - 1) / kRun];
    return number_sum(run.before, run.distance((i - 1) % kRun + 1, room) * step_);
  }
  std::size_t memory() const override { return sizeof(*this) + runs_.capacity() * sizeof(Run); }

 private:
  void decode_to(std::int64_t* out) const override {
    std::uint64_t deltas[kRun];
    std::int64_t value = first_;
    out[0] = value;
    std::size_t row = 1;
    for (const Run& run : runs_) {
      const std::size_t count = std::min<std::size_t>(kRun, size() - row);
      unpack_bits(run.packed, 0, count, run.width, deltas);
      for (std::size_t i = 0; i < count; ++i) {
        value = number_sum(value, (static_cast<std::uint64_t>(run.least) + deltas[i]) * step_);
        out[row++] = value;
      }
    }
  }

  std::int64_t first_;
  std::uint64_t step_;
  std::vector<Run> runs_;
};

// Where values descend often, their differences take more bits than they do.
bool mostly_ascend(std::span<const std::int64_t> values) {
  std::size_t descents = 0;
  for (std::size_t i = 1; i < values.size(); ++i) descents += values[i] < values[i - 1] ? 1 : 0;
  return descents <= values.size() / 8;
}

bool encode(const NumberInput& input, std::string& out) {
  const std::span<const std::int64_t> values = input.values;
  if (input.constant() || values.size() <= 2) return false;
  // Differences in steps are computed as signed numbers.
  if (number_difference(input.greatest, input.least) >> 62 != 0 || input.step >> 62 != 0) {
    return false;
  }
  if (!mostly_ascend(values)) return false;
  write_number_header(Encoding::number_delta, values.size(), values[0], out);
  ByteWriter writer(out);
  writer.varint(input.step);
  std::vector<std::int64_t> deltas;
  for (std::size_t i = 1; i < values.size(); ++i) {
    deltas.push_back(static_cast<std::int64_t>(number_difference(values[i], values[i - 1])) /
                     static_cast<std::int64_t>(input.step));
  }
  std::vector<std::uint64_t> packed;
  for (std::size_t begin = 0; begin < deltas.size(); begin += kRun) {
    const auto run = std::span(deltas).subspan(begin, std::min(kRun, deltas.size() - begin));
    const auto [least, greatest] = std::minmax_element(run.begin(), run.end());
    const unsigned width = bit_width_for(number_difference(*greatest, *least));
    writer.signed_varint(*least);
    writer.u8(static_cast<std::uint8_t>(width));
    packed.clear();
    for (const std::int64_t delta : run) packed.push_back(number_difference(delta, *least));
    append_packed(packed, width, out);
  }
  return true;
}

std::unique_ptr<NumberChunk> parse(ByteReader& in, std::uint32_t count, std::int64_t base) {
  const std::uint64_t step = in.varint();
  if (count == 0) return nullptr;
  std::vector<Run> runs;
  std::uint64_t room[kRun];
  std::int64_t value = base;
  for (std::uint32_t passed = 1; passed < count; passed += kRun) {
    Run run{.before = value, .least = in.signed_varint(), .width = in.u8(), .packed = nullptr};
    const std::size_t of_run = std::min<std::size_t>(kRun, count - passed);
    run.packed = read_packed(in, of_run, run.width);
    if (!in.ok()) return nullptr;
    runs.push_back(run);
    value = number_sum(value, run.distance(of_run, room) * step);
  }
  return std::make_unique<DeltaNumbers>(count, base, step, std::move(runs));
}

}  // namespace

constinit const NumberCodec kNumberDeltaCodec = {
    .id = Encoding::number_delta, .name = "number_delta", .encode = encode, .parse = parse};

}  // namespace fortnight::storage
