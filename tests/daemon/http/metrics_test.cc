#include "daemon/http/metrics.h"

#include <boost/test/unit_test.hpp>

namespace fortnight::daemon {
BOOST_AUTO_TEST_SUITE(http_metrics)

namespace {

constexpr std::string_view kStatus =
    R"({"version":"1.2","process":{"rss_bytes":7},"queries":{"connections":3,"answered":9},)"
    R"("web":{"connections":4},"paused":"no space","sources":[{"name":"a \"b\"","lines":5,)"
    R"("rejected":{"not-json":2,"no-time":1},"last_line_s":null}],"intake":{"stopped":null},)"
    R"("disk":{"nearly_full":true},"retention":{"first_kept":"2026-11-16"},"parts":{"files":2},)"
    R"("segments":{"files":1},)"
    R"("values_past_cap":{"unsealed":[{"key":"account"},{"key":"method"}]}})";

bool has(const std::string& text, std::string_view line) {
  return text.find("\n" + std::string(line) + "\n") != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(members_of_status_are_metrics) {
  TimeHistogram times;
  times.add(std::chrono::microseconds(700));
  times.add(std::chrono::milliseconds(30));
  times.add(std::chrono::seconds(60));
  const std::string text = metrics_text(
      kStatus, {{{"logs", times.snapshot()}}, {}, {{"/a", "GET", {0, 7, 0, 1, 0, 0}}}});
  for (const std::string_view line :
       {"fortnight_build_info{version=\"1.2\"} 1",
        "process_resident_memory_bytes 7",
        "fortnight_connections{port=\"query\"} 3",
        "fortnight_connections{port=\"web\"} 4",
        "# TYPE fortnight_queries_answered_total counter",
        "fortnight_queries_answered_total 9",
        "fortnight_intake_paused 1",
        "fortnight_unsealed_past_cap_keys 2",
        "fortnight_intake_stopped 0",
        "fortnight_disk_nearly_full 1",
        "fortnight_source_lines_total{source=\"a \\\"b\\\"\"} 5",
        "fortnight_source_rejected_lines_total{source=\"a \\\"b\\\"\",reason=\"not-json\"} 2",
        "fortnight_oldest_kept_timestamp_seconds 1794787200",
        "fortnight_files{kind=\"segment\"} 1",
        "# TYPE fortnight_query_duration_seconds histogram",
        "fortnight_query_duration_seconds_bucket{verb=\"logs\",le=\"0.0005\"} 0",
        "fortnight_query_duration_seconds_bucket{verb=\"logs\",le=\"0.001\"} 1",
        "fortnight_query_duration_seconds_bucket{verb=\"logs\",le=\"+Inf\"} 3",
        "fortnight_query_duration_seconds_count{verb=\"logs\"} 3",
        "fortnight_sync_duration_seconds_count 0",
        "# TYPE fortnight_api_calls_total counter",
        "fortnight_api_calls_total{endpoint=\"/a\",method=\"GET\",status_class=\"2xx\"} 7",
        "fortnight_api_calls_total{endpoint=\"/a\",method=\"GET\",status_class=\"4xx\"} 1",
        "fortnight_api_calls_total{endpoint=\"/a\",method=\"GET\",status_class=\"5xx\"} 0"}) {
    BOOST_TEST(has(text, line), line << " isn't in\n" << text);
  }
  // One family each, however many metrics it has.
  const std::string type = "# TYPE fortnight_connections gauge";
  BOOST_TEST(text.find(type) == text.rfind(type));
  // A source that has had no line has no age.
  BOOST_TEST(text.find("last_line_age") == std::string::npos);
  // A class that is rare has no series before its first call.
  BOOST_TEST(text.find("1xx") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
