// Answers compared with those of obvious code on the same calls.
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>

#include "base/time_zone.h"
#include "base/utf8.h"
#include "query/service.h"
#include "tests/support/model_store.h"
#include "tests/support/native_lines.h"
#include "tests/support/random_calls.h"

using namespace fortnight;

namespace execute {

class Rows final : public query::Sink {
 public:
  explicit Rows(std::size_t most = 1'000'000) : limit_(most) {}
  bool row(std::string_view json) override {
    lines.emplace_back(json);
    return lines.size() < limit_;
  }
  std::vector<std::string> lines;

 private:
  std::size_t limit_;
};

struct Fixture {
  Fixture() {
    context->store = &model;
    context->now = [this] { return now; };
    context->accounts["OCQ4JJ"] = {"Acme", "America/New_York"};
  }
  void append(const std::vector<std::string>& lines) {
    BOOST_REQUIRE(model.append(tests::native_append(lines), now));
  }
  // `count` random calls of the days before now.
  void append_random(std::size_t count, unsigned seed) {
    std::mt19937_64 random(seed);
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < count; ++i) {
      // Times are whole quarter hours, so that ties are frequent.
      const auto back = static_cast<TimeNs>(random() % (3 * 96)) * kNsPerQuarter;
      lines.push_back(tests::random_line(random, now - back - 1));
    }
    append(lines);
  }
  std::string ask(std::string_view request) {
    Rows rows;
    std::string closing = query::execute(*context, request, rows, {});
    answer = std::move(rows.lines);
    return closing;
  }

  TimeNs now = tests::utc("2026-11-20T12:00:00Z");
  tests::ModelStore model;
  std::shared_ptr<query::Context> context = std::make_shared<query::Context>();
  std::vector<std::string> answer;
};

std::string at(const std::string& json, std::string_view pointer) {
  return tests::flatten(json).at(pointer);
}
std::uint64_t number(const std::string& json, std::string_view pointer) {
  return std::stoull(at(json, pointer));
}

}  // namespace execute

BOOST_FIXTURE_TEST_SUITE(execute, execute::Fixture)

