// The daemon's small components: clock, log lines, data directory, positions, and which settings
// need a restart.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "daemon/clock.h"
#include "daemon/data_directory.h"
#include "daemon/log.h"
#include "daemon/settings.h"
#include "daemon/tail/position.h"
#include "tests/support/temporary_directory.h"

namespace fortnight::daemon {

BOOST_FIXTURE_TEST_SUITE(small_parts, tests::TemporaryDirectory)

BOOST_AUTO_TEST_CASE(a_file_is_the_clock_and_may_change) {
  const std::string file = path() + "/clock";
  std::ofstream(file) << "2026-11-20T08:15:30.5Z\n";
  const auto clock = file_clock(file);
  BOOST_REQUIRE(clock);
  BOOST_TEST((*clock)->now() == 1'795'162'530'500'000'000);
  std::ofstream(file + ".new") << "1795162600";
  std::filesystem::rename(file + ".new", file);
  BOOST_TEST((*clock)->now() == 1'795'162'600'000'000'000);
  std::filesystem::remove(file);
  BOOST_TEST((*clock)->now() == 1'795'162'600'000'000'000);
  std::ofstream(file) << "2026-11-20T09:15:30+01:00";
  BOOST_TEST((*clock)->now() == 1'795'162'530'000'000'000);
}

// A file changed twice within a tick of the kernel's clock has the same times.
BOOST_AUTO_TEST_CASE(a_clock_is_read_even_where_its_file_looks_the_same) {
  const std::string file = path() + "/clock";
  std::ofstream(file) << "1795162600";
  const auto written = std::filesystem::last_write_time(file);
  const auto clock = file_clock(file);
  BOOST_REQUIRE(clock);
  BOOST_TEST((*clock)->now() == 1'795'162'600'000'000'000);
  std::ofstream(file) << "1795162601";
  std::filesystem::last_write_time(file, written);
  BOOST_TEST((*clock)->now() == 1'795'162'601'000'000'000);
}

BOOST_AUTO_TEST_CASE(a_clock_file_without_a_time_is_refused) {
  BOOST_TEST(!file_clock(path() + "/none"));
  for (const std::string text : {"soon", "2026-11-20", "08:15:30", "2026-11-20T08:15:30"}) {
    std::ofstream(path() + "/clock") << text;
    BOOST_TEST(!file_clock(path() + "/clock"), text);
  }
}

BOOST_AUTO_TEST_CASE(a_log_line_is_one_line_for_any_content) {
  BOOST_TEST(format_log("it \"began\"", {{"at", "127.0.0.1:1"}, {"n", 7}}) ==
             R"(msg="it \"began\"" at=127.0.0.1:1 n=7)");
  BOOST_TEST(format_log("x", {{"path", "a b"}, {"empty", ""}, {"evil", "1\n2 level=\\\x7f"}}) ==
             R"(msg="x" path="a b" empty="" evil="1\x0a2 level=\\\x7f")");
}

BOOST_AUTO_TEST_CASE(the_default_data_directory) {
  ::setenv("STATE_DIRECTORY", "/var/lib/fortnight:/var/lib/other", 1);
  ::setenv("XDG_STATE_HOME", "/state", 1);
  ::setenv("HOME", "/home/somebody", 1);
  BOOST_TEST(*default_data_directory() == "/var/lib/fortnight");
  ::unsetenv("STATE_DIRECTORY");
  BOOST_TEST(*default_data_directory() == "/state/fortnight");
  ::unsetenv("XDG_STATE_HOME");
  BOOST_TEST(*default_data_directory() == "/home/somebody/.local/state/fortnight");
  ::unsetenv("HOME");
  BOOST_TEST(!default_data_directory());
}

BOOST_AUTO_TEST_CASE(the_data_directory_is_made_for_its_owner) {
  const std::string made = path() + "/a/b";
  BOOST_TEST(prepare_directory(made, "it").has_value());
  BOOST_TEST((std::filesystem::status(made).permissions() == std::filesystem::perms::owner_all));
  std::ofstream(path() + "/file") << "";
  BOOST_TEST(!prepare_directory(path() + "/file/below", "it"));
}

BOOST_AUTO_TEST_CASE(a_position_is_read_back_and_damage_is_seen) {
  TailPosition position;
  position.file = {17, 4711};
  position.path = "/var/log/app.log";
  position.offset = 1ULL << 40;
  position.head_hash = 3;
  position.trace_hash = 4;
  position.modified_ns = -5;
  position.skipping = true;
  const std::string text = position.encode();
  BOOST_TEST((TailPosition::decode(text) == position));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    BOOST_TEST(!TailPosition::decode(damaged).has_value());
    BOOST_TEST(!TailPosition::decode(std::string_view(text).substr(0, i)).has_value());
  }
}

BOOST_AUTO_TEST_CASE(changes_that_need_a_restart_are_listed) {
  const config::Config before = config::default_config();
  config::Config after = before;
  after.accounts["A"] = {"Acme", ""};
  after.sources.clear();
  after.log.level = config::LogLevel::debug;
  BOOST_TEST(needs_restart(before, after) == "");
  after.query.listen.port = 1;
  after.retention.days = 3;
  BOOST_TEST(needs_restart(before, after) == "retention, query");
}

BOOST_AUTO_TEST_CASE(memory_is_divided_within_its_bound) {
  config::Config config = config::default_config();
  for (const config::Bytes memory : {64 * config::kMiB, 256 * config::kMiB, 4 * config::kGiB}) {
    config.limits.memory = memory;
    const storage::EngineOptions options = engine_options(config);
    BOOST_TEST(options.max_head_bytes + options.cache_bytes + memory / 8 <= memory * 6 / 8);
    BOOST_TEST(options.flush_bytes * 2 <= options.max_head_bytes);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
