#include "tools/segment/commands.h"
#include "tools/segment/selection.h"

namespace fortnight::segment {

using storage::Result;

Result<void> cat(const Target& target, const std::vector<std::string>& filters, std::FILE* out) {
  const auto kinds = id_kinds(target);
  FORTNIGHT_ASSIGN(storage::CallQuery query, parse_filters(filters, kinds));
  query.with_line = true;
  return for_each_call(target, query, [&](const storage::CallRecord& call) -> Result<void> {
    FORTNIGHT_TRY(write(out, call.line));
    return write(out, "\n");
  });
}

}  // namespace fortnight::segment
