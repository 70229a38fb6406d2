#include "daemon/tail/imprints.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "base/checksum.h"
#include "daemon/tail/file.h"

namespace fortnight::daemon {

std::string Imprints::encode(const std::vector<Imprint>& sheet) {
  std::string text;
  ByteWriter out(text);
  for (const Imprint& imprint : sheet) {
    out.u64(imprint.offset);
    out.u64(imprint.head_hash);
    out.u64(imprint.trace_hash);
  }
  out.u32(checksum32(text));
  return text;
}

std::optional<std::vector<Imprint>> Imprints::decode(std::string_view text) {
  if (text.size() < sizeof(std::uint32_t)) return std::nullopt;
  const std::string_view body = text.substr(0, text.size() - sizeof(std::uint32_t));
  if (ByteReader(text.substr(body.size())).u32() != checksum32(body)) {
    return std::nullopt;
  }
  std::vector<Imprint> sheet;
  ByteReader in(body);
  while (in.ok() && in.remaining() > 0) {
    const std::uint64_t offset = in.u64();
    const std::uint64_t head_hash = in.u64();
    sheet.push_back({offset, head_hash, in.u64()});
  }
  return in.ok() && sheet.size() <= kSheet ? std::optional(std::move(sheet)) : std::nullopt;
}

void Imprints::add(std::uint64_t number, std::vector<Imprint> sheet) {
  for (const Imprint& imprint : sheet) by_head_.emplace(imprint.head_hash, imprint);
  sheets_[number] = std::move(sheet);
}

std::optional<std::uint64_t> Imprints::drop_surplus() {
  if (sheets_.size() <= kMaxSheets) return std::nullopt;
  const auto oldest = sheets_.begin();
  for (const Imprint& imprint : oldest->second) {
    const auto [first, last] = by_head_.equal_range(imprint.head_hash);
    const auto found =
        std::find_if(first, last, [&](const auto& one) { return one.second == imprint; });
    if (found != last) by_head_.erase(found);
  }
  const std::uint64_t number = oldest->first;
  sheets_.erase(oldest);
  return number;
}

std::uint64_t Imprints::next_number() const {
  return sheets_.empty() ? 1 : sheets_.rbegin()->first + 1;
}

std::vector<Imprint> Imprints::like(std::string_view head) const {
  std::vector<Imprint> found;
  if (head.empty()) return found;
  const auto [first, last] = by_head_.equal_range(evidence_hash(head));
  for (auto one = first; one != last; ++one) found.push_back(one->second);
  return found;
}

}  // namespace fortnight::daemon
