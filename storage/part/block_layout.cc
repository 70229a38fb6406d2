#include "storage/part/block_layout.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "storage/base/limits.h"

namespace fortnight::storage {

namespace {

constexpr std::uint32_t kLeastStride = 64;

}  // namespace

static_assert(kMaxPartShapes <= std::numeric_limits<std::uint16_t>::max());

Result<BlockLayout> BlockLayout::make(const NumberChunk& shapes, std::size_t part_shapes) {
  BlockLayout layout;
  const std::vector<std::int64_t> of = shapes.decode();
  layout.shapes_.reserve(of.size());
  layout.rows_of_.resize(part_shapes);
  for (const std::int64_t shape : of) {
    if (shape < 0 || static_cast<std::size_t>(shape) >= part_shapes) {
      return corrupt("block of an unknown shape");
    }
    layout.shapes_.push_back(static_cast<std::uint16_t>(shape));
    ++layout.rows_of_[static_cast<std::size_t>(shape)];
  }
  for (std::size_t shape = 0; shape < part_shapes; ++shape) {
    if (layout.rows_of_[shape] != 0) layout.present_.push_back(static_cast<std::uint16_t>(shape));
  }
  layout.stride_ =
      std::max(kLeastStride, static_cast<std::uint32_t>(std::bit_ceil(layout.present_.size())));
  layout.before_.reserve((of.size() / layout.stride_ + 1) * layout.present_.size());
  std::vector<std::uint32_t> passed(part_shapes);
  for (std::size_t row = 0; row < of.size(); ++row) {
    if ((row & (layout.stride_ - 1)) == 0) {
      for (const std::uint16_t shape : layout.present_) layout.before_.push_back(passed[shape]);
    }
    ++passed[layout.shapes_[row]];
  }
  return layout;
}

std::size_t BlockLayout::memory() const {
  return sizeof(*this) + (shapes_.capacity() + present_.capacity()) * 2 +
         (rows_of_.capacity() + before_.capacity()) * 4;
}

}  // namespace fortnight::storage
