#include <boost/test/unit_test.hpp>

#include "tools/client/chart.h"
#include "tools/client/row_times.h"
#include "tools/client/table.h"
#include "tools/client/time_axis.h"
#include "tools/client/views.h"

BOOST_AUTO_TEST_SUITE(terminal)

namespace {

using namespace fortnight::client;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::vector<Bucket> hours(int count) {
  std::vector<Bucket> buckets;
  for (int i = 0; i < count; ++i) {
    const std::string hour = (i % 24 < 10 ? "0" : "") + std::to_string(i % 24);
    buckets.push_back({"2026-11-20T" + hour + ":00:00Z", 8.0 * (i + 1), 0});
  }
  return buckets;
}

}  // namespace

// Data from callers must not control the user's terminal.
BOOST_AUTO_TEST_CASE(control_characters_are_shown) {
  BOOST_TEST(safe_text("a\x1b[2Jb\x07") == "a\\x1b[2Jb\\x07");
  BOOST_TEST(safe_text("\xc2\x9b"
                       "31m") == "\\x9b31m");
  BOOST_TEST(safe_text("bad \xff byte") == "bad \\xff byte");
  BOOST_TEST(safe_text("a\nb") == "a\\x0ab");
  BOOST_TEST(safe_text("a\nb\t\r", true) == "a\nb\t\\x0d");
  BOOST_TEST(safe_text("naïve 東京 🧦") == "naïve 東京 🧦");
}

BOOST_AUTO_TEST_CASE(text_that_would_be_reordered_is_shown) {
  BOOST_TEST(safe_text("a\u202egnp.exe") == "a\\u202egnp.exe");
  BOOST_TEST(safe_text("\u2066x\u2069\u200f") == "\\u2066x\\u2069\\u200f");
  BOOST_TEST(safe_text("\U000e0041") == "\\U000e0041");
  BOOST_TEST(safe_text("👩\u200d💻") == "👩\u200d💻");
}

BOOST_AUTO_TEST_CASE(widths_count_columns) {
  BOOST_TEST(display_width("naïve") == 5U);
  BOOST_TEST(display_width("東京") == 4U);
  BOOST_TEST(display_width("e\xcc\x81") == 1U);
  BOOST_TEST(shortened("abcdef", 4) == "abc…");
  BOOST_TEST(shortened("東京都", 5) == "東京…");
  BOOST_TEST(shortened("abcd", 4) == "abcd");
}

