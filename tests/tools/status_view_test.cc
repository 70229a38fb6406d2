#include "tools/client/status_view.h"

#include <boost/test/unit_test.hpp>
#include <string>

BOOST_AUTO_TEST_SUITE(status_view)

namespace {

using namespace fortnight::client;

// A healthy daemon's STATUS row, with these members replaced.
std::string row(const std::string& paused = "null", const std::string& source = "",
                const std::string& damage = R"("lost_files":0,"leftovers_removed":3)",
                const std::string& disk = "false") {
  return R"({"version":"1.0","uptime_s":273600,"process":{"rss_bytes":180000000},)"
         R"("queries":{"connections":1,"refused_connections":0,"running":1,"answered":1200},)"
         R"("paused":)" +
         paused +
         R"(,"sources":[{"name":"caddy","format":"caddy","tail":["/x"],"lines":1300,"bytes":9,)"
         R"("calls":1234,"skipped":0,"calls_per_second":12.5,"last_line_s":3,"files":2)" +
         (source.empty() ? R"(,"rejected":{},"missing":0,"behind_bytes":0)" : source) +
         R"(}],"values_past_cap":{"account":0},"queue":{"batches":0,"bytes":4096},)"
         R"("intake":{"calls":5000,"late":7,"skipped":2,"rejects":{"not-json":3},"stopped":null},)"
         R"("journal":{"bytes":1000000},"head":{"calls":10,"bytes":1000},)"
         R"("parts":{"files":2,"calls":100,"bytes":2000000},)"
         R"("segments":{"files":1,"calls":4000,"bytes":5000000},)"
         R"("rollups":{"files":2,"calls":4100,"bytes":30000},)"
         R"("late_rollups":{"files":0,"calls":0,"bytes":0},"rejects_files":{"files":1,"bytes":70},)"
         R"("disk":{"free_bytes":9000000000,"nearly_full":)" +
         disk +
         R"(,"reserve_bytes":67108864},"retention":{"days":14,"max_bytes":0,)"
         R"("first_kept":"2026-11-06","oldest_day":"2026-11-07",)"
         R"("oldest_day_goes_at":"2026-11-22"},)"
         R"("maintenance":{"failures":0,"last_failure":""},"damage":{)" +
         damage + "}}";
}

void expect(const std::string& json, const std::string& part, bool there = true) {
  const std::string page = render_status(json, {100, 24, false});
  BOOST_TEST((page.find(part) != std::string::npos) == there, part << "\n" << page);
}

}  // namespace

BOOST_AUTO_TEST_CASE(health_comes_first_in_words) {
  BOOST_TEST(render_status(row(), {100, 24, false}).starts_with("All is well.\n"));
  BOOST_TEST(render_status(row("\"the disk is full\""), {100, 24, false})
                 .starts_with("Intake is paused: the disk is full\n"));
  expect(row("\"x\""), "All is well", false);
}

BOOST_AUTO_TEST_CASE(the_operators_details_are_shown) {
  for (const char* const part :
       {"up 3 days 4 h", "180 MB of memory", "12.5 calls a second",
        "5,000 calls, 7 of them too late", "3 lines rejected, 2 skipped", "caddy", "1,234",
        "3 s ago", "4,110 whole, from 2026-11-06", "2026-11-07, goes at 2026-11-22",
        "7.0 MB of calls", "9.0 GB free", "1,200 answered"}) {
    expect(row(), part);
  }
}

// Scanned paths past their cap are routine; other values past a cap aren't.
BOOST_AUTO_TEST_CASE(scanned_paths_are_no_problem) {
  const auto past_cap = [](const std::string& members) {
    std::string status = row();
    const std::string before = R"("values_past_cap":{)";
    return status.insert(status.find(before) + before.size(), members + ",");
  };
  expect(past_cap(R"("endpoint":70,"unmatched":70)"), "(other)", false);
  expect(past_cap(R"("endpoint":80,"unmatched":70)"),
         "10 calls counted as (other): too many values of endpoint");
}

BOOST_AUTO_TEST_CASE(problems_are_listed) {
  expect(row("null", R"(,"rejected":{"not-json":3,"no-time":1000},"missing":0,"behind_bytes":0)"),
         "1,003 lines of caddy rejected since the start: fortnight rejects source=caddy");
  expect(row("null", R"(,"rejected":{},"missing":2,"behind_bytes":1500)"),
         "2 rotated files of caddy missing");
  expect(row("null", "", R"("lost_files":2,"rebuilt_from_files":true,"leftovers_removed":1)"),
         "Damage: lost files 2, rebuilt from files; ");
  expect(row("null", "", R"("lost_files":0,"leftovers_removed":1)"), "Damage", false);
  expect(row("null", "", R"("lost_files":0)", "true"), "The disk is nearly full");
}

BOOST_AUTO_TEST_CASE(another_versions_row_is_shown_as_far_as_it_goes) {
  for (const char* const odd : {"{}", "[]", "", R"({"sources":null})", R"({"sources":[1,{}]})",
                                R"({"damage":5,"intake":{"rejects":[]}})"}) {
    BOOST_TEST(!render_status(odd, {60, 24, false}).empty());
  }
  // A hostile name must not control the terminal.
  const std::string page =
      render_status(R"({"sources":[{"name":"a\u001b[2J","files":0}]})", {60, 24, false});
  BOOST_TEST(page.find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
