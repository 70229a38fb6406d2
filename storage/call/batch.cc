#include "storage/call/batch.h"

#include <algorithm>

#include "base/utf8.h"

namespace fortnight::storage {

std::size_t Batch::memory() const {
  std::size_t bytes = calls.capacity() * sizeof(Call) + text.capacity() +
                      extra_ids.capacity() * sizeof(ExtraId) +
                      shapes.capacity() * sizeof(SharedShape);
  for (const SharedShape& shape : shapes) {
    bytes +=
        sizeof(Shape) + shape->skeleton.capacity() + shape->ids.capacity() * sizeof(Shape::IdHole);
  }
  return bytes;
}

void Batch::clear() {
  id = BatchId();
  kinds.clear();
  shapes.clear();
  calls.clear();
  extra_ids.clear();
  text.clear();
}

Text append_value(std::string& text, std::string_view value) {
  std::size_t rest = value.size();
  while (rest >= 0x80) {
    text.push_back(static_cast<char>(static_cast<unsigned char>(rest & 0x7f) | 0x80U));
    rest >>= 7;
  }
  text.push_back(static_cast<char>(rest));
  const Text piece{static_cast<std::uint32_t>(text.size()),
                   static_cast<std::uint32_t>(value.size())};
  text.append(value);
  return piece;
}

void append_line(const Batch& batch, const Call& call, std::string& out) {
  const std::string& skeleton = batch.shape(call).skeleton;
  ValueCursor values(batch, call);
  std::size_t from = 0;
  for (std::size_t hole = skeleton.find(kHole); hole != std::string::npos;
       hole = skeleton.find(kHole, from)) {
    out.append(skeleton, from, hole - from);
    out.append(values.next());
    from = hole + 1;
  }
  out.append(skeleton, from);
}

}  // namespace fortnight::storage
