#include "storage/engine/fingerprint.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/checksum.h"
#include "storage/engine/completeness.h"

namespace fortnight::storage {
namespace {

bool has_calls(const HeadBatches& head, TimeNs from, TimeNs to) {
  return std::any_of(head.begin(), head.end(), [&](const auto& batch) {
    return batch->max_ts >= from && batch->min_ts < to;
  });
}

}  // namespace

std::optional<std::uint64_t> fingerprint_of(const View& view, TimeNs from, TimeNs to) {
  if (from >= to || has_calls(view.head, from, to)) return std::nullopt;
  const Completeness completeness = completeness_of_calls(view, from, to);
  if (completeness.damaged() != 0) return std::nullopt;
  std::string state;
  ByteWriter out(state);
  const auto add = [&](const FileName& name, std::uint64_t checksum) {
    out.u8(static_cast<std::uint8_t>(name.kind));
    out.signed_varint(name.day);
    out.u64(checksum);
  };
  const Version& version = *view.version;
  const Day last = day_of(to - 1);
  for (auto day = version.parts.lower_bound(day_of(from)); day != version.parts.end(); ++day) {
    if (day->first > last) break;
    for (const LivePart& part : day->second) {
      if (part.reader == nullptr || part.entry.name.kind != FileKind::segment) return std::nullopt;
      add(part.entry.name, part.entry.summary.checksum);
      out.varint(count_of(part.entry.erased));
    }
  }
  for (const LiveRollup& rollup : version.rollups_between(from, to)) {
    add(rollup.entry.name, rollup.entry.checksum);
  }
  out.signed_varint(completeness.retained_from.value_or(0));
  return checksum64(state);
}

}  // namespace fortnight::storage
