#include "storage/part/block_layout.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "storage/packing/limits.h"

namespace fortnight::storage {

namespace {

constexpr std::uint32_t kLeastStride = 64;

}  // namespace

static_assert(kMaxPartShapes <= std::numeric_limits<std::uint16_t>::max());

Result<BlockLayout> BlockLayout::make(const NumberChunk& shapes, std::size_t part_shapes) {
  BlockLayout layout;
  const std::vector<std::int64_t> of = shapes.decode();
  layout.shapes_.resize(of.size());
  bool known = true;
  for (std::size_t row = 0; row < of.size(); ++row) {
    known = known && static_cast<std::uint64_t>(of[row]) < part_shapes;
    layout.shapes_[row] = static_cast<std::uint16_t>(of[row]);
  }
  if (!known) return corrupt("block of an unknown shape");
  layout.rows_of_.resize(part_shapes);
  for (const std::uint16_t shape : layout.shapes_) ++layout.rows_of_[shape];
  for (std::size_t shape = 0; shape < part_shapes; ++shape) {
    if (layout.rows_of_[shape] != 0) layout.present_.push_back(static_cast<std::uint16_t>(shape));
  }
  layout.stride_ =
      std::max(kLeastStride, static_cast<std::uint32_t>(std::bit_ceil(layout.present_.size())));
  layout.before_.reserve((of.size() / layout.stride_ + 1) * layout.present_.size());
  std::vector<std::uint32_t> passed(part_shapes);
  for (std::size_t first = 0; first < of.size(); first += layout.stride_) {
    for (const std::uint16_t shape : layout.present_) layout.before_.push_back(passed[shape]);
    const std::size_t end = std::min(first + layout.stride_, of.size());
    for (std::size_t row = first; row < end; ++row) ++passed[layout.shapes_[row]];
  }
  return layout;
}

std::size_t BlockLayout::memory() const {
  return sizeof(*this) + (shapes_.capacity() + present_.capacity()) * 2 +
         (rows_of_.capacity() + before_.capacity()) * 4;
}

}  // namespace fortnight::storage
