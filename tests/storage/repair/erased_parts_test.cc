// Parts with erased calls that become damaged before they are rewritten: a repair saves the other
// calls and doesn't bring the erased ones back, and no file keeps them.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <memory>
#include <string>

#include "storage/engine.h"
#include "storage/repair.h"
#include "storage/repair/inspection.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/maintain.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::faults::SimulatedFileSystem;

BOOST_AUTO_TEST_SUITE(erased_parts)

namespace {

constexpr Day kErasedDay = 20'000;
constexpr TimeNs kErasedAt = day_start(kErasedDay) + 12 * kNsPerHour;
constexpr TimeNs kErasedDue = kErasedAt + kErasedFilesRewrittenAfter;
constexpr std::string_view kErasedNote = "a secret note";
constexpr std::uint64_t kKeptCalls = 30;
constexpr std::uint64_t kErasedCalls = 10;

std::unique_ptr<Engine> open_engine(SimulatedFileSystem& files, TimeNs now) {
  EngineOptions options;
  options.disk_reserve = 0;
  options.clock_hold = 0;
  options.seal_after = kNsPerDay;
  return Engine::open(files, options, now).value();
}

void maintain_all(Engine& engine, TimeNs now) {
  while (tests::maintain(engine, now).value() <= now) continue;
}

// A part of which some calls are erased. Returns its path. Calls `erased` after the erasure.
std::string make_part(SimulatedFileSystem& files, const std::function<void()>& erased = {}) {
  const auto engine = open_engine(files, kErasedAt);
  Append append;
  for (std::uint64_t i = 0; i < kKeptCalls + kErasedCalls; ++i) {
    const bool secret = i % 4 == 0;
    samples::add_sample(append.batch, {.ts = kErasedAt + static_cast<TimeNs>(i),
                                       .call_id = "c-" + std::to_string(i),
                                       .note = secret ? std::string(kErasedNote) : "nothing"});
  }
  BOOST_REQUIRE(engine->append(std::move(append), kErasedAt));
  BOOST_REQUIRE(engine->sync());
  ErasureOrder order;
  Predicate& text = order.predicates.emplace_back();
  text.subject = Predicate::Subject::text;
  text.patterns = {TextPattern{{std::string(kErasedNote)}}};
  order.text = kErasedNote;
  BOOST_TEST(engine->erase(order, {}, kErasedAt).value().erasure.calls() == kErasedCalls);
  if (erased) erased();
  maintain_all(*engine, kErasedAt);
  for (const std::string& path : files.paths()) {
    if (path.starts_with("parts/")) return path;
  }
  BOOST_FAIL("there is no part");
  return {};
}

std::uint64_t calls_in(const Engine& engine) {
  CallQuery every;
  every.limit = 1000;
  every.with_line = true;
  std::uint64_t calls = 0;
  BOOST_REQUIRE(engine.scan(every, {}, [&](CallRecord&& call) {
    BOOST_TEST(call.line.find(kErasedNote) == std::string::npos);
    ++calls;
    return true;
  }));
  return calls;
}

std::uint64_t counted_in(const Engine& engine) {
  CountQuery query;
  query.edges = {day_start(kErasedDay), day_start(kErasedDay + 1)};
  return engine.count(query, kErasedAt, {}).value().groups.find("", 0).calls;
}

bool any_file_has_it(const SimulatedFileSystem& files) {
  const auto paths = files.paths();
  return std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
    return files.contents(path).find(kErasedNote) != std::string::npos;
  });
}

