// Starts with unreadable manifests and journal records.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "storage/engine.h"
#include "storage/files/file_names.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/maintain.h"
#include "tests/support/simulated_file_system.h"
#include "tests/support/status_text.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::faults::Fault;
using fortnight::faults::Operation;
using fortnight::faults::SimulatedFileSystem;

BOOST_AUTO_TEST_SUITE(recovery)

namespace {

constexpr Day kToday = 20'000;
constexpr TimeNs kNoon = day_start(kToday) + 12 * kNsPerHour;
constexpr TimeNs kYear = 365 * kNsPerDay;

struct StartedStore {
  SimulatedFileSystem files;
  std::unique_ptr<Engine> engine;

  StartedStore() { BOOST_REQUIRE(start()); }

  [[nodiscard]] static EngineOptions options() {
    EngineOptions options;
    options.journal_file_bytes = 64U << 10;
    options.disk_reserve = 0;
    options.clock_hold = 0;
    return options;
  }
  Result<void> start(TimeNs now = kNoon) {
    engine.reset();
    FORTNIGHT_ASSIGN(engine, Engine::open(files, options(), now));
    return {};
  }
  void add(TimeNs ts) {
    Append append;
    samples::add_sample(append.batch, {.ts = ts, .call_id = "c" + std::to_string(ts)});
    BOOST_REQUIRE(engine->append(std::move(append), kNoon));
    BOOST_REQUIRE(engine->sync());
  }
  void flush_again() { BOOST_REQUIRE(engine->flush()); }
  // Flushes, after which there are two manifests.
  void flush() {
    flush_again();
    BOOST_REQUIRE(manifests().size() == 2U);
  }
  // Operations of this kind on paths with this beginning fail from now on.
  void fail(Operation operation, const std::string& beginning) {
    files.before_each([=](std::uint64_t, Operation done, const std::string& path) {
      const bool hit = done == operation && path.starts_with(beginning);
      return hit ? std::optional(Fault{}) : std::nullopt;
    });
  }
  [[nodiscard]] std::vector<std::string> named(const std::string& beginning) const {
    std::vector<std::string> found;
    for (const std::string& path : files.paths()) {
      if (path.starts_with(beginning)) found.push_back(path);
    }
    return found;
  }
  [[nodiscard]] std::vector<std::string> manifests() const { return named("manifest-"); }

  struct Answer {
    std::uint64_t calls = 0;
    bool complete = false;
    bool operator==(const Answer&) const = default;
    friend std::ostream& operator<<(std::ostream& out, const Answer& answer) {
      return out << answer.calls << (answer.complete ? " calls" : " calls, partial");
    }
  };
  [[nodiscard]] Answer scanned(TimeNs from, TimeNs to) const { return scanned(*engine, from, to); }
  [[nodiscard]] static Answer scanned(const Engine& engine, TimeNs from, TimeNs to) {
    Answer answer;
    CallQuery query;
    query.from = from;
    query.to = to;
    query.limit = 1'000'000;
    const auto see = [&](CallRecord&&) { return ++answer.calls > 0; };
    answer.complete = engine.scan(query, {}, see).value().completeness.complete;
    return answer;
  }
  [[nodiscard]] Answer counted(TimeNs from, TimeNs to) const {
    CountQuery query;
    query.edges = {from, to};
    const CountAnswer answer = engine->count(query, kNoon, {}).value();
    return {answer.groups.find("", 0).calls, answer.completeness.complete};
  }
  [[nodiscard]] bool latency_is_complete(TimeNs from, TimeNs to) const {
    LatencyQuery query;
    query.edges = {from, to};
    return engine->latency(query, kNoon, {}).value().completeness.complete;
  }
  [[nodiscard]] bool says(const std::string& part) const {
    return tests::status_text(*engine, kNoon).find(part) != std::string::npos;
  }
};

constexpr TimeNs kFrom = day_start(kToday - 14);
constexpr TimeNs kTo = day_start(kToday + 2);
using Answer = StartedStore::Answer;

}  // namespace

BOOST_AUTO_TEST_CASE(the_newest_manifest_may_be_one_that_cannot_be_read_or_opened) {
  for (const Operation operation : {Operation::read, Operation::open}) {
    StartedStore store;
    store.add(kNoon);
    store.flush();
    const std::string newest = store.manifests().back();
    store.fail(operation, newest);
    BOOST_REQUIRE(store.start());
    BOOST_TEST(store.counted(kFrom, kTo) == (Answer{1, true}));
    BOOST_TEST(store.says("\"damaged_manifests\":1,\"rebuilt_from_files\":false"));
    BOOST_TEST(store.files.paths().contains("quarantine/" + newest));
    // The files that it named are also reported; the journal has their calls.
    BOOST_TEST(store.engine->start_warnings().size() == 2U);
  }
}

