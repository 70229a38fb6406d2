#include "storage/part/known_misses.h"

#include <algorithm>
#include <bit>

#include "storage/base/bytes.h"

namespace fortnight::storage {

std::string question_of(const std::vector<Predicate>& predicates) {
  std::string bytes;
  ByteWriter out(bytes);
  for (const Predicate& predicate : predicates) {
    out.u8(static_cast<std::uint8_t>(predicate.subject));
    out.u8(static_cast<std::uint8_t>(predicate.field));
    out.u8(predicate.negated ? 1 : 0);
    out.text(predicate.name);
    out.varint(predicate.patterns.size());
    for (const TextPattern& pattern : predicate.patterns) {
      out.varint(pattern.pieces.size());
      for (const std::string& piece : pattern.pieces) out.text(piece);
    }
    out.varint(predicate.statuses.size());
    for (const StatusRange& range : predicate.statuses) {
      out.signed_varint(range.first);
      out.signed_varint(range.last);
    }
    out.varint(predicate.bounds.size());
    for (const NumberBound& bound : predicate.bounds) {
      out.u8(static_cast<std::uint8_t>(bound.comparison));
      out.u64(std::bit_cast<std::uint64_t>(bound.value));
    }
  }
  return bytes;
}

bool worth_remembering(const std::vector<Predicate>& tested) {
  return std::any_of(tested.begin(), tested.end(), [](const Predicate& predicate) {
    return predicate.subject == Predicate::Subject::text ||
           predicate.subject == Predicate::Subject::pointer;
  });
}

}  // namespace fortnight::storage