void cut_off_end(SimulatedFileSystem& files, const std::string& path) {
  const std::string bytes = files.contents(path);
  files.put(path, bytes.substr(0, bytes.size() - 10));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_repair_saves_the_other_calls) {
  SimulatedFileSystem files;
  cut_off_end(files, make_part(files));
  BOOST_TEST(any_file_has_it(files));
  BOOST_REQUIRE(repair_store(files, {}));
  const auto engine = open_engine(files, kErasedAt);
  BOOST_TEST(calls_in(*engine) == kKeptCalls);
  BOOST_TEST(counted_in(*engine) == kKeptCalls + kErasedCalls);
  maintain_all(*engine, kErasedDue);
  BOOST_TEST(calls_in(*engine) == kKeptCalls);
  BOOST_TEST(!any_file_has_it(files));
  BOOST_TEST(engine->certificates().value().size() == 1U);
  BOOST_TEST(engine->certificates().value()[0].find("\"finished\":null") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_a_start_sets_aside_goes_when_the_erasure_is_due) {
  SimulatedFileSystem files;
  cut_off_end(files, make_part(files));
  {
    const auto engine = open_engine(files, kErasedAt);
    BOOST_TEST(calls_in(*engine) == 0U);
  }
  BOOST_TEST(any_file_has_it(files));
  // Which of its calls were erased isn't known any more.
  BOOST_REQUIRE(repair_store(files, {}));
  const auto engine = open_engine(files, kErasedAt);
  BOOST_TEST(calls_in(*engine) == 0U);
  BOOST_TEST(counted_in(*engine) == kKeptCalls + kErasedCalls);
  maintain_all(*engine, kErasedDue);
  BOOST_TEST(!any_file_has_it(files));
}

BOOST_AUTO_TEST_CASE(a_file_that_a_rewrite_replaced_is_not_taken_in_again) {
  SimulatedFileSystem files;
  const std::string path = make_part(files);
  const std::string before = files.contents(path);
  const std::string manifest = [&] {
    for (const std::string& each : files.paths()) {
      if (each.starts_with("manifest-")) return each;
    }
    return std::string();
  }();
  {
    const auto engine = open_engine(files, kErasedDue);
    // The part is rewritten, and one more publication is to come: the file is there, unnamed by the
    // newest manifest.
    while (engine->upkeep(kErasedDue).value() <= kErasedDue && files.paths().contains(manifest)) {
    }
  }
  // A loss makes the next start look for calls in files that no manifest names.
  files.put(path, before);
  files.erase("journal-mark");
  for (const std::string& each : files.paths()) {
    if (each.starts_with("journal-0")) files.erase(each);
  }
  const auto engine = open_engine(files, kErasedDue);
  BOOST_TEST(calls_in(*engine) == kKeptCalls);
  maintain_all(*engine, kErasedDue);
  BOOST_TEST(calls_in(*engine) == kKeptCalls);
  BOOST_TEST(!any_file_has_it(files));
}

// As soon as the erasure has returned.
BOOST_AUTO_TEST_CASE(the_generation_before_the_newest_knows_them_too) {
  SimulatedFileSystem files;
  std::unique_ptr<SimulatedFileSystem> image;
  (void)make_part(files, [&] { image = files.crashed(faults::Loss::everything, 0); });
  std::string newest;
  for (const std::string& path : image->paths()) {
    if (path.starts_with("manifest-")) newest = std::max(newest, path);
  }
  image->erase(newest);
  const auto engine = open_engine(*image, kErasedAt);
  BOOST_TEST(calls_in(*engine) == kKeptCalls);
  BOOST_TEST(counted_in(*engine) == kKeptCalls + kErasedCalls);
}

BOOST_AUTO_TEST_CASE(without_any_manifest_they_stay_erased) {
  SimulatedFileSystem files;
  (void)make_part(files);
  const auto lose_manifests = [&] {
    for (const std::string& path : files.paths()) {
      if (path.starts_with("manifest-")) files.erase(path);
    }
  };
  lose_manifests();
  {
    const auto engine = open_engine(files, kErasedAt);
    BOOST_TEST(calls_in(*engine) == kKeptCalls);
    BOOST_TEST(counted_in(*engine) == kKeptCalls + kErasedCalls);
    maintain_all(*engine, kErasedDue);
    BOOST_TEST(calls_in(*engine) == kKeptCalls);
    BOOST_TEST(!any_file_has_it(files));
    BOOST_TEST(engine->certificates().value().size() == 1U);
  }
  BOOST_TEST(!files.paths().contains("erased"));
  lose_manifests();
  BOOST_TEST(calls_in(*open_engine(files, kErasedDue)) == kKeptCalls);
}

BOOST_AUTO_TEST_CASE(an_intact_store_verifies_before_and_after_the_rewrite) {
  SimulatedFileSystem files;
  (void)make_part(files);
  const auto problems = [&] { return verify_store(files, [] {}).value().problems.size(); };
  BOOST_TEST(problems() == 0U);
  const Inspection store = inspect(files).value();
  BOOST_REQUIRE(store.opened.size() == 2U);
  BOOST_TEST(count_of(store.opened[0].erased) == kErasedCalls);
  const auto engine = open_engine(files, kErasedDue);
  maintain_all(*engine, kErasedDue);
  BOOST_TEST(problems() == 0U);
  BOOST_TEST(repair_store(files, {.dry_run = true}).value().steps.empty());
}

BOOST_AUTO_TEST_SUITE_END()
