// Values grouped by their calls' shapes, each group with a chunk of its own.
//
// A column has one JSON path's values of all shapes. Often all calls of a shape have the same value
// (its endpoint, its method) or the same kind of value (a ULID in one shape, a number in another):
// then the groups take less than the whole.
#include <algorithm>
#include <map>
#include <vector>

#include "base/number_text.h"
#include "storage/encoding/sibling_index.h"
#include "storage/encoding/text_codec.h"
#include "storage/packing/limits.h"
#include "storage/packing/ranks.h"

namespace fortnight::storage {
namespace {

constexpr std::size_t kMaxGroups = 512;

class ByShapeChunk final : public TextChunk {
 public:
  ByShapeChunk(std::vector<std::unique_ptr<TextChunk>> groups, Ranks ranks)
      : groups_(std::move(groups)), ranks_(std::move(ranks)) {}

  void append(const Place& place, const RowSource& rows, std::string& out) const override {
    groups_[ranks_.group(place.index)]->append(
        {place.row, place.ordinal, ranks_.within(place.index)}, rows, out);
  }
  std::int64_t code(std::uint32_t index) const override {
    return groups_[ranks_.group(index)]->code(ranks_.within(index));
  }
  // A constant group has its own number as ID; the IDs of the other groups' values follow.
  std::vector<std::uint32_t> value_ids(std::uint32_t values) const override {
    const auto first_code = static_cast<std::uint32_t>(groups_.size());
    std::vector<std::vector<std::uint32_t>> of_group(groups_.size());  // empty: constant
    std::vector<const std::uint32_t*> next(groups_.size());
    for (std::uint32_t group = 0; group < first_code; ++group) {
      if (groups_[group]->constant() != nullptr) continue;
      of_group[group] = groups_[group]->value_ids(ranks_.filled(group));
      for (std::uint32_t& id : of_group[group]) {
        if (id != kNoId) id += first_code;
      }
      next[group] = of_group[group].data();
    }
    std::vector<std::uint32_t> ids(values);
    for (std::uint32_t i = 0; i < values; ++i) {
      const std::uint16_t group = ranks_.group(i);
      ids[i] = next[group] == nullptr ? group : *next[group]++;
    }
    return ids;
  }
  void add_candidates(std::string_view text, std::uint32_t values,
                      CandidateValues& candidates) const override {
    std::vector<CandidateValues> of_group(groups_.size());
    bool any = false;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      CandidateValues& found = of_group[i];
      groups_[i]->add_candidates(text, ranks_.filled(i), found);
      std::sort(found.values.begin(), found.values.end());
      any = any || found.all || !found.values.empty();
      candidates.columns.insert(candidates.columns.end(), found.columns.begin(),
                                found.columns.end());
    }
    std::vector<std::uint32_t> passed(groups_.size());
    for (std::uint32_t i = 0; i < values && any; ++i) {
      const std::uint16_t group = ranks_.group(i);
      const CandidateValues& found = of_group[group];
      const std::uint32_t within = passed[group]++;
      if (found.all || std::binary_search(found.values.begin(), found.values.end(), within)) {
        candidates.values.push_back(i);
      }
    }
  }
  std::size_t memory() const override {
    std::size_t bytes = sizeof(*this) + ranks_.memory();
    for (const auto& group : groups_) bytes += group->memory();
    return bytes;
  }

 private:
  std::vector<std::unique_ptr<TextChunk>> groups_;
  Ranks ranks_;
};

struct Group {
  Strings values;
  std::vector<Place> places;

