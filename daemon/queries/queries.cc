#include "daemon/queries/queries.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/json_writer.h"

namespace fortnight::daemon {
namespace {

// The share of limits.memory that buffered rows of calls may take, and that of aggregates.
constexpr std::uint64_t kSpaceShare = 32;
constexpr std::uint64_t kSumsShare = 16;

std::size_t queries_at_once() {
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 2, 4);
}

}  // namespace

Queries::Queries(const config::Query& config, std::uint64_t memory, MemoryTrimmer& trimmer,
                 const Gate& gate)
    : space_(memory / kSpaceShare, memory / kSumsShare),
      runner_(queries_at_once(), config, memory, trimmer),
      gate_(gate) {}

void Queries::set_context(std::shared_ptr<const query::Context> context) {
  const MutexLock lock(context_mutex_);
  context_ = std::move(context);
}

std::shared_ptr<const query::Context> Queries::context() const {
  const MutexLock lock(context_mutex_);
  return context_;
}

void Queries::write_status(JsonWriter& json) const {
  json.key("running").number(runner_.running()).key("waiting").number(runner_.waiting());
  json.key("answered").number(runner_.answered());
  json.key("answer_bytes").number(space_.used());
}

}  // namespace fortnight::daemon
