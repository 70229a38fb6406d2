// scan(), explain() and fetch() over a view: a merge by (ts, seq) of its parts and its head that
// reads only what the answer needs.
#pragma once

#include <optional>

#include "storage/engine/version.h"
#include "storage/query.h"

namespace fortnight::storage {

Result<void> scan_view(const View& view, const CallQuery& query, const Budget& budget,
                       const CallVisitor& visit, ScanSummary& summary);
Result<ScanSummary> explain_view(const View& view, const CallQuery& query);
Result<std::optional<CallRecord>> fetch_from_view(const View& view, const Ref& ref,
                                                  const Budget& budget);

}  // namespace fortnight::storage
