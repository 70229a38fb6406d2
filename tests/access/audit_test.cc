#include "access/audit.h"

#include <boost/test/unit_test.hpp>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/civil_time.h"
#include "tests/support/effort.h"
#include "tests/support/simulated_file_system.h"

namespace fortnight::access {
namespace audit {

constexpr TimeNs kNow = 1'795'000'000 * kNsPerSecond;

struct Fixture {
  std::unique_ptr<faults::SimulatedFileSystem> files =
      std::make_unique<faults::SimulatedFileSystem>();

  std::unique_ptr<Audit> opened(AuditOptions options = {}) {
    auto audit = Audit::open(*files, options, kNow);
    BOOST_REQUIRE(audit.has_value());
    return *std::move(audit);
  }
  static void append(Audit& audit, const std::string& name, TimeNs now = kNow) {
    BOOST_REQUIRE(audit.append("\"n\":\"" + name + '"', now).has_value());
  }
  // The names of the lines, newest first.
  static std::vector<std::string> names(const Audit& audit, TimeNs from = kMinTime,
                                        TimeNs to = kMaxTime) {
    std::vector<std::string> names;
    TimeNs last = kMaxTime;
    const auto read = audit.read(from, to, [&](const Audit::Line& line) -> Result<bool> {
      BOOST_TEST(line.ts < last);
      last = line.ts;
      const std::string json(line.json);
      const std::size_t begin = json.find("\"n\":\"") + 5;
      names.push_back(json.substr(begin, json.size() - begin - 2));
      return true;
    });
    BOOST_REQUIRE(read.has_value());
    return names;
  }
  [[nodiscard]] std::vector<std::string> paths() const {
    std::vector<std::string> paths;
    for (const std::string& path : files->paths()) {
      if (path.starts_with("audit/")) paths.push_back(path);
    }
    return paths;
  }
};

}  // namespace audit

BOOST_FIXTURE_TEST_SUITE(audit, audit::Fixture)

using Names = std::vector<std::string>;
using audit::kNow;

BOOST_AUTO_TEST_CASE(lines_are_read_newest_first_also_after_a_restart) {
  {
    const auto audit = opened();
    append(*audit, "a");
    append(*audit, "b");
    BOOST_TEST(names(*audit) == (Names{"b", "a"}));
    BOOST_TEST(audit->lines() == 2U);
  }
  const auto audit = opened();
  append(*audit, "c", kNow - 5);  // the clock was set back
  append(*audit, "d", kNow + kNsPerDay);
  BOOST_TEST(names(*audit) == (Names{"d", "c", "b", "a"}));
  BOOST_TEST(names(*audit, kNow, kNow + 1) == (Names{"a"}));
  BOOST_TEST(names(*audit, kNow + 3, kMaxTime) == (Names{"d"}));
  BOOST_TEST(paths().size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_visit_can_end_the_reading) {
  const auto audit = opened();
  for (const char* const name : {"a", "b", "c"}) append(*audit, name);
  int visits = 0;
  const auto read = audit->read(kMinTime, kMaxTime,
                                [&](const Audit::Line&) -> Result<bool> { return ++visits < 2; });
  BOOST_TEST(read.has_value());
  BOOST_TEST(visits == 2);
}

// Lines of all sizes up to several blocks of the reader, in many files, compared with a list.
BOOST_AUTO_TEST_CASE(any_lines_come_back_as_they_were_written) {
  std::mt19937_64 random(5);
  for (std::uint64_t round = 0; round < fortnight::tests::rounds(10U); ++round) {
    files = std::make_unique<faults::SimulatedFileSystem>();
    auto audit = opened({.file_bytes = 100'000});
    std::deque<std::pair<TimeNs, std::string>> expected;
    TimeNs now = kNow;
    for (int i = 0; i < 60; ++i) {
      const std::size_t size = random() % 4 == 0 ? random() % 700'000 : random() % 300;
      const std::string name = std::to_string(i) + std::string(size, 'x');
      now += static_cast<TimeNs>(1 + random() % static_cast<std::uint64_t>(kNsPerHour));
      append(*audit, name, now);
      expected.emplace_front(now, name);
      if (random() % 10 == 0) audit = opened({.file_bytes = 100'000});
    }
    const TimeNs from = expected[random() % expected.size()].first;
    const TimeNs to = expected[random() % expected.size()].first;
    Names within;
    for (const auto& [ts, name] : expected) {
      if (ts >= from && ts < to) within.push_back(name);
    }
    BOOST_REQUIRE(names(*audit, from, to) == within);
  }
}

BOOST_AUTO_TEST_CASE(kept_lines_survive_a_crash_and_a_partial_line_is_ignored) {
  {
    const auto audit = opened();
    append(*audit, "a");
    BOOST_REQUIRE(audit->keep(kNow).has_value());
    append(*audit, "b");
  }
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    auto crashed = files->crashed(faults::Loss::random, seed);
    const auto audit = Audit::open(*crashed, {}, kNow).value();
    const Names found = names(*audit);
    BOOST_REQUIRE(!found.empty());
    BOOST_TEST(found.back() == "a");
    append(*audit, "c");
    BOOST_TEST(names(*audit).front() == "c");
  }
}

BOOST_AUTO_TEST_CASE(a_line_that_could_not_be_written_is_an_error_and_the_next_begins_a_file) {
  const auto audit = opened();
  append(*audit, "a");
  files->set_capacity(0);
  const auto refused = audit->append(R"("n":"b")", kNow);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().code == ErrorCode::no_space));
  BOOST_TEST(audit->failures() == 1U);
  files->set_capacity(1U << 20);
  append(*audit, "c");
  BOOST_TEST(names(*audit) == (Names{"c", "a"}));
  BOOST_TEST(paths().size() == 2U);
}

BOOST_AUTO_TEST_CASE(files_of_old_days_are_removed_once_the_clock_has_stayed) {
  constexpr AuditOptions kShort{.days = 2, .clock_hold = std::chrono::milliseconds(0)};
  {
    const auto audit = opened();
    for (int day = 0; day < 5; ++day) append(*audit, std::to_string(day), kNow + day * kNsPerDay);
    BOOST_REQUIRE(audit->keep(kNow + 1000 * kNsPerDay).has_value());
    BOOST_TEST(names(*audit).size() == 5U);
  }
  const auto audit = opened(kShort);
  BOOST_REQUIRE(audit->keep(kNow + 4 * kNsPerDay).has_value());
  BOOST_TEST(names(*audit) == (Names{"4", "3", "2"}));
}

BOOST_AUTO_TEST_CASE(hashes_depend_on_name_value_and_key) {
  const auto audit = opened();
  const std::string hash = audit->hash("account", "A");
  BOOST_TEST(hash.size() == 16U);
  BOOST_TEST(hash == audit->hash("account", "A"));
  BOOST_TEST(hash != audit->hash("account", "B"));
  BOOST_TEST(hash != audit->hash("text", "A"));
  BOOST_TEST(audit->hash("a", "bc") != audit->hash("ab", "c"));
  BOOST_TEST(hash == opened()->hash("account", "A"));
  files->put("audit-key", "not a key\n");
  BOOST_TEST(hash != opened()->hash("account", "A"));
  BOOST_TEST(files->paths().contains("quarantine/audit-key"));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_audit_is_an_error) {
  const auto audit = opened();
  append(*audit, "a");
  files->put(paths()[0], "{\"x\":1}\n");
  const auto read =
      audit->read(kMinTime, kMaxTime, [](const Audit::Line&) -> Result<bool> { return true; });
  BOOST_REQUIRE(!read.has_value());
  BOOST_TEST((read.error().code == ErrorCode::corrupt));
}

BOOST_AUTO_TEST_CASE(requests_have_different_numbers) {
  const auto audit = opened();
  BOOST_TEST(audit->next_request(kNow) != audit->next_request(kNow));
  BOOST_TEST(audit->next_request(0) != audit->next_request(-1));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::access