BOOST_AUTO_TEST_CASE(without_a_readable_manifest_the_store_is_rebuilt_and_reports_it) {
  StartedStore store;
  store.add(kNoon);
  store.flush();
  store.add(kNoon + 1);
  const std::vector<std::string> manifests = store.manifests();
  store.fail(Operation::read, "manifest-");
  BOOST_REQUIRE(store.start());
  store.files.before_each({});
  // Nobody can know whether these are all the calls.
  BOOST_TEST(store.counted(kFrom, kTo) == (Answer{2, false}));
  BOOST_TEST(store.says("\"damaged_manifests\":2,\"rebuilt_from_files\":true"));
  BOOST_TEST(store.engine->start_warnings().size() >= 2U);
  for (const std::string& path : manifests) {
    BOOST_TEST(store.files.paths().contains("quarantine/" + path));
  }
}

BOOST_AUTO_TEST_CASE(a_read_of_a_manifest_that_fails_once_is_nothing) {
  StartedStore store;
  store.add(kNoon);
  store.flush();
  int failures = 0;
  store.files.before_each([&](std::uint64_t, Operation done, const std::string& path) {
    const bool hit = done == Operation::read && path.starts_with("manifest-") && failures == 0;
    failures += hit ? 1 : 0;
    return hit ? std::optional(Fault{}) : std::nullopt;
  });
  BOOST_REQUIRE(store.start());
  BOOST_TEST(failures == 1);
  BOOST_TEST(store.says("\"damaged_manifests\":0"));
}

// For example because of permissions.
BOOST_AUTO_TEST_CASE(manifests_that_cannot_be_opened_are_kept) {
  StartedStore store;
  store.add(kNoon);
  store.flush();
  const std::vector<std::string> manifests = store.manifests();
  store.fail(Operation::open, "manifest-");
  const auto refused = store.start();
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == ErrorCode::io));
  BOOST_TEST(store.manifests() == manifests, boost::test_tools::per_element());
  store.files.before_each({});
  BOOST_REQUIRE(store.start());
  BOOST_TEST(store.counted(kFrom, kTo) == (Answer{1, true}));
  BOOST_TEST(store.says("\"damaged_manifests\":0,\"rebuilt_from_files\":false"));
}

BOOST_AUTO_TEST_CASE(a_lost_record_makes_answers_partial_over_all_days_that_it_may_be_of) {
  StartedStore store;
  store.add(kNoon);
  const std::string path = store.named("journal-0").back();
  const std::string before = store.files.contents(path);
  store.add(kNoon + 1);
  std::string bytes = store.files.contents(path);
  const auto record = std::mismatch(bytes.begin(), bytes.end(), before.begin()).first;
  const auto at = static_cast<std::size_t>(record - bytes.begin()) + 60;
  store.add(kNoon + 2);
  bytes = store.files.contents(path);
  bytes.at(at) = static_cast<char>(bytes.at(at) ^ 1);
  store.files.put(path, bytes);

  const auto check = [&] {
    BOOST_TEST(store.says("\"lost_files\":1"));
    BOOST_TEST(store.scanned(kFrom, kTo) == (Answer{2, false}));
    BOOST_TEST(store.counted(kFrom, kTo) == (Answer{2, false}));
    BOOST_TEST(!store.latency_is_complete(kFrom, kTo));
    // It may have been a late call, but not a call of a future day.
    const TimeNs long_ago = day_start(kToday - 200);
    BOOST_TEST(store.counted(long_ago, long_ago + kNsPerDay) == (Answer{0, false}));
    BOOST_TEST(store.counted(kTo, kTo + kNsPerDay) == (Answer{0, true}));
    BOOST_TEST(store.scanned(kTo, kTo + kNsPerDay) == (Answer{0, true}));
  };
  BOOST_REQUIRE(store.start());
  BOOST_TEST(store.says("\"lost_records\":1"));
  check();
  BOOST_REQUIRE(store.start());  // nothing was flushed, so the loss is found again
  check();
  store.flush();
  check();
  while (fortnight::tests::maintain(*store.engine, kNoon).value() <= kNoon) continue;
  BOOST_REQUIRE(store.start());
  BOOST_TEST(store.says("\"lost_records\":0"));
  BOOST_TEST(store.engine->start_warnings().size() == 1U);  // the loss stays reported
  check();

  // A clock that was wrong and is corrected doesn't drop their days.
  for (const TimeNs now : {kNoon + kYear, kNoon}) {
    while (fortnight::tests::maintain(*store.engine, now).value() <= now) continue;
  }
  const TimeNs yesterday = kNoon - kNsPerDay;
  store.add(yesterday);
  BOOST_TEST(store.scanned(yesterday, yesterday + 1).calls == 1U);
}

