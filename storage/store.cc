#include "storage/store.h"

#include <thread>

namespace fortnight::storage {

void Store::wait_for_room(std::chrono::milliseconds at_most) {
  std::this_thread::sleep_for(at_most);
}

Result<LatencyAnswer> Store::latency(const LatencyQuery&, TimeNs, const Budget&) const {
  return Error{ErrorCode::unsupported, "this store keeps no sketches of durations"};
}

}  // namespace fortnight::storage
