// Stores of newer versions are refused before anything is changed, and say which version is needed.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/checksum.h"
#include "storage/engine.h"
#include "storage/files/file_names.h"
#include "storage/files/store_version.h"
#include "storage/repair.h"
#include "storage/rollup/format.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/checksums.h"
#include "tests/support/simulated_backup_target.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::faults::SimulatedFileSystem;

BOOST_AUTO_TEST_SUITE(store_version)

namespace {

constexpr TimeNs kNoon = day_start(20'000) + 12 * kNsPerHour;
constexpr std::uint64_t kCalls = 20;

EngineOptions options() {
  EngineOptions options;
  options.journal_file_bytes = 64U << 10;
  options.disk_reserve = 0;
  return options;
}

}  // namespace

// A store with a file of each kind.
struct Fixture {
  SimulatedFileSystem files;

  Fixture() {
    const auto engine = Engine::open(files, options(), kNoon).value();
    add(*engine, kNoon, kCalls / 2);
    add(*engine, kNoon - 100 * kNsPerDay, 1);  // late
    BOOST_REQUIRE(engine->flush());
    add(*engine, kNoon + kNsPerSecond, kCalls / 2);
  }

  static void add(Engine& engine, TimeNs ts, std::uint64_t calls) {
    Append append;
    for (std::uint64_t i = 0; i < calls; ++i) {
      samples::add_sample(append.batch, {.ts = ts + static_cast<TimeNs>(i), .call_id = "c"});
    }
    append.rejects.push_back({kNoon, "s", "not-json", "", 0, "a line"});
    BOOST_REQUIRE(engine.append(std::move(append), kNoon));
    BOOST_REQUIRE(engine.sync());
  }

  [[nodiscard]] std::string path_of(FileKind kind) const {
    for (const std::string& path : files.paths()) {
      const auto name = FileName::parse(path);
      if (name && name->kind == kind) return path;
    }
    BOOST_FAIL("there is no such file");
    return {};
  }
  // Changes the file as a newer version would have written it.
  void change(const std::string& path, std::size_t at, char value,
              const std::function<void(std::string&)>& repair) {
    std::string bytes = files.contents(path);
    bytes.at(at) = value;
    repair(bytes);
    files.put(path, bytes);
  }
  [[nodiscard]] std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> all;
    for (const std::string& path : files.paths()) all[path] = files.contents(path);
    return all;
  }
  // The message of the start's error.
  std::string refusal() {
    const auto before = contents();
    const auto engine = Engine::open(files, options(), kNoon);
    BOOST_REQUIRE(!engine);
    BOOST_TEST((engine.error().code == ErrorCode::unsupported));
    BOOST_TEST((contents() == before));
    return engine.error().message;
  }
  void check_opens(bool complete) {
    const auto engine = Engine::open(files, options(), kNoon);
    BOOST_REQUIRE_MESSAGE(engine, (engine ? "" : engine.error().message));
    CallQuery query;
    query.limit = 1000;
    query.from = day_start(day_of(kNoon));
    std::uint64_t calls = 0;
    const auto scanned = (*engine)->scan(query, {}, [&](CallRecord&&) { return ++calls > 0; });
    BOOST_REQUIRE(scanned);
    BOOST_TEST(scanned->completeness.complete == complete);
    if (complete) BOOST_TEST(calls == kCalls);
  }
};

namespace {

// The places of versions and of feature bits in the headers.
constexpr std::size_t kPartDigit = 7;
constexpr std::size_t kPartIncompatible = 8;
constexpr std::size_t kPartCompatible = 16;
constexpr std::size_t kVersion = 8;  // of all but parts
constexpr std::size_t kIncompatible = 12;
constexpr std::size_t kRollupCompatible = 16;

}  // namespace

BOOST_AUTO_TEST_CASE(versions_are_compared_by_their_numbers) {
  const std::vector<std::string> ascending = {"",      "0.0.9",  "0.1", "0.1.1",
                                              "0.2.0", "0.10.0", "1",   "2.0"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      BOOST_TEST_CONTEXT(ascending[i] << " and " << ascending[j]) {
        BOOST_TEST(is_older_version(ascending[i], ascending[j]) == (i < j));
      }
    }
  }
  BOOST_TEST(!is_older_version("0.1", "0.1.0"));
  BOOST_TEST(!is_older_version("0.2.0~rc1", "0.2.0"));
  BOOST_TEST(is_older_version("99999999999999999999", "1"));
}

BOOST_FIXTURE_TEST_CASE(a_start_says_which_versions_read_the_store, Fixture) {
  const std::string own = files.contents("version");
  BOOST_TEST(own.find("\"written_by\":\"") != std::string::npos);
  files.put("version", R"({"version":1,"written_by":"0.0.1","readable_from":"0.0.1"})");
  check_opens(true);
  BOOST_TEST(files.contents("version") == own);
}

