#include "storage/part/shapes.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/checksum.h"
#include "storage/encoding/format.h"
#include "storage/packing/compression.h"
#include "storage/packing/limits.h"

namespace fortnight::storage {
namespace {

constexpr std::uint64_t kMaxSectionBytes = 64U << 20;
// The number of remembered Shape objects: more than one merge or flush has.
constexpr std::size_t kMostKnown = 2 * kMaxPartShapes;

void encode_shape(const PartShape& shape, ByteWriter& writer) {
  const Shape& s = shape.shape;
  writer.text(s.skeleton);
  writer.varint(s.holes);
  for (const std::uint32_t column : shape.columns) writer.varint(column);
  for (const std::int32_t hole : s.text_holes) writer.signed_varint(hole);
  writer.signed_varint(s.ts_hole);
  writer.u8(static_cast<std::uint8_t>(s.ts_text));
  writer.signed_varint(s.status_hole);
  writer.signed_varint(s.duration_hole);
  writer.u8(static_cast<std::uint8_t>(s.duration_unit));
  writer.varint(s.ids.size());
  for (const Shape::IdHole& id : s.ids) {
    writer.varint(id.kind);
    writer.varint(id.hole);
    writer.u8(id.is_string ? 1 : 0);
  }
}

// Whether all indices of holes, columns and kinds in a shape are in range, so that readers need no
// checks.
bool sound(const PartShape& shape, std::size_t kinds, std::size_t columns) {
  const Shape& s = shape.shape;
  const auto is_hole = [&](std::int32_t hole) {
    return hole == kNoHole || (hole >= 0 && static_cast<std::uint32_t>(hole) < s.holes);
  };
  bool good =
      static_cast<std::size_t>(std::count(s.skeleton.begin(), s.skeleton.end(), kHole)) == s.holes;
  good = good && std::all_of(s.text_holes.begin(), s.text_holes.end(), is_hole);
  good = good && is_hole(s.ts_hole) && is_hole(s.status_hole) && is_hole(s.duration_hole);
  good = good && s.ts_text <= TimeText::unix_ns && s.duration_unit <= DurationUnit::ns;
  for (const Shape::IdHole& id : s.ids) good = good && id.kind < kinds && id.hole < s.holes;
  good = good && std::is_sorted(s.ids.begin(), s.ids.end(),
                                [](const auto& a, const auto& b) { return a.hole < b.hole; });
  for (const std::uint32_t column : shape.columns) {
    good = good && column >= kFieldColumns && column < kFieldColumns + columns;
  }
  return good;
}

PartShape parse_shape(ByteReader& in) {
  PartShape shape;
  Shape& s = shape.shape;
  s.skeleton = in.text();
  s.holes = static_cast<std::uint32_t>(in.count());
  shape.columns.resize(s.holes);
  for (std::uint32_t& column : shape.columns) column = static_cast<std::uint32_t>(in.varint());
  for (std::int32_t& hole : s.text_holes) hole = static_cast<std::int32_t>(in.signed_varint());
  s.ts_hole = static_cast<std::int32_t>(in.signed_varint());
  s.ts_text = static_cast<TimeText>(in.u8());
  s.status_hole = static_cast<std::int32_t>(in.signed_varint());
  s.duration_hole = static_cast<std::int32_t>(in.signed_varint());
  s.duration_unit = static_cast<DurationUnit>(in.u8());
  s.ids.resize(in.count(3));
  for (Shape::IdHole& id : s.ids) {
    id.kind = static_cast<std::uint16_t>(in.varint());
    id.hole = static_cast<std::uint32_t>(in.varint());
    id.is_string = in.u8() != 0;
  }
  return shape;
}

}  // namespace

std::uint32_t PartShape::count_of(std::uint32_t column) const {
  const auto found = std::lower_bound(counts.begin(), counts.end(), std::pair(column, 0U));
  return found != counts.end() && found->first == column ? found->second : 0;
}

std::uint32_t PartShape::ordinal_of(std::uint32_t hole) const {
  return static_cast<std::uint32_t>(
      std::count(columns.begin(), columns.begin() + hole, columns[hole]));
}

void PartShape::derive_counts() {
  std::vector<std::uint32_t> sorted = columns;
  std::sort(sorted.begin(), sorted.end());
  counts.clear();
  counts.reserve(sorted.size());
  for (const std::uint32_t column : sorted) {
    if (counts.empty() || counts.back().first != column) counts.emplace_back(column, 0);
    ++counts.back().second;
  }
}

void PartShapes::encode_shapes(Lz4Level level, std::string& out) const {
  std::string raw;
  ByteWriter writer(raw);
  writer.varint(kinds.size());
  for (const std::string& kind : kinds) writer.text(kind);
  writer.varint(shapes.size());
  for (const PartShape& shape : shapes) encode_shape(shape, writer);
  append_lz4(raw, level, out);
}

void PartShapes::encode_columns(Lz4Level level, std::string& out) const {
  std::string raw;
  ByteWriter writer(raw);
  writer.varint(columns.size());
  for (const HoleColumn& column : columns) {
    writer.u8(column.is_string ? 1 : 0);
    writer.text(column.path);
  }
  append_lz4(raw, level, out);
}

Result<PartShapes> PartShapes::parse(std::string_view shapes_bytes,
                                     std::string_view columns_bytes) {
  PartShapes result;
  ByteReader packed_columns(columns_bytes);
  FORTNIGHT_ASSIGN(const std::string columns, read_lz4(packed_columns, kMaxSectionBytes));
  ByteReader columns_in(columns);
  result.columns.resize(columns_in.count(2));
  for (HoleColumn& column : result.columns) {
    column.is_string = columns_in.u8() != 0;
    column.path = columns_in.text();
  }
  if (!columns_in.ok() || result.columns.size() > kMaxPartColumns) {
    return corrupt("damaged list of columns");
  }

  ByteReader packed_shapes(shapes_bytes);
  FORTNIGHT_ASSIGN(const std::string shapes, read_lz4(packed_shapes, kMaxSectionBytes));
  ByteReader in(shapes);
  result.kinds.resize(in.count());
  for (std::string& kind : result.kinds) kind = in.text();
  const std::uint64_t count = in.count(16);
  if (count > kMaxPartShapes) return corrupt("damaged list of shapes");
  result.shapes.reserve(count);
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    result.shapes.push_back(parse_shape(in));
    if (!in.ok() || !sound(result.shapes.back(), result.kinds.size(), result.columns.size())) {
      return corrupt("damaged shape");
    }
    result.shapes.back().derive_counts();
  }
  if (!in.ok()) return corrupt("damaged list of shapes");
  result.shapes_of.resize(result.columns.size());
  for (std::uint32_t shape = 0; shape < result.shapes.size(); ++shape) {
    for (const auto& [column, holes] : result.shapes[shape].counts) {
      result.shapes_of[column - kFieldColumns].emplace_back(shape, holes);
    }
  }
  return result;
}

