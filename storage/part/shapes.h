// The shapes of one part, and the columns of their holes' values.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "storage/call/batch.h"
#include "storage/call/skeleton.h"
#include "storage/packing/compression.h"

namespace fortnight::storage {

// A shape within a part.
struct PartShape {
  Shape shape;                         // kinds of IDs are indices into PartShapes::kinds
  std::vector<std::uint32_t> columns;  // one for each hole
  // The shape's distinct columns, ascending, each with the number of its holes.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> counts;

  [[nodiscard]] std::uint32_t count_of(std::uint32_t column) const;
  // The index of a hole among the shape's holes of the same column.
  [[nodiscard]] std::uint32_t ordinal_of(std::uint32_t hole) const;
  void derive_counts();
};

// A column of holes.
struct HoleColumn {
  std::string path;
  bool is_string = false;
};

struct PartShapes {
  std::vector<std::string> kinds;
  std::vector<PartShape> shapes;
  // Column kFieldColumns + i is columns[i].
  std::vector<HoleColumn> columns;
  // For columns[i], the shapes that have it, each with the number of its holes. Only after parse().
  std::vector<std::vector<std::pair<std::uint32_t, std::uint32_t>>> shapes_of;

  void encode_shapes(Lz4Level level, std::string& out) const;
  void encode_columns(Lz4Level level, std::string& out) const;
  // Parses the two sections' bytes.
  static Result<PartShapes> parse(std::string_view shapes, std::string_view columns);
  [[nodiscard]] std::size_t memory() const;
};

// Collects a part's shapes as its calls come. Not thread-safe.
class PartShapesBuilder {
 public:
  PartShapesBuilder();

  // Returns the part's shape for a shape of a batch. Returns kPlain for plain shapes and if the
  // part has no room for the shape: the line is then stored whole.
  std::uint32_t intern(const Batch& batch, std::uint32_t shape);
  // The part's number of an ID kind.
  std::uint16_t intern_kind(std::string_view kind);
  [[nodiscard]] const PartShapes& shapes() const { return shapes_; }

  static constexpr std::uint32_t kPlain = 0;

 private:
  static constexpr std::uint32_t kUnknown = 0xffffffff;
  // The columns of one path: one for strings and one for other scalars.
  struct ColumnsOfPath {
    std::uint32_t strings = kUnknown;
    std::uint32_t others = kUnknown;
  };

  std::uint32_t add(Shape shape, std::span<const Hole> holes);
  [[nodiscard]] bool same(const Shape& mine, const Batch& batch, const Shape& theirs) const;
  std::uint32_t find_or_add(const Batch& batch, const Shape& shape);

  PartShapes shapes_;
  std::size_t bytes_ = 0;
  boost::unordered_flat_map<std::string, ColumnsOfPath> columns_;
  // By the skeleton's hash; shapes with the same hash are compared.
  boost::unordered_flat_map<std::uint64_t, std::vector<std::uint32_t>> by_hash_;
  // By Shape object, since batches share them. The objects are kept alive, so that no other shape
  // gets their address.
  struct Known {
    SharedShape object;
    std::uint32_t number;
  };
  boost::unordered_flat_map<const Shape*, Known> known_;
};

}  // namespace fortnight::storage
