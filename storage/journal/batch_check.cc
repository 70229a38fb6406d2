// check_batch(): protects code that walks a batch without checks from hostile bytes.
#include <algorithm>

#include "storage/call/number_bounds.h"
#include "storage/journal/batch_codec.h"
#include "storage/packing/limits.h"

namespace fortnight::storage {
namespace {

bool hole_exists(std::int32_t hole, const Shape& shape) {
  return hole >= kNoHole && hole < static_cast<std::int64_t>(shape.holes);
}

bool sound(const Shape& shape, std::size_t kinds) {
  if (shape.skeleton.size() > kMaxSkeletonBytes || shape.holes > kMaxShapeHoles) return false;
  const auto holes = std::count(shape.skeleton.begin(), shape.skeleton.end(), kHole);
  if (static_cast<std::uint64_t>(holes) != shape.holes) return false;
  for (const std::int32_t hole : shape.text_holes) {
    if (!hole_exists(hole, shape)) return false;
  }
  for (const std::int32_t hole : {shape.ts_hole, shape.status_hole, shape.duration_hole}) {
    if (!hole_exists(hole, shape)) return false;
  }
  // The holes must ascend, because for_each_id() walks them once.
  std::uint32_t least = 0;
  for (const Shape::IdHole& id : shape.ids) {
    if (id.kind >= kinds || id.hole < least || id.hole >= shape.holes) return false;
    least = id.hole;
  }
  return true;
}

bool within(Text piece, std::size_t size) {
  return piece.offset <= size && piece.length <= size - piece.offset;
}

bool values_stand(const Batch& batch, const Call& call) {
  if (call.values > batch.text.size()) return false;
  ByteReader in(std::string_view(batch.text).substr(call.values));
  const std::uint32_t holes = batch.shape(call).holes;
  for (std::uint32_t hole = 0; hole < holes && in.ok(); ++hole) in.text();
  return in.ok();
}

bool sound(const Batch& batch, const Call& call) {
  if (call.shape >= batch.shapes.size() || call.ts_digits > kMaxTsDigits || call.status < 0 ||
      call.status > kMaxStatus) {
    return false;
  }
  if (call.extra_id_count != 0 && (call.extra_ids > batch.extra_ids.size() ||
                                   call.extra_id_count > batch.extra_ids.size() - call.extra_ids)) {
    return false;
  }
  for (const Text piece : call.text) {
    if (!within(piece, batch.text.size())) return false;
  }
  return values_stand(batch, call);
}

}  // namespace

Result<void> check_batch(const Batch& batch) {
  for (const SharedShape& shape : batch.shapes) {
    if (!sound(*shape, batch.kinds.size())) return corrupt("batch: a shape that can't be");
  }
  for (const ExtraId& id : batch.extra_ids) {
    if (id.kind >= batch.kinds.size() || !within(id.value, batch.text.size())) {
      return corrupt("batch: an ID that points outside it");
    }
  }
  for (const Call& call : batch.calls) {
    if (!sound(batch, call)) return corrupt("batch: a call that points outside it");
  }
  return {};
}

}  // namespace fortnight::storage