std::size_t PartShapes::memory() const {
  std::size_t bytes = sizeof(*this);
  for (const PartShape& shape : shapes) {
    bytes += sizeof shape + shape.shape.skeleton.capacity() +
             shape.columns.capacity() * sizeof shape.columns[0] +
             shape.counts.capacity() * sizeof shape.counts[0] +
             shape.shape.ids.capacity() * sizeof(Shape::IdHole);
  }
  for (const HoleColumn& column : columns) bytes += sizeof column + column.path.capacity();
  for (const auto& with : shapes_of) bytes += sizeof with + with.capacity() * sizeof with[0];
  for (const std::string& kind : kinds) bytes += sizeof kind + kind.capacity();
  return bytes;
}

PartShapesBuilder::PartShapesBuilder() {
  Shape plain;
  plain.skeleton = kPlainSkeleton;
  plain.holes = 1;
  add(std::move(plain), holes_of(kPlainSkeleton));
}

std::uint16_t PartShapesBuilder::intern_kind(std::string_view kind) {
  const auto found = std::find(shapes_.kinds.begin(), shapes_.kinds.end(), kind);
  if (found == shapes_.kinds.end()) shapes_.kinds.emplace_back(kind);
  return static_cast<std::uint16_t>(std::find(shapes_.kinds.begin(), shapes_.kinds.end(), kind) -
                                    shapes_.kinds.begin());
}

