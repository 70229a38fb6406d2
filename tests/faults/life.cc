#include "tests/faults/life.h"

#include "tests/support/maintain.h"

namespace fortnight::faults {

using namespace storage;

EngineOptions life_options() {
  EngineOptions options;
  options.retention_days = 2;
  options.flush_bytes = 8 << 10;
  options.flush_interval = 3 * kNsPerHour;
  options.journal_file_bytes = 4 << 10;
  options.seal_after = kNsPerHour;
  options.merge_width = 3;
  options.merge_slice_blocks = 1;
  options.clock_hold = 0;
  options.disk_reserve = 0;
  return options;
}

Result<void> maintain_until_idle(Engine& engine, TimeNs now) {
  constexpr int kSteps = 200;
  for (int step = 0; step < kSteps; ++step) {
    FORTNIGHT_ASSIGN(const TimeNs next, tests::maintain(engine, now));
    if (next > now) return {};
  }
  return Error{ErrorCode::invalid, "maintenance comes to no end"};
}

namespace {

bool is_fatal(const Result<void>& result) {
  return !result && result.error().code != ErrorCode::no_space &&
         result.error().code != ErrorCode::limit;
}

// If it fails, the next step tries again.
bool drop(Engine& engine, Oracle& oracle, Day day) {
  oracle.begin_drop(day);
  if (!engine.drop_day(day)) return false;
  oracle.dropped(day);
  return true;
}

}  // namespace

bool live(Engine& engine, Oracle& oracle, LifeLength length, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const TimeNs step = kNsPerDay / length.steps_a_day;
  const TimeNs drops_at = kLifeBegins + 2 * kNsPerDay + 4 * step;
  bool dropped = !length.drops_a_day;
  for (int i = 0; i < length.days * length.steps_a_day; ++i) {
    const TimeNs now = kLifeBegins + i * step;
    oracle.set_time(now);
    for (std::uint64_t appends = 1 + random() % 3; appends > 0; --appends) {
      Append append = oracle.make_append(now, random);
      oracle.begin();
      const auto appended = engine.append(std::move(append), now);
      if (is_fatal(appended)) return false;
      if (!appended) oracle.refused();
      if (random() % 4 == 0) continue;
      const auto synced = engine.sync();
      if (is_fatal(synced)) return false;
      if (synced) oracle.acknowledge();
    }
    if (!dropped && now >= drops_at) dropped = drop(engine, oracle, day_of(now) - 1);
    if (!maintain_until_idle(engine, now)) return false;
  }
  return true;
}

}  // namespace fortnight::faults