// Files of the journal are overwritten once no loadable manifest needs them.
BOOST_AUTO_TEST_CASE(the_journal_keeps_what_the_manifest_before_the_newest_needs) {
  constexpr int kCalls = 600;  // more than one file holds
  StartedStore store;
  TimeNs ts = kNoon;
  for (int round = 0; round < 4; ++round) {
    if (round != 0) store.flush_again();
    for (int i = 0; i < kCalls; ++i) store.add(++ts);
  }
  store.files.put(store.manifests().back(), "damaged");
  BOOST_REQUIRE(store.start());
  BOOST_TEST(store.scanned(kNoon, ts + 1) == (StartedStore::Answer{4 * kCalls, true}));
}

// Merged files stay, even over starts, until the manifest that names them can no longer be loaded.
BOOST_AUTO_TEST_CASE(a_start_leaves_the_files_of_the_manifest_before_the_newest) {
  StartedStore store;
  TimeNs ts = kNoon;
  for (int part = 0; part < 9; ++part) {
    store.add(++ts);
    store.flush_again();
  }
  const StartedStore::Answer all{9, true};
  std::size_t most_files = 0;
  for (int step = 0; step < 40; ++step) {
    BOOST_REQUIRE(store.engine->upkeep(kNoon));
    most_files = std::max(most_files, store.named("parts/").size());
    const auto image = store.files.crashed(fortnight::faults::Loss::none, 0);
    BOOST_REQUIRE(Engine::open(*image, store.options(), kNoon));
    image->put(store.manifests().back(), "damaged");
    const auto engine = Engine::open(*image, store.options(), kNoon);
    BOOST_REQUIRE(engine);
    BOOST_TEST(StartedStore::scanned(**engine, kNoon, ts + 1) == all);
  }
  BOOST_TEST(most_files > 9U);                    // the merged file beside its inputs
  BOOST_TEST(store.named("parts/").size() < 9U);  // the inputs were removed in the end
}

BOOST_AUTO_TEST_CASE(numbers_continue_without_a_journal) {
  StartedStore store;
  for (int i = 0; i < 3; ++i) store.add(kNoon + i);
  store.flush_again();
  store.engine.reset();
  for (const std::string& path : store.named("journal-")) BOOST_REQUIRE(store.files.remove(path));
  BOOST_REQUIRE(store.start());
  store.add(kNoon + 3);
  std::set<Ref> refs;
  const auto see = [&](CallRecord&& call) { return refs.insert(call.ref).second; };
  BOOST_REQUIRE(store.engine->scan({}, {}, see));
  BOOST_TEST(refs.size() == 4U);
}

