// Data directories of earlier versions, frozen in tests/fixtures: they must always open.
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/checksum.h"
#include "storage/engine.h"
#include "storage/engine/rejects.h"
#include "tests/support/project_file.h"

using namespace fortnight;
using namespace fortnight::storage;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(fixtures)

namespace {

constexpr TimeNs kThen = 1'795'154'400LL * kNsPerSecond;  // 2026-11-20T06:00:00Z

// A copy, since opening a store writes to it.
struct Copy {
  explicit Copy(const fs::path& fixture)
      : root(fs::temp_directory_path() / ("fortnight-fixture-" + std::to_string(::getpid()))) {
    fs::remove_all(root);
    fs::copy(fixture, root, fs::copy_options::recursive);
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  ~Copy() { fs::remove_all(root); }
  fs::path root;
};

std::vector<std::string> lines_of(const fs::path& path) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string hex(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_first_format_opens) {
  const fs::path fixture = fortnight::project_file("tests/fixtures/format-1");
  const Copy copy(fixture / "data");
  const auto files = posix_file_system(copy.root.string());
  auto engine = Engine::open(*files, {}, kThen);
  BOOST_REQUIRE(engine);

  std::vector<std::string> sums;
  CallQuery query;
  query.with_line = true;
  query.from = day_start(day_of(kThen) - 2);
  query.limit = 1000;
  const auto scanned = (*engine)->scan(query, {}, [&](CallRecord&& record) {
    sums.push_back(hex(checksum64(record.line)));
    return true;
  });
  BOOST_REQUIRE(scanned);
  BOOST_TEST(scanned->completeness.complete);
  std::sort(sums.begin(), sums.end());
  BOOST_TEST(sums == lines_of(fixture / "lines.xxh3"), boost::test_tools::per_element());

  CountQuery count;
  const Day day = day_of(kThen);
  count.edges = {day_start(day - 60), day_start(day - 2), day_start(day - 1), day_start(day),
                 day_start(day + 1)};
  const auto counts = (*engine)->count(count, kThen, {});
  BOOST_REQUIRE(counts);
  const auto all = [&](std::size_t bucket) { return counts->groups.find("", bucket); };
  BOOST_TEST(all(0).calls == 20U);  // too late to be kept
  BOOST_TEST(all(1).calls == 159U);
  BOOST_TEST(all(2).calls == 141U);
  BOOST_TEST(all(3).calls == 60U);
  BOOST_TEST(all(1).errors == 10U);

  const auto rejects = read_rejects(*files, "rejects/0000000009.rejects");
  BOOST_REQUIRE(rejects);
  BOOST_REQUIRE(rejects->size() == 1U);
  BOOST_TEST(rejects->front().reason == "not-json");
  // Files of that time have no counts of rejects, so the rejects themselves are counted.
  BOOST_TEST((*engine)->count_rejects({}).value() == 1U);
  RejectFilter other;
  other.reasons = {{{TextPattern{{"no-time"}}}, false}};
  BOOST_TEST((*engine)->count_rejects(other).value() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