  void add(std::string_view value, Place place) {
    place.index = static_cast<std::uint32_t>(values.size());
    places.push_back(place);
    values.add(value);
  }
};

// What the values of one shape have in common, as a text: shapes of the same kind share a group.
std::string kind_of(const Group& group, const ColumnInput& input) {
  const Strings& values = group.values;
  bool constant = true;
  bool same_length = true;
  bool integer = true;
  for (std::size_t i = 0; i < values.size(); ++i) {
    constant = constant && values[i] == values[0];
    same_length = same_length && values.length(i) == values.length(0);
    integer = integer && parse_decimal_text(values[i], 0).has_value();
  }
  if (constant) return "=" + std::string(values[0]);
  if (input.siblings != nullptr) {
    if (const auto sibling = input.siblings->find(values, group.places)) {
      return "s" + std::to_string(sibling->column) + "," + std::to_string(sibling->first);
    }
  }
  if (integer) return "i";
  return same_length ? "l" + std::to_string(values.length(0)) : "t";
}

bool encode(const ColumnInput& input, std::string& out) {
  if (input.grouped || input.shape_of_row.empty()) return false;
  const Strings& values = *input.values;
  std::map<std::int64_t, Group> of_shape;
  for (std::size_t i = 0; i < values.size(); ++i) {
    of_shape[input.shape_of_row[input.places[i].row]].add(values[i], input.places[i]);
  }
  if (of_shape.size() < 2) return false;
  std::map<std::string, std::size_t> numbers;
  std::map<std::int64_t, std::size_t> group_of;
  for (const auto& [shape, group] : of_shape) {
    group_of[shape] = numbers.try_emplace(kind_of(group, input), numbers.size()).first->second;
  }
  if (numbers.size() < 2 || numbers.size() > kMaxGroups) return false;

  std::vector<std::string> names(numbers.size());
  for (const auto& [kind, number] : numbers) names[number] = kind;
  std::vector<Group> groups(numbers.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    groups[group_of[input.shape_of_row[input.places[i].row]]].add(values[i], input.places[i]);
  }
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::by_shape));
  writer.varint(group_of.size());
  std::int64_t previous = 0;
  for (const auto& [shape, group] : group_of) {
    writer.varint(static_cast<std::uint64_t>(shape - previous));
    writer.varint(group);
    previous = shape;
  }
  writer.varint(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const Group& group = groups[i];
    ColumnInput inner = input;
    inner.memory_key += '/' + names[i];
    inner.values = &group.values;
    inner.codes = {};
    inner.places = group.places;
    inner.grouped = true;
    ++inner.depth;
    std::string chunk;
    encode_text(inner, chunk);
    writer.varint(group.values.size());
    writer.text(chunk);
  }
  return true;
}

Result<std::unique_ptr<TextChunk>> parse(ByteReader& in, const ChunkContext& context) {
  if (!context.value_shapes) return corrupt("groups of shapes within a group");
  constexpr std::uint32_t kNone = 0xffffffff;
  std::vector<std::uint32_t> group_of;  // by shape
  const std::uint64_t shapes = in.count(2);
  std::uint64_t shape = 0;
  for (std::uint64_t i = 0; i < shapes; ++i) {
    shape += in.varint();
    if (shape >= kMaxPartShapes) return corrupt("group of an unknown shape");
    group_of.resize(std::max<std::size_t>(group_of.size(), shape + 1), kNone);
    group_of[shape] = static_cast<std::uint32_t>(in.varint());
  }
  const std::uint64_t count = in.count(2);
  if (!in.ok() || count > kMaxGroups) return corrupt("damaged groups of shapes");
  std::vector<std::uint16_t> of_value = context.value_shapes();
  if (of_value.size() != context.values) return corrupt("groups of another length");
  bool known = true;
  for (std::uint16_t& of : of_value) {
    const std::uint32_t group = of < group_of.size() ? group_of[of] : kNone;
    known = known && group < count;
    of = static_cast<std::uint16_t>(group);
  }
  if (!known) return corrupt("value of no group");
  Ranks ranks(std::move(of_value), count);
  std::vector<std::unique_ptr<TextChunk>> groups;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t size = in.varint();
    const std::string_view bytes = in.text();
    if (!in.ok() || size != ranks.filled(i)) return corrupt("damaged group of shapes");
    ChunkContext inner = context;
    inner.values = static_cast<std::uint32_t>(size);
    inner.value_shapes = nullptr;
    ++inner.depth;
    FORTNIGHT_ASSIGN(auto chunk, parse_text_chunk(bytes, inner));
    groups.push_back(std::move(chunk));
  }
  return std::make_unique<ByShapeChunk>(std::move(groups), std::move(ranks));
}

bool search(ByteReader& in, const ChunkSearch& search) {
  for (std::uint64_t shapes = in.count(2); shapes > 0 && in.ok(); --shapes) {
    in.varint();
    in.varint();
  }
  for (std::uint64_t groups = in.count(2); groups > 0 && in.ok(); --groups) {
    ChunkSearch inner = search;
    inner.values = static_cast<std::uint32_t>(in.varint());
    ++inner.depth;
    if (chunk_may_contain(in.text(), inner)) return true;
  }
  return false;
}

}  // namespace

constinit const TextCodec kByShapeCodec = {.id = Encoding::by_shape,
                                           .name = "by_shape",
                                           .stage = Stage::thorough,
                                           .effort = Effort::sealed,
                                           .encode = encode,
                                           .parse = parse,
                                           .search = search};

}  // namespace fortnight::storage