namespace {

// Appends a line of a tailed file, with its position.
void tail(Engine& engine, int line) {
  Append append;
  const TimeNs ts = kNoon + line;
  samples::add_sample(append.batch, {.ts = ts, .call_id = "c" + std::to_string(line)});
  append.positions = {{"tail/log/1", std::to_string(line)}};
  BOOST_REQUIRE(engine.append(std::move(append), kNoon));
  BOOST_REQUIRE(engine.sync());
}

std::string position_of(const Engine& engine) {
  const auto positions = engine.positions();
  const auto found = positions.find("tail/log/1");
  return found == positions.end() ? "" : found->second;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_journal_that_is_gone_is_noticed_and_tails_read_it_again) {
  for (const bool without_mark : {false, true}) {
    StartedStore store;
    for (int line = 1; line <= 3; ++line) tail(*store.engine, line);
    store.flush();
    for (int line = 4; line <= 6; ++line) tail(*store.engine, line);
    for (const std::string& path : store.named("journal-0")) store.files.erase(path);
    if (without_mark) store.files.erase("journal-mark");
    BOOST_REQUIRE(store.start());
    BOOST_TEST(store.scanned(kFrom, kTo) == (Answer{3, false}));
    BOOST_TEST(store.counted(kFrom, kTo) == (Answer{3, false}));
    // Without the mark nobody can know which other files existed.
    BOOST_TEST(store.says(without_mark ? "\"unaccounted\":2" : "\"unaccounted\":1"));
    BOOST_TEST(position_of(*store.engine) == "3");
    for (int line = 4; line <= 6; ++line) tail(*store.engine, line);
    BOOST_TEST(store.scanned(kFrom, kTo) == (Answer{6, false}));
    store.flush_again();
    BOOST_REQUIRE(store.start());
    BOOST_TEST(store.scanned(kFrom, kTo) == (Answer{6, false}));
    BOOST_TEST(position_of(*store.engine) == "6");
  }
}

BOOST_AUTO_TEST_CASE(behind_a_lost_record_tails_read_again_and_nothing_is_stored_twice) {
  StartedStore store;
  for (int line = 1; line <= 2; ++line) tail(*store.engine, line);
  const std::string path = store.named("journal-0").back();
  const std::string before = store.files.contents(path);
  for (int line = 3; line <= 6; ++line) tail(*store.engine, line);
  std::string bytes = store.files.contents(path);
  const auto record = std::mismatch(bytes.begin(), bytes.end(), before.begin()).first;
  const auto at = static_cast<std::size_t>(record - bytes.begin()) + 60;
  bytes.at(at) = static_cast<char>(bytes.at(at) ^ 1);
  store.files.put(path, bytes);
  // The second start happens while the lines are being read again.
  for (int start = 0; start < 2; ++start) {
    BOOST_REQUIRE(store.start());
    BOOST_TEST(position_of(*store.engine) == "2");
    BOOST_TEST(store.scanned(kFrom, kTo).calls == (start == 0 ? 5U : 6U));
    for (int line = 3; line <= (start == 0 ? 4 : 6); ++line) tail(*store.engine, line);
    BOOST_TEST(store.scanned(kFrom, kTo) == (Answer{6, false}));
  }
}

BOOST_AUTO_TEST_CASE(the_last_record_of_the_journal_is_missed_when_it_is_damaged) {
  StartedStore store;
  tail(*store.engine, 1);
  const std::string path = store.named("journal-0").back();
  const std::string before = store.files.contents(path);
  tail(*store.engine, 2);
  store.files.put(path, before);  // as if it had never been written
  BOOST_REQUIRE(store.start());
  BOOST_TEST(store.scanned(kFrom, kTo) == (Answer{1, false}));
  BOOST_TEST(position_of(*store.engine) == "1");
}

BOOST_AUTO_TEST_CASE(after_a_clean_end_the_journal_is_not_missed) {
  StartedStore store;
  tail(*store.engine, 1);
  BOOST_REQUIRE(store.engine->close());
  for (const std::string& path : store.named("journal-0")) store.files.erase(path);
  BOOST_REQUIRE(store.start());
  BOOST_TEST(store.scanned(kFrom, kTo) == (Answer{1, true}));
  BOOST_TEST(store.engine->start_warnings().empty());
}

BOOST_AUTO_TEST_CASE(a_part_in_anothers_place_is_not_believed) {
  StartedStore store;
  store.add(kNoon - kNsPerDay);
  store.add(kNoon);
  store.add(kNoon + 1);
  store.flush();
  const std::vector<std::string> parts = store.named("parts/");
  const std::vector<std::string> rollups = store.named("rollups/");
  BOOST_REQUIRE(parts.size() == 2U);
  store.files.put(parts[1], store.files.contents(parts[0]));
  store.files.put(rollups[1], store.files.contents(rollups[0]));
  for (int start = 0; start < 2; ++start) {
    BOOST_REQUIRE(store.start());
    BOOST_TEST(store.scanned(kFrom, day_start(kToday)) == (Answer{1, true}));
    BOOST_TEST(store.scanned(day_start(kToday), kTo) == (Answer{0, false}));
    BOOST_TEST(store.counted(kFrom, kTo) == (Answer{1, false}));
    BOOST_TEST(store.says("\"lost_files\":2"));
    store.flush_again();
  }
}

BOOST_AUTO_TEST_CASE(a_checkpoint_survives_the_loss_of_the_journal) {
  StartedStore store;
  for (const char* value : {"1 5", "1 6"}) {
    Append append;
    append.positions = {{"tail/a/", value}};
    append.checkpoint = value == std::string_view("1 5");
    BOOST_REQUIRE(store.engine->append(std::move(append), kNoon));
    BOOST_REQUIRE(store.engine->sync());
    BOOST_REQUIRE(store.engine->flush_if_due(kNoon));
  }
  store.engine.reset();
  const auto names = store.files.list("");
  BOOST_REQUIRE(names);
  for (const FileEntry& entry : *names) {
    const auto name = FileName::parse(entry.name);
    if (name && name->kind == FileKind::journal) BOOST_REQUIRE(store.files.remove(entry.name));
  }
  BOOST_REQUIRE(store.start());
  BOOST_TEST(store.engine->positions().at("tail/a/") == "1 5");
}

BOOST_AUTO_TEST_SUITE_END()
