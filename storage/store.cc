#include "storage/store.h"

namespace fortnight::storage {

Result<LatencyAnswer> Store::latency(const LatencyQuery&, TimeNs, const Budget&) const {
  return Error{ErrorCode::unsupported, "this store keeps no sketches of durations"};
}

}  // namespace fortnight::storage
