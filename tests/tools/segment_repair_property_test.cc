// Damages a byte of a store's file: after a repair, a daemon returns and counts at least every call
// that it did before.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <random>
#include <set>
#include <string>

#include "storage/engine.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/effort.h"
#include "tests/support/temporary_directory.h"
#include "tests/tools/segment_store.h"
#include "tools/segment/commands.h"

namespace fortnight::segment {
BOOST_AUTO_TEST_SUITE(segment_repair_property)

namespace {

namespace fs = std::filesystem;
using namespace storage;

constexpr TimeNs kNoon = day_start(kDay + 1) + 12 * kNsPerHour;
constexpr Day kFirst = kDay - 40;

EngineOptions options() {
  EngineOptions options;
  options.disk_reserve = 0;
  options.clock_hold = 0;
  return options;
}

// Calls of two days, and of one that is too old to be kept.
void fill(const std::string& root) {
  const auto files = posix_file_system(root);
  const auto engine = Engine::open(*files, options(), kNoon).value();
  for (const auto& [from, calls] :
       {std::pair{kNoon, 5000}, {kNoon - kNsPerDay, 200}, {kNoon - 30 * kNsPerDay, 60}}) {
    Append append;
    for (int i = 0; i < calls; ++i) {
      samples::Sample sample;
      sample.ts = from - i * kNsPerSecond / 4;
      sample.account = "ACC" + std::to_string(i % 7);
      sample.status = i % 10 == 0 ? 500 : 200;
      sample.call_id = "call-" + std::to_string(from) + "-" + std::to_string(i);
      sample.note = "note " + std::to_string(i * 7919);
      samples::add_sample(append.batch, sample);
    }
    engine->append(std::move(append), kNoon).value();
  }
  engine->sync().value();
  engine->close().value();
}

// What a daemon returns from the store.
struct Readings {
  std::set<std::string> calls;  // returned as rows
  std::set<std::string> lines;  // returned with their lines
  std::uint64_t counted = 0;
  std::uint64_t counted_by_account = 0;
  std::uint64_t counted_from_calls = 0;
};

std::uint64_t sum(const Result<CountAnswer>& answer) {
  std::uint64_t calls = 0;
  if (!answer) return 0;
  for (CountGroups::Group group = 0; group < answer->groups.size(); ++group) {
    calls += answer->groups.total(group).calls;
  }
  return calls;
}

Readings readings_of(const std::string& root) {
  const auto files = posix_file_system(root);
  const auto engine = Engine::open(*files, options(), kNoon).value();
  Readings out;
  CallQuery query;
  query.limit = std::numeric_limits<std::uint64_t>::max();
  (void)engine->scan(query, {}, [&](CallRecord&& call) {
    BOOST_TEST(out.calls.insert(call.field(TextField::call_id)).second);
    return true;
  });
  query.with_line = true;
  (void)engine->scan(query, {}, [&](CallRecord&& call) {
    out.lines.insert(call.line);
    return true;
  });
  CountQuery count;
  count.edges = {day_start(kFirst), day_start(kDay + 3)};
  out.counted = sum(engine->count(count, kNoon, {}));
  count.by_field = TextField::account;
  out.counted_by_account = sum(engine->count(count, kNoon, {}));
  Predicate fast;
  fast.subject = Predicate::Subject::field;
  fast.field = TextField::path;
  fast.negated = true;
  fast.patterns = {TextPattern{{"/none"}}};
  count.predicates = {fast};
  out.counted_from_calls = sum(engine->count(count, kNoon, {}));
  return out;
}

void copy(const std::string& from, const std::string& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

void check_no_less(const std::string& what, const Readings& before, const Readings& after) {
  BOOST_TEST(std::includes(after.calls.begin(), after.calls.end(), before.calls.begin(),
                           before.calls.end()),
             what << ": " << after.calls.size() << " of " << before.calls.size() << " calls");
  BOOST_TEST(std::includes(after.lines.begin(), after.lines.end(), before.lines.begin(),
                           before.lines.end()),
             what << ": " << after.lines.size() << " of " << before.lines.size() << " lines");
  BOOST_TEST(after.counted >= before.counted, what);
  BOOST_TEST(after.counted_by_account >= before.counted_by_account, what);
  BOOST_TEST(after.counted_from_calls >= before.counted_from_calls, what);
}

}  // namespace

BOOST_AUTO_TEST_CASE(repair_never_gives_less_than_reading_did) {
  constexpr int kTries = static_cast<int>(tests::rounds(24U));
  const tests::TemporaryDirectory directory;
  const std::string sound = directory.path() + "/sound";
  const std::string before = directory.path() + "/before";
  const std::string after = directory.path() + "/after";
  fs::create_directory(sound);
  fill(sound);
  std::mt19937_64 random(23);
  for (const char* folder : {"parts", "rollups"}) {
    for (const auto& entry : fs::directory_iterator(sound + "/" + folder)) {
      const std::string name = std::string(folder) + "/" + entry.path().filename().string();
      const std::uint64_t size = fs::file_size(entry.path());
      for (int i = 0; i < kTries; ++i) {
        const std::uint64_t at = random() % size;
        const bool cut = i % 6 == 5;
        const bool first_a_daemon = i % 3 == 2;
        const std::string what = name + (cut ? " cut at " : " flipped at ") + std::to_string(at) +
                                 (first_a_daemon ? ", and started" : "");
        copy(sound, before);
        if (cut) {
          fs::resize_file(before + "/" + name, at);
        } else {
          std::fstream file(before + "/" + name, std::ios::in | std::ios::out | std::ios::binary);
          file.seekg(static_cast<std::streamoff>(at));
          const int byte = file.get();
          file.seekp(static_cast<std::streamoff>(at));
          file.put(static_cast<char>(byte ^ (1 << (random() % 8))));
        }
        copy(before, after);
        const Readings read = readings_of(before);
        if (first_a_daemon) copy(before, after);
        (void)output_of([&](std::FILE* out) { (void)repair(after, {}, out); });
        check_no_less(what, read, readings_of(after));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::segment