BOOST_FIXTURE_TEST_CASE(a_newer_store_is_refused_by_its_version, Fixture) {
  files.put("version", R"({"version":2,"written_by":"99.1.0","readable_from":"98.7.6","more":[1]})"
                       "\n");
  const std::string why = refusal();
  BOOST_TEST(why.find("Fortnight 99.1.0 wrote this data") != std::string::npos);
  BOOST_TEST(why.find("install 98.7.6 or newer") != std::string::npos);
  BOOST_TEST(!verify_store(files, [] {}));
  BOOST_TEST(!repair_store(files, {}));
  BOOST_TEST(!acknowledge_losses(files));
}

BOOST_FIXTURE_TEST_CASE(a_newer_store_that_this_version_reads_is_opened, Fixture) {
  files.put("version", R"({"version":1,"written_by":"99.1.0","readable_from":"0.0.1"})");
  check_opens(true);
}

BOOST_FIXTURE_TEST_CASE(a_damaged_version_permits_all, Fixture) {
  for (const char* const text : {"", "{", "[]", R"({"version":1})", R"({"readable_from":99})"}) {
    files.put("version", text);
    check_opens(true);
  }
}

BOOST_FIXTURE_TEST_CASE(a_newer_file_is_refused_and_named, Fixture) {
  struct Newer {
    FileKind kind;
    std::size_t at;
    char value;
    std::function<void(std::string&)> repair;
  };
  const std::vector<Newer> all = {
      {FileKind::part, kPartDigit, '2', tests::repair_part},
      {FileKind::part, kPartIncompatible, '\x01', tests::repair_part},
      {FileKind::rollup, kVersion, '\x02', tests::repair_rollup},
      {FileKind::late_rollup, kIncompatible, '\x40', tests::repair_rollup},
      {FileKind::rejects, kVersion, '\x02', tests::repair_last_64},
      {FileKind::rejects, kIncompatible, '\x01', tests::repair_last_64},
      {FileKind::journal, kVersion, '\x02', tests::repair_journal},
      {FileKind::journal, kIncompatible, '\x01', tests::repair_journal},
  };
  files.put("version", R"({"version":1,"written_by":"99.1.0","readable_from":"0.0.1"})");
  for (const Newer& newer : all) {
    const std::string path = path_of(newer.kind);
    BOOST_TEST_CONTEXT(path << ", byte " << newer.at) {
      const std::string bytes = files.contents(path);
      change(path, newer.at, newer.value, newer.repair);
      const std::string why = refusal();
      BOOST_TEST(why.find(path) != std::string::npos);
      BOOST_TEST(why.find("Fortnight 99.1.0, which wrote here last") != std::string::npos);
      files.put(path, bytes);
    }
  }
  const std::string manifest = path_of(FileKind::manifest);
  for (const std::size_t at : {kVersion, kIncompatible}) {
    const std::string bytes = files.contents(manifest);
    change(manifest, at, '\x40', tests::repair_last_64);
    BOOST_TEST(refusal().find("manifest") != std::string::npos);
    files.put(manifest, bytes);
  }
  files.erase("version");
  change(path_of(FileKind::part), kPartDigit, '2', tests::repair_part);
  BOOST_TEST(refusal().find("install a newer Fortnight than") != std::string::npos);
}

// Otherwise damage would prevent a start.
BOOST_AUTO_TEST_CASE(damage_is_not_taken_for_a_newer_version) {
  const auto leave = [](std::string&) {};
  for (const std::size_t at : {kPartDigit, kPartIncompatible}) {
    Fixture other;
    other.change(other.path_of(FileKind::part), at, '2', leave);
    other.check_opens(false);
  }
  for (const FileKind kind : {FileKind::rollup, FileKind::rejects}) {
    Fixture other;
    other.change(other.path_of(kind), kVersion, '\x02', leave);
    BOOST_TEST(Engine::open(other.files, options(), kNoon).has_value());
  }
}

BOOST_FIXTURE_TEST_CASE(compatible_features_are_ignored, Fixture) {
  change(path_of(FileKind::part), kPartCompatible, '\x40', tests::repair_part);
  // The manifest identifies the file by its footer, which stays as it is.
  change(path_of(FileKind::rollup), kRollupCompatible, '\x40', [](std::string& file) {
    const std::size_t size = kRollupHeaderBytes - sizeof(std::uint32_t);
    std::string sum;
    ByteWriter(sum).u32(checksum32(std::string_view(file).substr(0, size)));
    file.replace(size, sum.size(), sum);
  });
  check_opens(true);
}

BOOST_FIXTURE_TEST_CASE(a_backup_has_a_version_and_respects_that_of_its_target, Fixture) {
  const auto engine = Engine::open(files, options(), kNoon).value();
  SimulatedFileSystem copies;
  faults::SimulatedBackupTarget target(copies);
  BOOST_REQUIRE(engine->back_up(target, {.now = kNoon}, {}));
  BOOST_TEST(copies.contents("version") == files.contents("version"));
  copies.put("version", R"({"version":1,"written_by":"99.1.0","readable_from":"99.0.0"})");
  const auto refused = engine->back_up(target, {.now = kNoon}, {});
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == ErrorCode::unsupported));
}

BOOST_AUTO_TEST_SUITE_END()
