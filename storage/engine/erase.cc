#include "storage/engine/erase.h"

#include <algorithm>
#include <utility>

#include "storage/engine/certificates.h"
#include "storage/engine/completeness.h"
#include "storage/engine/erased_marks.h"
#include "storage/engine/erased_quarantine.h"
#include "storage/engine/erased_rejects.h"

namespace fortnight::storage {
namespace {

// Marks the rows as erased; returns the number of calls by day. A part without other rows leaves
// the manifest, as do parts of days that were dropped after the rows were found.
std::map<Day, std::uint64_t> mark_erased(const std::map<FileName, Roaring>& rows, Manifest& next) {
  std::map<Day, std::uint64_t> days;
  for (PartEntry& part : next.parts) {
    const auto found = rows.find(part.name);
    if (found == rows.end()) continue;
    days[part.name.day] += found->second.cardinality();
    const Roaring known = part.erased ? *part.erased : Roaring();
    part.erased = std::make_shared<const Roaring>(known | found->second);
  }
  std::erase_if(next.parts, [&](const PartEntry& part) {
    const bool all = part.erased != nullptr && count_of(part.erased) == part.summary.calls;
    if (all) next.erased_files.insert(part.name);
    return all;
  });
  return days;
}

}  // namespace

Result<FoundToErase> find_to_erase(FileSystem& files, const std::shared_ptr<const Version>& version,
                                   const ErasureOrder& order, const Budget& budget) {
  CallQuery query;
  query.predicates = order.predicates;
  query.end_seq = order.end_seq;
  query.order = Order::any;
  FoundToErase found;
  std::size_t bytes = 0;
  for (const LivePart* part : version->parts_between(query.from, query.to)) {
    const Budget::Reservation held = budget.reserve(bytes);
    Roaring rows;
    FORTNIGHT_TRY(part->reader->match(query, budget, found.completeness, rows));
    if (rows.isEmpty()) continue;
    rows.runOptimize();
    bytes += rows.getSizeInBytes();
    found.rows.emplace(part->entry.name, std::move(rows));
  }
  found.completeness += completeness_of_calls({version, {}, 0}, query.from, query.to);
  if (order.text.empty()) return found;
  FORTNIGHT_ASSIGN(found.quarantined,
                   find_quarantined_erasures(files, order, budget, found.completeness));
  return found;
}

Result<Erasure> publish_erasure(FileSystem& files, Catalog& catalog, const RejectCounts& counts,
                                const FoundToErase& found, const ErasureOrder& order, TimeNs now) {
  Manifest next = catalog.current()->manifest;
  FORTNIGHT_ASSIGN(const std::vector<std::string> before, read_certificates(files));
  const std::uint64_t newest = next.erasures.empty() ? 0 : next.erasures.back().number;
  Erasure erasure;
  erasure.number = std::max(last_certificate(before), newest) + 1;
  erasure.at = now;
  erasure.now = order.now;
  erasure.by = order.by;
  erasure.filter = order.filter;
  erasure.sha256 = order.sha256;
  erasure.days = mark_erased(found.rows, next);
  erasure.quarantined = found.quarantined.size();
  next.erased_paths.insert(found.quarantined.begin(), found.quarantined.end());
  std::vector<FileName> made;
  Result<std::uint64_t> rejects = std::uint64_t{0};
  if (!order.text.empty()) {
    rejects = erase_rejects(files, catalog, counts, order.text, next, made);
  }
  Result<void> published = rejects ? Result<void>() : Result<void>(rejects.error());
  if (rejects) {
    erasure.rejects = *rejects;
    next.erasures.push_back(erasure);
    published = keep_erased_marks(files, next);
    if (published) published = catalog.publish(std::move(next));
  }
  if (published) return erasure;
  (void)keep_erased_marks(files, catalog.current()->manifest);
  for (const FileName& name : made) catalog.discard(name);
  return published.error();
}

Result<std::vector<std::string>> all_certificates(FileSystem& files,
                                                  const std::vector<Erasure>& pending) {
  FORTNIGHT_ASSIGN(std::vector<std::string> lines, read_certificates(files));
  const std::uint64_t last = last_certificate(lines);
  for (const Erasure& erasure : pending) {
    if (erasure.number > last) lines.push_back(certificate_of(erasure, std::nullopt));
  }
  return lines;
}

}  // namespace fortnight::storage
