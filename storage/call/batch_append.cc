#include "storage/call/batch_append.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/require.h"

namespace fortnight::storage {
namespace {

std::vector<std::uint16_t> map_kinds(Batch& to, const Batch& from) {
  std::vector<std::uint16_t> map;
  map.reserve(from.kinds.size());
  for (const std::string& kind : from.kinds) {
    auto found = std::find(to.kinds.begin(), to.kinds.end(), kind);
    if (found == to.kinds.end()) found = to.kinds.insert(found, kind);
    map.push_back(static_cast<std::uint16_t>(found - to.kinds.begin()));
  }
  return map;
}

// Returns the same shape if its kinds keep their numbers.
SharedShape map_shape(const SharedShape& shape, const std::vector<std::uint16_t>& kinds) {
  const auto kept = [&](const Shape::IdHole& id) { return kinds[id.kind] == id.kind; };
  if (std::all_of(shape->ids.begin(), shape->ids.end(), kept)) return shape;
  Shape mapped = *shape;
  for (Shape::IdHole& id : mapped.ids) id.kind = kinds[id.kind];
  return std::make_shared<const Shape>(std::move(mapped));
}

std::vector<std::uint32_t> map_shapes(Batch& to, const Batch& from,
                                      const std::vector<std::uint16_t>& kinds) {
  std::unordered_multimap<std::string_view, std::uint32_t> known;  // by skeleton
  for (std::uint32_t i = 0; i < to.shapes.size(); ++i) known.emplace(to.shapes[i]->skeleton, i);
  std::vector<std::uint32_t> map;
  map.reserve(from.shapes.size());
  for (const SharedShape& shape : from.shapes) {
    const SharedShape mapped = map_shape(shape, kinds);
    const auto [first, last] = known.equal_range(mapped->skeleton);
    const auto same = std::find_if(
        first, last, [&](const auto& entry) { return *to.shapes[entry.second] == *mapped; });
    if (same != last) {
      map.push_back(same->second);
      continue;
    }
    const auto index = static_cast<std::uint32_t>(to.shapes.size());
    known.emplace(mapped->skeleton, index);
    to.shapes.push_back(mapped);
    map.push_back(index);
  }
  return map;
}

}  // namespace

void append_batch(Batch& to, const Batch& from) {
  FORTNIGHT_REQUIRE(to.text.size() + from.text.size() <= UINT32_MAX);
  const std::vector<std::uint16_t> kinds = map_kinds(to, from);
  const std::vector<std::uint32_t> shapes = map_shapes(to, from, kinds);
  const auto text = static_cast<std::uint32_t>(to.text.size());
  const auto extra_ids = static_cast<std::uint32_t>(to.extra_ids.size());
  to.text.append(from.text);
  for (ExtraId id : from.extra_ids) {
    id.kind = kinds[id.kind];
    id.value.offset += text;
    to.extra_ids.push_back(id);
  }
  to.calls.reserve(to.calls.size() + from.calls.size());
  for (Call call : from.calls) {
    call.shape = shapes[call.shape];
    call.values += text;
    call.extra_ids += extra_ids;
    for (Text& piece : call.text) piece.offset += text;
    to.calls.push_back(call);
  }
}

}  // namespace fortnight::storage
