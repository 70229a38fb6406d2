#include "storage/engine.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "base/civil_time.h"
#include "storage/files/file_names.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/maintain.h"
#include "tests/support/simulated_file_system.h"
#include "tests/support/status_text.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::faults::Fault;
using fortnight::faults::Loss;
using fortnight::faults::Operation;
using fortnight::faults::SimulatedFileSystem;

BOOST_AUTO_TEST_SUITE(engine)

namespace {

constexpr Day kToday = 20'000;
constexpr TimeNs kNoon = day_start(kToday) + 12 * kNsPerHour;

EngineOptions small_options() {
  EngineOptions options;
  options.journal_file_bytes = 64U << 10;
  options.disk_reserve = 0;
  options.clock_hold = 0;
  return options;
}

std::unique_ptr<Engine> open(SimulatedFileSystem& files, TimeNs now = kNoon,
                             const EngineOptions& options = small_options()) {
  auto engine = Engine::open(files, options, now);
  BOOST_REQUIRE_MESSAGE(engine, (engine ? "" : engine.error().message));
  return std::move(*engine);
}

Append calls_at(const std::vector<TimeNs>& times, const std::string& prefix = "c") {
  Append append;
  for (const TimeNs ts : times) {
    samples::add_sample(append.batch, {.ts = ts, .call_id = prefix + std::to_string(ts)});
  }
  return append;
}

void add(Engine& engine, Append append, TimeNs now = kNoon) {
  const auto appended = engine.append(std::move(append), now);
  BOOST_REQUIRE_MESSAGE(appended, (appended ? "" : appended.error().message));
  BOOST_REQUIRE(engine.sync());
}

std::vector<TimeNs> times_of(const Engine& engine, const CallQuery& query = {}) {
  std::vector<TimeNs> times;
  const auto summary = engine.scan(query, {}, [&](CallRecord&& record) {
    times.push_back(record.ts);
    return true;
  });
  BOOST_REQUIRE(summary);
  return times;
}

CountAnswer count_of(const Engine& engine, TimeNs from, TimeNs to) {
  CountQuery query;
  query.edges = {from, to};
  auto answer = engine.count(query, kNoon, {});
  BOOST_REQUIRE(answer);
  return std::move(*answer);
}

std::uint64_t calls_in(const Engine& engine, TimeNs from, TimeNs to) {
  const CountAnswer answer = count_of(engine, from, to);
  return answer.groups.find("", 0).calls;
}

std::uint64_t all_calls(const Engine& engine) {
  return calls_in(engine, day_start(kToday - 400), day_start(kToday + 40));
}

void maintain_until_idle(Engine& engine, TimeNs now) {
  for (int steps = 0; steps < 1000; ++steps) {
    const auto next = fortnight::tests::maintain(engine, now);
    BOOST_REQUIRE_MESSAGE(next, (next ? "" : next.error().message));
    if (*next > now) return;
  }
  BOOST_FAIL("maintenance comes to no end");
}

bool has_file(const SimulatedFileSystem& files, const std::string& part) {
  const std::set<std::string> paths = files.paths();
  return std::any_of(paths.begin(), paths.end(),
                     [&](const std::string& path) { return path.find(part) != std::string::npos; });
}

bool says(const Engine& engine, const std::string& part) {
  return tests::status_text(engine, kNoon).find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(calls_are_seen_at_once_and_after_each_step_of_their_life) {
  SimulatedFileSystem files;
  auto engine = open(files);
  add(*engine, calls_at({kNoon, kNoon - 5, kNoon - kNsPerDay}));
  const std::vector<TimeNs> expected = {kNoon, kNoon - 5, kNoon - kNsPerDay};
  BOOST_TEST(times_of(*engine) == expected, boost::test_tools::per_element());
  BOOST_REQUIRE(engine->flush());
  BOOST_TEST(has_file(files, ".part"));
  BOOST_TEST(times_of(*engine) == expected, boost::test_tools::per_element());
  engine.reset();
  engine = open(files);
  BOOST_TEST(times_of(*engine) == expected, boost::test_tools::per_element());
  maintain_until_idle(*engine, kNoon + 2 * kNsPerDay);
  BOOST_TEST(has_file(files, ".segment"));
  BOOST_TEST(times_of(*engine) == expected, boost::test_tools::per_element());
  BOOST_TEST(all_calls(*engine) == 3U);
}

BOOST_AUTO_TEST_CASE(a_call_is_fetched_whole_by_its_ref_from_head_and_part) {
  SimulatedFileSystem files;
  auto engine = open(files);
  add(*engine, calls_at({kNoon, kNoon + 1}));
  Ref ref;
  (void)engine->scan({}, {}, [&](CallRecord&& record) {
    ref = record.ref;
    return false;
  });
  const auto check = [&] {
    const auto record = engine->fetch(ref, {});
    BOOST_REQUIRE(record);
    BOOST_REQUIRE(record->has_value());
    BOOST_TEST((*record)->line ==
               samples::sample_line({.ts = kNoon + 1, .call_id = "c" + std::to_string(kNoon + 1)}));
    BOOST_TEST((*record)->ids.at(0).second == "Ec" + std::to_string(kNoon + 1));
  };
  check();
  BOOST_REQUIRE(engine->flush());
  check();
  const auto none = engine->fetch({ref.day, ref.seq + 1}, {});
  BOOST_REQUIRE(none);
  BOOST_TEST(!none->has_value());
}

BOOST_AUTO_TEST_CASE(pages_meet_without_gap_or_repetition_over_parts_and_head) {
  SimulatedFileSystem files;
  auto engine = open(files);
  std::vector<TimeNs> all;
  for (int part = 0; part < 5; ++part) {
    std::vector<TimeNs> times;
    // Times overlap between parts, and some occur twice.
    for (int i = 0; i < 40; ++i) times.push_back(kNoon + (i * 7 + part * 3) % 90 * kNsPerSecond);
    all.insert(all.end(), times.begin(), times.end());
    add(*engine, calls_at(times));
    if (part < 4) BOOST_REQUIRE(engine->flush());
  }
  for (const Order order : {Order::newest_first, Order::oldest_first}) {
    std::sort(all.begin(), all.end());
    if (order == Order::newest_first) std::reverse(all.begin(), all.end());
    std::vector<TimeNs> paged;
    std::set<std::uint64_t> seqs;
    CallQuery query;
    query.order = order;
    query.limit = 7;
    for (bool more = true; more;) {
      const auto summary = engine->scan(query, {}, [&](CallRecord&& record) {
        paged.push_back(record.ts);
        BOOST_TEST(seqs.insert(record.ref.seq).second);
        query.after = Cursor{record.ts, record.ref.seq};
        return true;
      });
      BOOST_REQUIRE(summary);
      more = summary->more;
    }
    BOOST_TEST(paged == all, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_page_opens_no_more_parts_than_it_needs) {
  SimulatedFileSystem files;
  auto engine = open(files);
  for (int day = 0; day < 10; ++day) {
    add(*engine, calls_at({kNoon - day * kNsPerDay}));
    BOOST_REQUIRE(engine->flush());
  }
  CallQuery query;
  query.limit = 2;
  const auto summary = engine->scan(query, {}, [](CallRecord&&) { return true; });
  BOOST_REQUIRE(summary);
  BOOST_TEST(summary->more);
  BOOST_TEST(summary->blocks_read <= 3U);
}

BOOST_AUTO_TEST_CASE(counts_are_exact_on_edges_within_quarters) {
  SimulatedFileSystem files;
  auto engine = open(files);
  std::vector<TimeNs> times;
  for (int i = 0; i < 300; ++i) times.push_back(kNoon + i * 17 * kNsPerSecond);
  add(*engine, calls_at({times.begin(), times.begin() + 150}));
  BOOST_REQUIRE(engine->flush());
  add(*engine, calls_at({times.begin() + 150, times.end()}));
  for (int from = -3; from < 5200; from += 211) {
    for (int to = from + 1; to < 5300; to += 397) {
      const TimeNs a = kNoon + from * kNsPerSecond;
      const TimeNs b = kNoon + to * kNsPerSecond;
      const auto expected = std::count_if(times.begin(), times.end(),
                                          [&](TimeNs time) { return time >= a && time < b; });
      BOOST_TEST(calls_in(*engine, a, b) == static_cast<std::uint64_t>(expected));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_day_goes_after_fifteen_and_its_counts_stay) {
  SimulatedFileSystem files;
  auto engine = open(files);
  add(*engine, calls_at({kNoon, kNoon + 1, kNoon + kNsPerDay}), kNoon + kNsPerDay);
  const TimeNs last = day_start(kToday + 15) - 1;
  BOOST_TEST(engine->kept_days() == 2U);
  maintain_until_idle(*engine, last);
  BOOST_TEST(times_of(*engine).size() == 3U);
  BOOST_TEST(engine->kept_days() == 2U);
  maintain_until_idle(*engine, last + 1);
  BOOST_TEST(times_of(*engine).size() == 1U);
  BOOST_TEST(engine->kept_days() == 1U);
  BOOST_TEST(all_calls(*engine) == 3U);
  BOOST_TEST(!has_file(files, "parts/" + day_to_string(kToday) + "-"));

  // Only quarter hours are left of the counts: edges are rounded outward.
  const CountAnswer rounded = count_of(*engine, kNoon + 1, kNoon + 2);
  BOOST_TEST(rounded.rounded);
  BOOST_TEST(rounded.groups.find("", 0).calls == 2U);
  CallQuery query;
  query.from = day_start(kToday);
  const auto summary = engine->scan(query, {}, [](CallRecord&&) { return true; });
  BOOST_REQUIRE(summary);
  BOOST_TEST(!summary->completeness.complete);
  BOOST_TEST((summary->completeness.retained_from == day_start(kToday + 1)));

  // The same after a restart.
  engine.reset();
  engine = open(files, last + 1);
  BOOST_TEST(times_of(*engine).size() == 1U);
  BOOST_TEST(all_calls(*engine) == 3U);
}

BOOST_AUTO_TEST_CASE(late_calls_are_counted_and_not_kept) {
  SimulatedFileSystem files;
  auto engine = open(files);
  add(*engine, calls_at({kNoon - 20 * kNsPerDay, kNoon - 20 * kNsPerDay + 1, kNoon}));
  const auto check = [&] {
    BOOST_TEST(times_of(*engine).size() == 1U);
    BOOST_TEST(engine->kept_days() == 1U);
    BOOST_TEST(all_calls(*engine) == 3U);
    BOOST_TEST(count_of(*engine, day_start(kToday - 30), day_start(kToday + 1)).late == 2U);
  };
  check();
  BOOST_REQUIRE(engine->flush());
  check();
  BOOST_TEST(has_file(files, ".late"));
  BOOST_TEST(says(*engine, "\"late\":2"));
  engine.reset();
  engine = open(files);
  check();
}

BOOST_AUTO_TEST_CASE(a_dropped_day_stays_dropped_after_replays_and_late_calls) {
  SimulatedFileSystem files;
  auto engine = open(files);
  add(*engine, calls_at({kNoon, kNoon - kNsPerDay}));
  BOOST_REQUIRE(engine->flush());
  // These calls are only in the journal when their day is dropped.
  add(*engine, calls_at({kNoon - kNsPerDay + 1, kNoon - kNsPerDay + 2}));
  BOOST_REQUIRE(engine->drop_day(kToday - 1));
  BOOST_TEST(times_of(*engine).size() == 1U);
  add(*engine, calls_at({kNoon - kNsPerDay + 3}));
  BOOST_TEST(all_calls(*engine) == 5U);
  engine.reset();
  engine = open(files);
  BOOST_TEST(times_of(*engine).size() == 1U);
  BOOST_TEST(all_calls(*engine) == 5U);
  BOOST_REQUIRE(engine->flush());
  BOOST_TEST(all_calls(*engine) == 5U);
}

BOOST_AUTO_TEST_CASE(the_disk_budget_takes_the_oldest_day_but_never_the_newest) {
  SimulatedFileSystem files;
  EngineOptions options = small_options();
  options.max_bytes = 1;
  auto engine = open(files, kNoon, options);
  for (int day = 0; day < 3; ++day) add(*engine, calls_at({kNoon - day * kNsPerDay}));
  BOOST_REQUIRE(engine->flush());
  BOOST_TEST(says(*engine, "\"oldest_day_goes_soon_for_room\":true"));
  maintain_until_idle(*engine, kNoon);
  BOOST_TEST(times_of(*engine) == std::vector<TimeNs>{kNoon}, boost::test_tools::per_element());
  BOOST_TEST(all_calls(*engine) == 3U);
}

BOOST_AUTO_TEST_CASE(a_clock_that_jumps_drops_nothing_until_it_has_held) {
  SimulatedFileSystem files;
  EngineOptions options = small_options();
  options.clock_hold = kNsPerHour;
  auto engine = open(files, kNoon, options);
  add(*engine, calls_at({kNoon}));
  const TimeNs jumped = kNoon + 365 * kNsPerDay;
  maintain_until_idle(*engine, jumped);
  BOOST_TEST(times_of(*engine).size() == 1U);
  BOOST_TEST(says(*engine, "\"waits_for_clock\":true"));
  maintain_until_idle(*engine, jumped + kNsPerHour - 1);
  BOOST_TEST(times_of(*engine).size() == 1U);
  // A restart starts the waiting time again.
  engine.reset();
  engine = open(files, jumped + kNsPerHour, options);
  maintain_until_idle(*engine, jumped + kNsPerHour);
  BOOST_TEST(times_of(*engine).size() == 1U);
  // The clock is corrected: nothing was lost.
  maintain_until_idle(*engine, kNoon + kNsPerHour);
  BOOST_TEST(times_of(*engine).size() == 1U);
  maintain_until_idle(*engine, jumped);
  maintain_until_idle(*engine, jumped + kNsPerHour);
  BOOST_TEST(times_of(*engine).empty());
  BOOST_TEST(calls_in(*engine, kNoon, kNoon + 1) == 1U);
}

BOOST_AUTO_TEST_CASE(parts_are_merged_and_a_day_is_sealed_to_one_file) {
  SimulatedFileSystem files;
  auto engine = open(files);
  for (int i = 0; i < 30; ++i) {
    add(*engine, calls_at({kNoon + i, kNoon + 100 - i}));
    BOOST_REQUIRE(engine->flush());
  }
  maintain_until_idle(*engine, kNoon);
  const auto count_files = [&](const std::string& suffix) {
    const std::set<std::string> paths = files.paths();
    return std::count_if(paths.begin(), paths.end(),
                         [&](const std::string& path) { return path.ends_with(suffix); });
  };
  BOOST_TEST(times_of(*engine).size() == 50U);
  CallQuery all;
  all.limit = 1000;
  BOOST_TEST(times_of(*engine, all).size() == 60U);
  BOOST_TEST(count_files(".part") < 16);
  maintain_until_idle(*engine, day_start(kToday + 1) + kNsPerHour);
  BOOST_TEST(says(*engine, "\"parts\":{\"files\":0"));
  BOOST_TEST(says(*engine, "\"segments\":{\"files\":1"));
  BOOST_TEST(times_of(*engine, all).size() == 60U);
  BOOST_TEST(all_calls(*engine) == 60U);

  // A late line gets its own part, which is merged into the segment once the day has been quiet for
  // long.
  const TimeNs tomorrow = kNoon + kNsPerDay;
  add(*engine, calls_at({kNoon + 50}), tomorrow);
  maintain_until_idle(*engine, tomorrow);
  BOOST_REQUIRE(engine->flush());
  BOOST_TEST(times_of(*engine, all).size() == 61U);
  maintain_until_idle(*engine, tomorrow + 9 * kNsPerHour);
  BOOST_TEST(says(*engine, "\"parts\":{\"files\":0"));
  BOOST_TEST(times_of(*engine, all).size() == 61U);
  BOOST_TEST(all_calls(*engine) == 61U);
}

// Even if new parts arrive as fast as they are merged, rollups must not accumulate.
BOOST_AUTO_TEST_CASE(counts_are_merged_though_parts_wait_to_be) {
  SimulatedFileSystem files;
  auto engine = open(files);
  for (int i = 0; i < 20; ++i) {
    add(*engine, calls_at({kNoon + i}));
    BOOST_REQUIRE(engine->flush());
  }
  BOOST_TEST(says(*engine, "\"rollups\":{\"files\":20"));
  BOOST_REQUIRE(engine->upkeep(kNoon));
  BOOST_TEST(says(*engine, "\"parts\":{\"files\":20"));
  BOOST_TEST(says(*engine, "\"rollups\":{\"files\":1"));
  BOOST_TEST(all_calls(*engine) == 20U);
}

BOOST_AUTO_TEST_CASE(a_damaged_rollup_does_not_block_anything) {
  SimulatedFileSystem files;
  auto engine = open(files);
  for (int i = 0; i < 20; ++i) {
    add(*engine, calls_at({kNoon + i, kNoon - kNsPerDay + i}));
    BOOST_REQUIRE(engine->flush());
  }
  engine.reset();  // what it has read is still valid
  const std::set<std::string> paths = files.paths();
  const auto rollup = std::find_if(paths.begin(), paths.end(), [](const std::string& path) {
    return path.ends_with(".rollup");
  });
  std::string bytes = files.contents(*rollup);
  bytes[30] = static_cast<char>(bytes[30] ^ 1);  // after the header: the file still opens
  files.put(*rollup, bytes);
  engine = open(files);
  maintain_until_idle(*engine, day_start(kToday + 1) + kNsPerHour);
  BOOST_TEST(says(*engine, "\"parts\":{\"files\":0"));
  BOOST_TEST(says(*engine, "\"segments\":{\"files\":2"));
  BOOST_TEST(says(*engine, "\"failures\":0"));
  BOOST_TEST(says(*engine, "\"rollups\":{\"files\":3"));
  BOOST_TEST(all_calls(*engine) == 40U);
}

// Like a bad sector: the file opens, but its calls can't be read.
BOOST_AUTO_TEST_CASE(an_unreadable_part_does_not_block_others) {
  SimulatedFileSystem files;
  auto engine = open(files);
  for (int i = 0; i < 3; ++i) {
    add(*engine, calls_at({kNoon + i, kNoon - kNsPerDay + i}));
    BOOST_REQUIRE(engine->flush());
  }
  const std::set<std::string> paths = files.paths();
  const auto unreadable = std::find_if(paths.rbegin(), paths.rend(), [](const std::string& path) {
    return path.ends_with(".part");
  });
  files.before_each([bad = *unreadable](std::uint64_t, Operation operation,
                                        const std::string& path) -> std::optional<Fault> {
    if (operation != Operation::read || path != bad) return std::nullopt;
    return Fault{};
  });
  maintain_until_idle(*engine, day_start(kToday + 1) + kNsPerHour);
  files.before_each(nullptr);
  BOOST_TEST(says(*engine, "\"parts\":{\"files\":1"));
  BOOST_TEST(says(*engine, "\"segments\":{\"files\":2"));
  BOOST_TEST(times_of(*engine).size() == 6U);
}

BOOST_AUTO_TEST_CASE(positions_and_rejects_are_restored) {
  SimulatedFileSystem files;
  auto engine = open(files);
  Append append = calls_at({kNoon});
  append.positions = {{"a", "1"}, {"b", "2"}};
  append.rejects.push_back({kNoon, "tcp", "not-json", "", 0, "oops"});
  append.skipped = 4;
  add(*engine, std::move(append));
  BOOST_REQUIRE(engine->flush());
  Append more;
  more.positions = {{"a", ""}, {"b", "3"}};
  add(*engine, std::move(more));
  engine.reset();
  engine = open(files);
  BOOST_TEST((engine->positions() == std::map<std::string, std::string>{{"b", "3"}}));
  BOOST_TEST(says(*engine, "\"not-json\":1"));
  BOOST_TEST(says(*engine, "\"skipped\":4"));
  BOOST_TEST(has_file(files, ".rejects"));
  maintain_until_idle(*engine, kNoon + 16 * kNsPerDay);
  BOOST_TEST(says(*engine, "\"rejects_files\":{\"files\":0"));
}

BOOST_AUTO_TEST_CASE(a_full_disk_stops_appending_before_anything_is_taken) {
  SimulatedFileSystem files;
  EngineOptions options = small_options();
  options.disk_reserve = 100'000;
  auto engine = open(files, kNoon, options);
  add(*engine, calls_at({kNoon}));
  files.set_capacity(150'000);
  const auto refused = engine->append(calls_at({kNoon + 1}), kNoon);
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == ErrorCode::no_space));
  BOOST_TEST(times_of(*engine).size() == 1U);
  BOOST_TEST(says(*engine, "\"stopped\":\"the disk is full"));
  files.set_capacity(1'000'000);
  add(*engine, calls_at({kNoon + 1}));
  BOOST_TEST(times_of(*engine).size() == 2U);
  BOOST_TEST(says(*engine, "\"stopped\":null"));
}

BOOST_AUTO_TEST_CASE(the_head_is_bounded) {
  SimulatedFileSystem files;
  EngineOptions options = small_options();
  options.max_head_bytes = 10'000;
  auto engine = open(files, kNoon, options);
  std::uint64_t taken = 0;
  bool refused = false;
  for (int i = 0; i < 200 && !refused; ++i) {
    refused = !engine->append(calls_at({kNoon + i}), kNoon);
    if (!refused) ++taken;
  }
  BOOST_TEST(refused);
  BOOST_REQUIRE(engine->flush());
  add(*engine, calls_at({kNoon + 500}));
  BOOST_TEST(all_calls(*engine) == taken + 1);
}

BOOST_AUTO_TEST_CASE(foreign_files_are_kept_and_leftovers_removed) {
  SimulatedFileSystem files;
  open(files)->close().value();
  files.put("fortnight.yaml", "x");
  files.put("parts/notes.txt", "x");
  files.put("parts/2024-10-04-0000000099.part", "leftover");
  files.put("manifest-0000000050.tmp", "leftover");
  auto engine = open(files);
  BOOST_TEST(has_file(files, "fortnight.yaml"));
  BOOST_TEST(has_file(files, "parts/notes.txt"));
  BOOST_TEST(!has_file(files, "0000000099"));
  BOOST_TEST(!has_file(files, ".tmp"));
}

BOOST_AUTO_TEST_SUITE_END()