std::uint32_t PartShapesBuilder::intern(const Batch& batch, std::uint32_t shape) {
  const SharedShape& object = batch.shapes[shape];
  if (const auto known = known_.find(object.get()); known != known_.end()) {
    return known->second.number;
  }
  const std::uint32_t number = find_or_add(batch, *object);
  if (known_.size() == kMostKnown) known_.clear();
  known_.emplace(object.get(), Known{object, number});
  return number;
}

// Whether `mine`, a shape of the part, equals the batch's `theirs`, although their kinds have
// different numbers.
bool PartShapesBuilder::same(const Shape& mine, const Batch& batch, const Shape& theirs) const {
  return mine.skeleton == theirs.skeleton && mine.text_holes == theirs.text_holes &&
         mine.ts_hole == theirs.ts_hole && mine.ts_text == theirs.ts_text &&
         mine.status_hole == theirs.status_hole && mine.duration_hole == theirs.duration_hole &&
         mine.duration_unit == theirs.duration_unit &&
         std::equal(mine.ids.begin(), mine.ids.end(), theirs.ids.begin(), theirs.ids.end(),
                    [&](const Shape::IdHole& a, const Shape::IdHole& b) {
                      return a.hole == b.hole && a.is_string == b.is_string &&
                             shapes_.kinds[a.kind] == batch.kinds[b.kind];
                    });
}

std::uint32_t PartShapesBuilder::find_or_add(const Batch& batch, const Shape& shape) {
  if (shape.plain()) return kPlain;
  const std::uint64_t hash = checksum64(shape.skeleton);
  if (const auto same_hash = by_hash_.find(hash); same_hash != by_hash_.end()) {
    for (const std::uint32_t known : same_hash->second) {
      if (same(shapes_.shapes[known].shape, batch, shape)) return known;
    }
  }
  if (shape.holes > kMaxShapeHoles || shape.skeleton.size() > kMaxSkeletonBytes ||
      shapes_.shapes.size() >= kMaxPartShapes ||
      bytes_ + shape.skeleton.size() > kMaxPartShapeBytes ||
      shapes_.columns.size() + shape.holes > kMaxPartColumns) {
    return kPlain;
  }
  const std::vector<Hole> holes = holes_of(shape.skeleton);
  if (holes.size() != shape.holes) return kPlain;
  Shape mine = shape;
  for (Shape::IdHole& id : mine.ids) id.kind = intern_kind(batch.kinds[id.kind]);
  const std::uint32_t added = add(std::move(mine), holes);
  by_hash_[hash].push_back(added);
  return added;
}

std::uint32_t PartShapesBuilder::add(Shape shape, std::span<const Hole> holes) {
  PartShape added;
  added.columns.reserve(holes.size());
  for (const Hole& hole : holes) {
    ColumnsOfPath& of_path = columns_[hole.path];
    std::uint32_t& column = hole.is_string ? of_path.strings : of_path.others;
    if (column == kUnknown) {
      column = static_cast<std::uint32_t>(kFieldColumns + shapes_.columns.size());
      shapes_.columns.push_back({hole.path, hole.is_string});
    }
    added.columns.push_back(column);
  }
  bytes_ += shape.skeleton.size();
  added.shape = std::move(shape);
  added.derive_counts();
  shapes_.shapes.push_back(std::move(added));
  return static_cast<std::uint32_t>(shapes_.shapes.size() - 1);
}

}  // namespace fortnight::storage