BOOST_AUTO_TEST_CASE(figures) {
  BOOST_TEST(percentage(0.01928) == "1.93 %");
  BOOST_TEST(byte_size(1'240) == "1.2 KB");
  BOOST_TEST(byte_size(999) == "999 B");
}

BOOST_AUTO_TEST_CASE(tables_align_and_give_way) {
  Table table({{"name", false, true}, {"calls", true, false}});
  table.add({{"東京"}, {"1,200"}});
  table.add({{"a name of some length"}, {"7"}});
  BOOST_TEST(
      table.render(Terminal{.width = 80}) ==
      "name                   calls\n東京                   1,200\na name of some length      7\n");
  BOOST_TEST(table.render(Terminal{.width = 20}) ==
             "name           calls\n東京           1,200\na name of so…      7\n");
}

BOOST_AUTO_TEST_CASE(a_chart_reaches_as_high_as_its_counts) {
  const Terminal terminal{.width = 60};
  const auto lines = lines_of(draw_chart({{"2026-11-20T00:00:00Z", 4, 0},
                                          {"2026-11-20T01:00:00Z", 8, 8},
                                          {"2026-11-20T02:00:00Z", 0, 0}},
                                         2, terminal));
  BOOST_REQUIRE(lines.size() == 4U);
  BOOST_TEST(lines[0] == "     8 ┤      ▒▒▒▒▒       ");
  BOOST_TEST(lines[1] == "     4 ┤█████ ▒▒▒▒▒       ");
  BOOST_TEST(lines[2] == "       └┬───────────┬─────");
  BOOST_TEST(lines[3] == "        20 Nov      02:00");
}

BOOST_AUTO_TEST_CASE(no_chart_is_wider_than_its_terminal) {
  for (const int count : {1, 3, 24, 79, 96, 700}) {
    for (const std::size_t width : {20U, 60U, 80U, 200U}) {
      for (const std::string& line :
           lines_of(draw_chart(hours(count), 6, Terminal{.width = width}))) {
        BOOST_TEST(display_width(line) <= width);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(one_error_among_many_calls_is_seen) {
  const Terminal terminal{.width = 40, .colours = true};
  BOOST_TEST(draw_chart({{"2026-11-20T00:00:00Z", 1e6, 1}}, 4, terminal).find("\x1b[31") !=
             std::string::npos);
  BOOST_TEST(draw_chart({{"2026-11-20T00:00:00Z", 1e6, 0}}, 4, terminal).find("\x1b[31") ==
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_time_axis_has_round_hours) {
  std::vector<std::string> starts;
  for (const Bucket& bucket : hours(24)) starts.push_back(bucket.start);
  const auto lines = lines_of(draw_time_axis(starts, 3, 0));
  BOOST_TEST(lines[1] == " 20 Nov   03:00    06:00    09:00    12:00    15:00    18:00    21:00");
}

BOOST_AUTO_TEST_CASE(an_empty_answer_is_reported) {
  const Answer none{{}, R"({"calls":0,"errors":0,"error_rate":0,"note":"No Data Available"})"};
  BOOST_TEST(render_answer("activity", none, Terminal{}).find("No Data Available") !=
             std::string::npos);
  BOOST_TEST(found_nothing("activity", 96, none.summary));
  BOOST_TEST(found_nothing("logs", 0, none.summary));
  BOOST_TEST(!found_nothing("ping", 0, "{}"));
  BOOST_TEST(!found_nothing("logs", 3, R"({"calls":3})"));
}

BOOST_AUTO_TEST_CASE(an_empty_answer_has_its_period_and_the_nearest_match) {
  const Answer none{
      {},
      R"({"calls":0,"complete":true,"from":"2026-11-20T00:00:00+01:00",)"
      R"("to":"2026-11-20T13:00:00+01:00","tz":"Europe/Paris",)"
      R"("note":"No Data Available","nearest":{"ts":"2026-11-18T23:30:00Z","ref":"a-1"}})"};
  BOOST_TEST(render_answer("logs", none, Terminal{}) ==
             "No Data Available from 2026-11-20 00:00 to 2026-11-20 13:00, Europe/Paris\n"
             "The nearest match is at 2026-11-19 00:30: date=2026-11-19\n");
  const Answer everything{{}, R"({"calls":0,"from":null,"to":null,"tz":"UTC","note":"x"})"};
  BOOST_TEST(render_answer("logs", everything, Terminal{}) ==
             "No Data Available in all that is kept\n");
  BOOST_TEST(render_answer("show", {{}, R"({"calls":0,"note":"x"})"}, Terminal{}) ==
             "No Data Available\n");
}

BOOST_AUTO_TEST_CASE(missing_data_is_reported_by_cause) {
  const auto said = [](const char* summary) {
    return render_answer("top", {{R"({"account":"A","calls":1})"}, summary}, Terminal{});
  };
  const std::string dropped =
      said(R"({"complete":false,"retained_from":"2026-11-06T00:00:00+00:00"})");
  BOOST_TEST(dropped.find("before 2026-11-06 (UTC) were dropped") != std::string::npos);
  BOOST_TEST(dropped.find("damaged") == std::string::npos);
  const std::string damaged = said(R"({"complete":false,"damaged":2})");
  BOOST_TEST(damaged.find("2 blocks or files are damaged") != std::string::npos);
  BOOST_TEST(damaged.find("dropped") == std::string::npos);
  BOOST_TEST(said(R"({"complete":false})").find("Incomplete") != std::string::npos);
  BOOST_TEST(said(R"({"complete":true})").find("Incomplete") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_comparison_names_its_period_and_the_ranks) {
  const Answer answer{
      {R"({"endpoint":"/a","calls":2,"errors":1,"error_rate":0.5,"previous_calls":1200,)"
       R"("previous_errors":0,"previous_rank":1})",
       R"({"endpoint":"/b","calls":1,"errors":0,"error_rate":0,"previous_calls":0,)"
       R"("previous_errors":0,"previous_rank":null})"},
      R"({"previous":{"from":"2026-11-19T00:00:00+00:00","to":"2026-11-19T12:00:00+00:00",)"
      R"("days_before":1,"complete":true}})"};
  const std::string text = render_answer("top", answer, Terminal{.width = 120});
  for (const char* words : {"calls before", "rank before", "1,200", "new",
                            "Compared with 2026-11-19 00:00 to 2026-11-19 12:00, 1 day before\n"}) {
    BOOST_TEST(text.find(words) != std::string::npos, text);
  }
}

BOOST_AUTO_TEST_CASE(rows_are_shown_in_the_zone_that_was_asked_for) {
  const auto zone = fortnight::TimeZone::find("Asia/Kolkata").value();
  BOOST_TEST(in_zone("2026-11-20T20:15:30.123456Z", zone) == "2026-11-21T01:45:30.123456+05:30");
  BOOST_TEST(in_zone("no time", zone) == "no time");
  const std::string row =
      row_in_zone(R"({"ts":"2026-11-20T20:15:30.123456Z","path":"/a","call_id":"c",)"
                  R"("line":{"ts":"2026-11-20T20:15:30Z"}})",
                  zone);
  BOOST_TEST(row == R"({"ts":"2026-11-21T01:45:30.123456+05:30","path":"/a","call_id":"c",)"
                    R"("line":{"ts":"2026-11-20T20:15:30Z"}})");
  const std::string wide = render_answer("logs", {{row}, "{}"}, Terminal{.width = 140});
  BOOST_TEST(wide.find("2026-11-21 01:45:30.123+05:30") != std::string::npos, wide);
  const std::string narrow = render_answer("logs", {{row}, "{}"}, Terminal{.width = 80});
  BOOST_TEST(narrow.find("11-21 01:45:30+05:30") != std::string::npos, narrow);
}

BOOST_AUTO_TEST_CASE(values_at_pointers_are_columns) {
  const std::string row =
      R"({"ts":"2026-11-20T08:15:30Z","account":"A","method":"GET","path":"/p","status":200,)"
      R"("duration_ms":1,"call_id":"c-1","ids":{},"ref":"r-1",)"
      R"("values":{"/request/body/email":"jo@x","/n":null}})";
  const std::string shown = render_answer("logs", {{row}, "{}"}, Terminal{.width = 160});
  BOOST_TEST(shown.find("/request/body/email") < shown.find("/n"));
  BOOST_TEST(shown.find("jo@x") < shown.find("c-1"));
}

BOOST_AUTO_TEST_CASE(twins_are_tables_of_differences) {
  const std::string row =
      R"({"side":"before","diff":[{"pointer":"/status","this":422,"twin":201},)"
      R"({"pointer":"/request/body/kind","twin":"import"},)"
      R"({"pointer":"/duration_ms","this":3,"twin":2,"varies":true}],"diff_more":7,)"
      R"("ts":"2026-11-20T08:15:30Z","status":201,"ref":"r-1","line":{"secret":1}})";
  BOOST_TEST(render_answer("twin", {{row}, "{}"}, Terminal{.width = 100}) ==
             "The last successful call: 2026-11-20 08:15:30Z, status 201, ref r-1\n"
             "                    this call  successful call\n"
             "/status             422        201\n"
             "/request/body/kind  (absent)   import\n"
             "/duration_ms        3          2\n"
             "and 7 more\n");
}

BOOST_AUTO_TEST_CASE(every_kind_of_time_is_shown_in_the_zone) {
  const auto zone = fortnight::TimeZone::find("Asia/Kolkata").value();
  for (const char* const key : {"ts", "first", "last", "at"}) {
    const std::string begin = "{\"" + std::string(key) + "\":\"2026-11-2";
    BOOST_TEST(row_in_zone(begin + "0T20:15:30Z\"}", zone) == begin + "1T01:45:30+05:30\"}");
  }
}

BOOST_AUTO_TEST_CASE(missing_data_is_reported) {
  const Answer partial{{R"({"account":"A","calls":1})"},
                       R"({"complete":false,"retained_from":"2026-11-06"})"};
  const std::string text = render_answer("top", partial, Terminal{});
  BOOST_TEST(text.find("Incomplete") != std::string::npos);
  BOOST_TEST(text.find("2026-11-06") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(rejected_lines_of_the_period_are_reported) {
  const Answer some{{R"({"account":"A","calls":1})"},
                    R"({"complete":true,"rejected":1200,"from":"2026-11-20T00:00:00Z","to":null})"};
  BOOST_TEST(render_answer("top", some, Terminal{}).find("1,200 lines were rejected") !=
             std::string::npos);
  // The total of all times isn't relevant if a call was found by its ID.
  const Answer ever{{R"({"account":"A","calls":1})"}, R"({"complete":true,"rejected":1200})"};
  BOOST_TEST(render_answer("top", ever, Terminal{}).find("rejected") == std::string::npos);
  const Answer rejects{
      {R"({"at":"2026-11-20T08:20:00.123456789Z","source":"nginx","reason":"not-json",)"
       R"("detail":"at byte 3","offset":60,"bytes":"\u001b[2Jx"})"},
      R"({"rejects":1,"rejected":1,"complete":true,"from":null,"to":null,"next":"abc"})"};
  const std::string shown = render_answer("rejects", rejects, {120, 24, false});
  for (const char* const part : {"2026-11-20 08:20:00.123Z", "nginx", "not-json", "at byte 3", "60",
                                 "\\x1b[2Jx", "cursor=abc"}) {
    BOOST_TEST(shown.find(part) != std::string::npos, part);
  }
}

BOOST_AUTO_TEST_CASE(calls_without_a_value_are_named_in_top) {
  const Answer answer{{R"({"account":null,"calls":3,"errors":0,"error_rate":0})"}, "{}"};
  BOOST_TEST(render_answer("top", answer, Terminal{}).find("(none)") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_sparkline_has_all_values) {
  BOOST_TEST(draw_sparkline({1, 2, 4, 8}, 10) == "▁▂▄█");
  BOOST_TEST(draw_sparkline({1, 1, 2, 2, 4, 4, 8, 8}, 4) == "▁▂▄█");
  BOOST_TEST(draw_sparkline({0, 0, 0, 8, 4}, 3) == " █▄");
  BOOST_TEST(display_width(draw_sparkline(std::vector<double>(96, 1), 40)) == 32U);
}

// A day of quarter hours is wider than the terminal; its end must still be visible.
BOOST_AUTO_TEST_CASE(values_over_time_fit_the_terminal) {
  Answer answer;
  for (int i = 0; i < 96; ++i) {
    answer.rows.push_back(
        R"({"t":"2026-11-20T00:00:00Z","endpoint":"/api/a/rather/long/one","calls":)" +
        std::to_string(i) + R"(,"errors":0})");
  }
  answer.summary = R"({"calls":4560,"errors":0,"error_rate":0,"step":"15m","tz":"UTC"})";
  const std::string shown = render_answer("activity", answer, {80, 24, false});
  for (const std::string& line : lines_of(shown)) BOOST_TEST(display_width(line) <= 80U);
  BOOST_TEST(shown.ends_with("█\n"));
}

// At any width, the tables of calls and of errors fit, and name each call so that it can be looked
// up.
BOOST_AUTO_TEST_CASE(calls_and_errors_fit_the_terminal) {
  const Answer errors{
      {R"({"endpoint":"/api/profiles/{id}/lists","status":401,"code":"not_authenticated",)"
       R"("calls":1146,"accounts":80,"first":"2026-11-19T01:48:08.891234Z",)"
       R"("last":"2026-11-25T07:31:03.171234Z",)"
       R"("call_id":"2194ca24-98fc-4dc4-8df8-c3f43f3d2522","ref":"g1a-1a4h"})"},
      "{}"};
  const Answer calls{
      {R"({"ts":"2026-11-25T08:28:31.520123Z","account":"ANC4IX","method":"DELETE",)"
       R"("path":"/api/catalog-items/01HZY/variants?x=1","status":429,"revision":null,)"
       R"("duration_ms":13.4995,"call_id":"623a1475-f4ab-42ab-a1a1-b5647045cea5","ids":{},)"
       R"("source":null,"ref":"g1a-1a4h"})"},
      "{}"};
  const std::pair<const char*, const Answer&> kinds[] = {
      {"errors", errors}, {"logs", calls}, {"job", calls}};
  for (const auto& [verb, answer] : kinds) {
    for (const std::size_t width : {48U, 60U, 72U, 80U, 100U, 119U, 120U, 160U}) {
      const std::string shown = render_answer(verb, answer, {width, 24, false});
      for (const std::string& line : lines_of(shown)) {
        BOOST_TEST(display_width(line) <= width, verb << " " << width << ": " << line);
      }
      const bool named = shown.find("ref=REF") != std::string::npos
                             ? shown.find("g1a-1a4h") != std::string::npos
                             : shown.find("-c3f43f3d2522") != std::string::npos ||
                                   shown.find("-b5647045cea5") != std::string::npos;
      BOOST_TEST(named, shown);
    }
  }
  // If there is too little room for one line per call, the rest is below the line.
  const std::string two_lines = render_answer("logs", calls, {60, 24, false});
  for (const char* const part :
       {"11-25 08:28:31Z", "ANC4IX", "DELETE", "429", "13.50", "g1a-1a4h"}) {
    BOOST_TEST(two_lines.find(part) != std::string::npos, part);
  }
  const std::string narrow = render_answer("errors", errors, {80, 24, false});
  BOOST_TEST(narrow.find("11-25 07:31:03Z") != std::string::npos);
  BOOST_TEST(narrow.find("/api/profil") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(quantiles_are_shown) {
  Answer answer;
  answer.rows = {R"({"t":"2026-11-20T00:00:00Z","calls":1,"errors":0,"quantiles":{"0.5":1}})"};
  answer.summary = R"({"calls":1,"errors":0,"error_rate":0,"step":"1d","tz":"UTC",)"
                   R"("quantiles":{"0.5":35.695,"0.999":1250.5,"1":null}})";
  BOOST_TEST(render_answer("activity", answer, {80, 24, false})
                 .find("Duration   p50 35.7 ms   p99.9 1250 ms   p100 unknown\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