// All pages together are equal to one page of all calls, for any length of page.
BOOST_AUTO_TEST_CASE(pages_make_up_the_whole_ties_included) {
  append_random(300, 5);
  for (const std::string order : {"newest", "oldest"}) {
    const std::string request = "LOGS date=last-3-days method=GET,POST order=" + order;
    ask(request + " limit=10000");
    const std::vector<std::string> whole = answer;
    BOOST_TEST(whole.size() > 100U);
    for (const std::string limit : {"1", "7", "50"}) {
      std::vector<std::string> pages;
      std::string cursor;
      for (;;) {
        const std::string closing =
            ask(request + " limit=" + limit + (cursor.empty() ? "" : " cursor=" + cursor));
        pages.insert(pages.end(), answer.begin(), answer.end());
        cursor = at(closing.substr(3), "/next");
        now += kNsPerSecond;  // the cursor keeps the first page's period
        if (cursor.empty()) break;
      }
      BOOST_TEST(pages == whole, boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_page_is_not_moved_by_calls_that_arrive) {
  append_random(100, 6);
  const std::string first = ask("LOGS date=last-4-days limit=10");
  append({R"({"ts":"2026-11-20T11:59:59.9Z","call_id":"new"})"});
  ask("LOGS date=last-4-days limit=1000 cursor=" + at(first.substr(3), "/next"));
  BOOST_TEST(answer.size() == 90U);
}

// Counts by bucket are those of the calls in LOGS, grouped by local hour or day.
BOOST_AUTO_TEST_CASE(activity_is_a_recount_of_the_calls) {
  append_random(500, 7);
  std::uint64_t counted = 0;
  for (const std::string filter :
       {"", " status=failed", " account=ab", " text=axios", " method!=GET", " /request/a=*",
        " duration_ms>300 status<400"}) {
    for (const std::string tz : {"UTC", "Asia/Kathmandu", "America/New_York"}) {
      for (const std::string step : {"15m", "1h", "1d"}) {
        const std::string rest = filter + " from=2026-11-18T07:10 to=2026-11-20T07:50 tz=" + tz;
        const auto zone = TimeZone::find(tz).value();
        ask("LOGS limit=10000" + rest);
        std::map<std::string, std::uint64_t> expected;
        const auto length = step == "15m" ? kNsPerQuarter : step == "1h" ? kNsPerHour : kNsPerDay;
        for (const std::string& call : answer) {
          const auto local = zone.local(tests::utc(at(call, "/ts")));
          ++expected[zone.format(zone.instant(floor_div(local, length) * length))];
        }
        const std::uint64_t calls = answer.size();
        const std::string closing = ask("ACTIVITY step=" + step + rest);
        BOOST_REQUIRE_MESSAGE(closing.starts_with("OK "), closing);
        BOOST_REQUIRE_EQUAL(number(closing.substr(3), "/calls"), calls);
        for (const std::string& row : answer) {
          BOOST_REQUIRE_EQUAL(number(row, "/calls"), expected[at(row, "/t")]);
        }
        counted += calls;
      }
    }
  }
  BOOST_TEST(counted > 1'000U);
}

// The counts of compare=previous are those of a request for the period before.
BOOST_AUTO_TEST_CASE(the_compared_period_equals_its_own_request) {
  append_random(400, 21);
  std::mt19937_64 random(22);
  for (int i = 0; i < 60; ++i) {
    const std::string filter = i % 3 == 0 ? " method=GET" : i % 3 == 1 ? "" : " duration_ms>100";
    const std::string zone = i % 2 == 0 ? " tz=Asia/Kathmandu" : " tz=America/New_York";
    const std::string period =
        i % 4 == 0   ? " date=yesterday"
        : i % 4 == 1 ? " date=last-" + std::to_string(1 + random() % 30) + "-hours"
                     : " from=2026-11-19T0" + std::to_string(random() % 10) + ":17 to=2026-11-20";
    const std::string closing =
        ask("ACTIVITY compare=previous step=15m" + period + zone + filter).substr(3);
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;
    for (const std::string& row : answer) {
      calls += number(row, "/previous_calls");
      errors += number(row, "/previous_errors");
    }
    BOOST_TEST(calls == number(closing, "/previous/calls"));
    BOOST_TEST(errors == number(closing, "/previous/errors"));
    const std::string before = ask("ACTIVITY from=" + at(closing, "/previous/from") +
                                   " to=" + at(closing, "/previous/to") + zone + filter)
                                   .substr(3);
    BOOST_TEST(number(before, "/calls") == calls, period);
    BOOST_TEST(number(before, "/errors") == errors, period);
  }
}

// A value's row has the value's calls in the other period; the rest has all other calls.
BOOST_AUTO_TEST_CASE(groups_are_compared_one_by_one) {
  append_random(400, 23);
  for (const std::string by : {"account", "endpoint", "method"}) {
    const std::string period = " date=yesterday tz=Asia/Kathmandu";
    const std::string closing = ask("ACTIVITY n=2 step=1h compare=previous by=" + by + period);
    const std::vector<std::string> rows = answer;
    std::map<std::string, std::uint64_t> calls;
    std::map<std::string, std::uint64_t> errors;
    std::uint64_t all = 0;
    for (const std::string& row : rows) {
      const std::string group = at(row, "/rest").empty() ? at(row, "/" + by) : "the rest";
      calls[group] += number(row, "/previous_calls");
      errors[group] += number(row, "/previous_errors");
      all += number(row, "/previous_calls");
    }
    BOOST_TEST(calls.size() == 3U, by);
    BOOST_TEST(all == number(closing.substr(3), "/previous/calls"), by);
    const std::string before =
        " tz=Asia/Kathmandu from=" + at(closing.substr(3), "/previous/from") +
        " to=" + at(closing.substr(3), "/previous/to");
    for (const auto& [group, of_group] : calls) {
      if (group == "the rest") continue;
      const std::string counts = ask("ACTIVITY " + by + "=\"" + group + "\"" + before).substr(3);
      BOOST_TEST(number(counts, "/calls") == of_group, by + " " + group);
      BOOST_TEST(number(counts, "/errors") == errors[group], by + " " + group);
    }
  }
}

// The half hour after midnight has no counterpart on the previous day, when clocks went from
// midnight to one o'clock.
BOOST_AUTO_TEST_CASE(the_period_before_may_be_empty) {
  now = tests::utc("2026-09-07T03:30:00Z");
  append({R"({"ts":"2026-09-06T05:00:00Z","account":"A","status":200})",
          R"({"ts":"2026-09-07T03:10:00Z","account":"A","status":500})"});
  const std::string closing = ask("ACTIVITY date=today compare=previous tz=America/Santiago");
  BOOST_REQUIRE(closing.starts_with("OK "));
  BOOST_TEST(number(closing.substr(3), "/calls") == 1U);
  BOOST_TEST(number(closing.substr(3), "/previous/calls") == 0U);
  BOOST_TEST(at(closing.substr(3), "/previous/from") == "2026-09-06T01:00:00-03:00");
  BOOST_TEST(at(closing.substr(3), "/previous/to") == "2026-09-06T01:00:00-03:00");
  BOOST_REQUIRE(answer.size() == 2U);
  BOOST_TEST(number(answer[0], "/previous_calls") == 0U);
}

BOOST_AUTO_TEST_CASE(groups_and_the_rest_are_all_calls) {
  append_random(400, 8);
  const std::uint64_t calls = number(ask("ACTIVITY date=last-3-days").substr(3), "/calls");
  for (const std::string by : {"account", "status", "endpoint", "path", "revision", "source"}) {
    const std::string closing = ask("ACTIVITY date=last-3-days step=1h n=2 by=" + by);
    BOOST_TEST(number(closing.substr(3), "/calls") == calls);
    std::uint64_t sum = 0;
    for (const std::string& row : answer) sum += number(row, "/calls");
    BOOST_TEST(sum == calls);
    ask("TOP n=1000 date=last-3-days by=" + by);
    sum = 0;
    for (const std::string& row : answer) sum += number(row, "/calls");
    BOOST_TEST(sum == calls);
  }
}

BOOST_AUTO_TEST_CASE(errors_are_the_failed_calls) {
  append_random(400, 9);
  ask("LOGS limit=10000 date=last-3-days status=failed");
  const std::size_t failed = answer.size();
  ask("ERRORS n=1000 date=last-3-days");
  std::uint64_t sum = 0;
  for (const std::string& row : answer) sum += number(row, "/calls");
  BOOST_TEST(sum == failed);
}

BOOST_AUTO_TEST_CASE(export_gives_every_line_as_it_came) {
  std::mt19937_64 random(10);
  std::vector<std::string> lines;
  for (int i = 0; i < 50; ++i) lines.push_back(tests::random_line(random, now - 100 + i));
  append(lines);
  ask("EXPORT");
  BOOST_TEST(answer == lines, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_zone_is_the_accounts_where_one_is_asked_for) {
  const auto tz = [&](std::string_view request) { return at(ask(request).substr(3), "/tz"); };
  BOOST_TEST(tz("LOGS account=OCQ4JJ") == "America/New_York");
  BOOST_TEST(tz("LOGS account=OCQ4JJ tz=Asia/Tokyo") == "Asia/Tokyo");
  BOOST_TEST(tz("LOGS account=OCQ4JJ,ZZ9") == "UTC");
  BOOST_TEST(tz("LOGS account!=OCQ4JJ") == "UTC");
  BOOST_TEST(tz("LOGS account=OCQ*") == "UTC");
  context->time_zone = "Europe/Paris";
  BOOST_TEST(tz("LOGS account=ZZ9") == "Europe/Paris");
}

BOOST_AUTO_TEST_CASE(a_sink_that_is_gone_and_a_budget_that_is_spent_end_a_query) {
  append_random(50, 11);
  for (const char* request : {"LOGS date=last-3-days", "EXPORT date=last-3-days", "HELP", "STATUS",
                              "ACTIVITY", "TOP by=account date=last-3-days"}) {
    Rows rows(1);
    BOOST_TEST(query::execute(*context, request, rows, {}).starts_with("ERR cancelled "), request);
    BOOST_TEST(rows.lines.size() == 1U);
  }
  const storage::Budget spent([]() -> Result<void> {
    return Error{ErrorCode::limit, "took too long"};
  });
  for (const char* request : {"LOGS date=last-3-days", "EXPORT date=last-3-days", "ACTIVITY",
                              "ERRORS date=last-3-days", "VALUES field=account"}) {
    Rows rows;
    BOOST_TEST(query::execute(*context, request, rows, spent) == "ERR limit took too long",
               request);
  }
}

// Limits of rows apply to every verb except EXPORT, whatever the request asks for.
BOOST_AUTO_TEST_CASE(no_answer_has_more_rows_than_it_may) {
  append_random(60, 12);
  context->limits.rows = 20;
  for (const char* request : {"LOGS limit=", "JOB i-1 limit=", "TOP by=account n=", "ERRORS n=",
                              "VALUES field=account limit=", "ACTIVITY step=1d by=account n="}) {
    BOOST_TEST(ask(request + std::string("21")).find("a whole number from 1 to 20 for") !=
                   std::string::npos,
               request);
  }
  ask("LOGS date=last-4-days limit=20");
  BOOST_TEST(answer.size() == 20U);
  BOOST_TEST(ask("ACTIVITY date=last-24-hours step=1h").starts_with("ERR limit more than 20 rows"));
  // Four days of the two largest accounts and of the rest are 12 rows; of all accounts, more than
  // 20.
  BOOST_TEST(ask("ACTIVITY date=last-4-days step=1d by=account n=2").starts_with("OK "));
  BOOST_TEST(answer.size() == 12U);
  BOOST_TEST(ask("ACTIVITY date=last-4-days step=1d by=account")
                 .starts_with("ERR limit 24 rows, of values and their buckets, are more than the "
                              "20 of an answer: take a smaller n"));
  BOOST_TEST(answer.empty());
  BOOST_TEST(ask("EXPORT date=last-4-days").starts_with("OK {\"calls\":60,"));
}

BOOST_AUTO_TEST_CASE(errors_and_quantiles_stay_within_the_memory_of_a_query) {
  context->error_code_pointers = {"/code", "/note"};
  std::vector<std::string> lines;
  for (int i = 0; i < 100; ++i) {
    lines.push_back(R"({"ts":"2026-11-20T08:00:00Z","status":500,"duration_ms":)" +
                    std::to_string(i * i + 1) + R"(,"code":")" + std::string(2000, 'c') +
                    std::to_string(i) + R"("})");
  }
  append(lines);
  const auto within = [&](std::string_view request, std::uint64_t bytes) {
    Rows rows;
    return query::execute(*context, request, rows, storage::Budget(bytes));
  };
  BOOST_TEST(within("ERRORS", 100'000).starts_with("ERR limit "));
  BOOST_TEST(within("ERRORS", 1'000'000).starts_with("OK {\"groups\":100,"));
  const char* quantiles = "ACTIVITY quantiles=0.5 status=500";
  BOOST_TEST(within(quantiles, 1000).starts_with("ERR limit "));
  BOOST_TEST(within(quantiles, 1'000'000).starts_with("OK "));
}

// What each period takes alone fits, and both together don't.
BOOST_AUTO_TEST_CASE(both_periods_of_a_comparison_share_the_memory_of_a_query) {
  context->error_code_pointers = {"/code"};
  std::vector<std::string> lines;
  for (const char* day : {"19", "20"}) {
    for (int i = 0; i < 1000; ++i) {
      lines.push_back(R"({"ts":"2026-11-)" + std::string(day) +
                      R"(T08:00:00Z","status":500,"call_id":"call-of-)" + day + "-" +
                      std::string(100, 'x') + std::to_string(i) + R"(","code":")" +
                      std::string(100, 'c') + std::to_string(i) + R"("})");
    }
  }
  append(lines);
  const auto least = [&](const std::string& request) {
    std::uint64_t bytes = 1 << 14;
    while (true) {
      Rows rows;
      if (query::execute(*context, request, rows, storage::Budget(bytes)).starts_with("OK ")) break;
      bytes += bytes / 16;
    }
    return bytes;
  };
  BOOST_TEST(least("TOP by=call_id compare=day") > least("TOP by=call_id") * 7 / 4);
  // Of the first period only the groups are left, without what finds the group of a call.
  BOOST_TEST(least("ERRORS compare=day") > least("ERRORS") * 5 / 4);
}

BOOST_AUTO_TEST_CASE(names_that_are_near_and_names_that_are_not) {
  const auto told = [&](std::string_view request, std::string_view advice) {
    return ask(request).ends_with(advice);
  };
  BOOST_TEST(told("LOGS dtae=today", "; did you mean \"date\"?"));  // swapped letters
  BOOST_TEST(told("LOGS foo=1", "\"foo\" for LOGS; HELP LOGS lists its parameters"));
  BOOST_TEST(told("FOLLOW date=today", "; HELP FOLLOW lists its parameters"));
  BOOST_TEST(told("LOGS request/a=1", "; a JSON pointer begins with \"/\""));
  BOOST_TEST(told("LOGS date=last-99999999999-days", "at most 4000 days back"));
}

// Error messages don't repeat a long request in full.
BOOST_AUTO_TEST_CASE(long_errors_are_shortened_between_characters) {
  for (const std::string pad : {"", "x", "xx"}) {
    std::string value = pad;
    for (int i = 0; i < 10'000; ++i) value += "\u20ac";
    const std::string closing = ask("LOGS date=" + value);
    BOOST_TEST(closing.size() < 1'100U);
    BOOST_TEST(closing.starts_with("ERR bad-request column 11: no date \"" + pad + "\u20ac"));
    BOOST_TEST(closing.ends_with(" or YYYY-MM-DD"));
    BOOST_TEST(valid_utf8_prefix(closing) == closing.size());
  }
}

BOOST_AUTO_TEST_CASE(bad_requests_have_different_errors) {
  BOOST_TEST(ask("LOG") ==
             "ERR bad-request column 1: unknown verb \"LOG\"; did you mean \"LOGS\"?; "
             "HELP lists all verbs");
  BOOST_TEST(
      ask("LOGS stauts=200") ==
      "ERR bad-request column 6: unknown name \"stauts\" for LOGS; did you mean \"status\"?");
  BOOST_TEST(
      ask("LOGS step=1h").starts_with("ERR bad-request column 6: unknown name \"step\" for LOGS"));
  BOOST_TEST(ask("LOGS limit=0").starts_with("ERR bad-request column 12: expected a whole number"));
  BOOST_TEST(ask("LOGS limit=1 limit=2") == "ERR bad-request column 14: \"limit\" is given twice");
  BOOST_TEST(ask("LOGS limit!=1") == "ERR bad-request column 6: \"limit\" takes = only");
  BOOST_TEST(ask("LOGS date=today,yesterday") ==
             "ERR bad-request column 17: \"date\" takes one value");
  BOOST_TEST(
      ask("LOGS today").starts_with("ERR bad-request column 6: expected key=value, not \"today\""));
  BOOST_TEST(ask("LOGS tz=Mars").starts_with("ERR bad-request column 9: no time zone \"Mars\""));
  BOOST_TEST(ask("LOGS cursor=x").starts_with("ERR bad-request column 13: no cursor"));
  BOOST_TEST(ask("LOGS order=up").starts_with("ERR bad-request column 12: no order \"up\""));
  BOOST_TEST(ask("ACTIVITY step=5m").starts_with("ERR bad-request column 15: no step \"5m\""));
  BOOST_TEST(
      ask("ACTIVITY step=15m date=last-900-days").starts_with("ERR limit more than 10000 rows"));
  BOOST_TEST(
      ask("ACTIVITY quantiles=2").starts_with("ERR bad-request column 20: expected a quantile"));
  BOOST_TEST(ask("TOP").starts_with("ERR bad-request column 1: TOP needs by="));
  BOOST_TEST(ask("TOP by=acount").find("did you mean \"account\"?") != std::string::npos);
  BOOST_TEST(ask("SHOW").starts_with("ERR bad-request column 1: SHOW takes an ID"));
  BOOST_TEST(ask("SHOW ref=x").starts_with("ERR bad-request column 10: no ref"));
  BOOST_TEST(ask("JOB").starts_with("ERR bad-request column 1: JOB takes"));
  BOOST_TEST(ask("EXPORT fields=ts,staus").find("did you mean \"status\"?") != std::string::npos);
  BOOST_TEST(ask("EXPLAIN LOGS stauts=1").starts_with("ERR bad-request column 14: unknown name"));
  BOOST_TEST(
      ask("EXPLAIN LOGS limit=x").starts_with("ERR bad-request column 20: expected a whole"));
  BOOST_TEST(ask("EXPLAIN LOGS cursor=x").starts_with("ERR bad-request column 21: no cursor"));
  BOOST_TEST(ask("EXPLAIN TOP by=foo").starts_with("ERR bad-request column 16: no field"));
  BOOST_TEST(ask("EXPLAIN SHOW").starts_with("ERR bad-request column 1: SHOW takes an ID"));
  BOOST_TEST(ask("EXPLAIN JOB").starts_with("ERR bad-request column 1: JOB takes"));
  BOOST_TEST(ask("EXPLAIN PING").starts_with("ERR bad-request column 1: EXPLAIN goes before"));
  BOOST_TEST(ask("EXPLAIN").starts_with("ERR bad-request column 1: EXPLAIN goes before"));
  BOOST_TEST(ask("EXPLAIN EXPLAIN").starts_with("ERR bad-request column 1: EXPLAIN goes before"));
  BOOST_TEST(ask("JOB \"\"").starts_with("ERR bad-request column 1: JOB takes"));
  BOOST_TEST(ask("SHOW \"\"").starts_with("ERR bad-request column 6: expected an ID"));
  BOOST_TEST(ask("SHOW ref=g1a-1 date=today")
                 .starts_with("ERR bad-request column 10: a ref names one call"));
  BOOST_TEST(ask("ACTIVITY quantiles=0.5,0.50") ==
             "ERR bad-request column 24: \"0.50\" is given twice");
  BOOST_TEST(ask("EXPORT fields=ts,ref,ts") == "ERR bad-request column 22: \"ts\" is given twice");
  BOOST_TEST(ask("LOGS with=/a,/b,/a") == "ERR bad-request column 17: \"/a\" is given twice");
  BOOST_TEST(
      ask("LOGS with=account") ==
      "ERR bad-request column 11: \"account\" isn't a JSON pointer: expected one that begins "
      "with \"/\"");
  BOOST_TEST(ask("LOGS with=/a~3").find("\"/a~3\" isn't a JSON pointer: \"~\" must") !=
             std::string::npos);
  BOOST_TEST(ask("HELP LOG").find("did you mean \"LOGS\"?") != std::string::npos);
  BOOST_TEST(ask("HELP LOGS x") ==
             "ERR bad-request column 11: expected nothing more, not \"x\"; HELP [VERB]");
  BOOST_TEST(ask("STATUS x") ==
             "ERR bad-request column 8: expected nothing more, not \"x\"; STATUS");
  BOOST_TEST(ask("EXPLAIN EXPLAIN LOGS").starts_with("ERR bad-request column 1: EXPLAIN goes"));
  BOOST_TEST(ask("LOGS limit=") == "ERR bad-request column 12: expected a value for \"limit\"");
  BOOST_TEST(ask("LOGS date=2026-11-20T10:00").ends_with(". Times go with from= and to="));
  BOOST_TEST(ask("EXPORT fields=/a~3").find("\"/a~3\" isn't a JSON pointer: \"~\" must") !=
             std::string::npos);
  BOOST_TEST(ask("EXPORT fields=zebra").find("expected JSON pointers or some of ts account") !=
             std::string::npos);
  BOOST_TEST(ask("ACTIVITY compare=next")
                 .ends_with("no compare \"next\"; expected one of previous day week"));
  BOOST_TEST(ask("HELP NOTHING") ==
             "ERR bad-request column 6: unknown verb \"NOTHING\"; HELP lists all verbs");
}

BOOST_AUTO_TEST_CASE(values_at_pointers_are_those_of_export) {
  append_random(500, 11);
  const std::string pointers = "/request/headers/a,/request/a,/request/b/1,/a,/nothing";
  ask("EXPORT date=last-4-days order=newest fields=" + pointers);
  const std::vector<std::string> exported = answer;
  ask("LOGS date=last-4-days limit=10000");
  const std::vector<std::string> plain = answer;
  BOOST_TEST(ask("LOGS date=last-4-days limit=10000 with=" + pointers).starts_with("OK "));
  BOOST_REQUIRE(answer.size() == plain.size());
  BOOST_REQUIRE(answer.size() == exported.size());
  BOOST_REQUIRE(!answer.empty());
  for (std::size_t i = 0; i < answer.size(); ++i) {
    const std::string expected =
        plain[i].substr(0, plain[i].size() - 1) + ",\"values\":" + exported[i] + "}";
    BOOST_REQUIRE(answer[i] == expected);
  }
}

BOOST_AUTO_TEST_CASE(status_lists_the_kinds_of_ids) {
  context->id_kinds = {"call_id", "error_id", "order_id"};
  ask("STATUS");
  BOOST_REQUIRE(answer.size() == 1U);
  BOOST_TEST(answer[0].find("\"id_kinds\":[\"error_id\",\"async_job_id\",\"resource_id\","
                            "\"metric_id\",\"order_id\"]") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
