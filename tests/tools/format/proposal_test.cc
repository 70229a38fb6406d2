#include "tools/format/proposal.h"

#include <boost/test/unit_test.hpp>
#include <functional>

#include "tests/tools/format/format_files.h"
#include "tools/format/proposal_text.h"

namespace fortnight::format {
BOOST_AUTO_TEST_SUITE(format_proposal)

namespace {

std::vector<FlatRecord> records_of(const std::vector<std::string>& lines) {
  std::vector<FlatRecord> records;
  Flattener flattener;
  for (const std::string& line : lines) {
    auto record = flattener.flatten(PaddedLine(line).line().bytes);
    BOOST_REQUIRE(record.has_value());
    records.push_back(std::move(*record));
  }
  return records;
}

Proposal proposal_for(const std::function<std::string(int)>& line, int lines = 60) {
  std::vector<std::string> all;
  for (int i = 0; i < lines; ++i) all.push_back(line(i));
  return propose(records_of(all));
}

std::string pointer_of(const Proposal& proposal, Role role) {
  const Finding* const finding = proposal.find(role);
  return finding == nullptr ? "" : finding->pointer;
}

std::string two_digits(int i) { return (i < 10 ? "0" : "") + std::to_string(i); }
std::string uuid(int i) { return "9fbd95f4-8630-4610-9756-fd08c2d25" + std::to_string(100 + i); }

// Names that say nothing: values alone decide.
std::string unnamed(int i) {
  constexpr const char* kMethods[] = {"GET", "POST", "DELETE"};
  constexpr int kStatuses[] = {200, 200, 404, 201, 500};
  return R"({"a1":"2026-11-20T08:15:)" + two_digits(i) + R"(Z","a2":")" + kMethods[i % 3] +
         R"(","a3":"/orders/)" + std::to_string(i) + R"(","a4":)" +
         std::to_string(kStatuses[i % 5]) + R"(,"a5":")" + uuid(i) +
         R"(","a6":512,"a7":"web-1","a8":)" + std::to_string(40'000 + i) + "}";
}

}  // namespace

BOOST_AUTO_TEST_CASE(values_alone_tell_time_method_path_status_and_id) {
  const Proposal proposal = proposal_for(unnamed);
  BOOST_TEST(pointer_of(proposal, Role::ts) == "/a1");
  BOOST_TEST(pointer_of(proposal, Role::method) == "/a2");
  BOOST_TEST(pointer_of(proposal, Role::path) == "/a3");
  BOOST_TEST(pointer_of(proposal, Role::status) == "/a4");
  BOOST_TEST(pointer_of(proposal, Role::call_id) == "/a5");
  BOOST_TEST(pointer_of(proposal, Role::duration).empty());
  BOOST_TEST(pointer_of(proposal, Role::account).empty());
  BOOST_TEST(proposal.calls == 60U);
}

BOOST_AUTO_TEST_CASE(names_choose_among_values_that_look_alike) {
  const Proposal proposal = proposal_for([](int i) {
    return R"({"created_at":"2026-11-19T08:15:00Z","at":"2026-11-20T08:15:)" + two_digits(i) +
           R"(Z","verb":"GET","referer":"/home/)" + std::to_string(i) + R"(","target":"/x/)" +
           std::to_string(i) + R"(","outcome":{"code":200,"upstream_status":502},"tenant":"T)" +
           std::to_string(i % 4) + R"(","user_agent":"curl/)" + std::to_string(i % 3) +
           R"(.0","took":0.0)" + std::to_string(10 + i) + R"(,"order":{"id":"ORD)" +
           std::to_string(5000 + i / 2) + R"("}})";
  });
  BOOST_TEST(pointer_of(proposal, Role::ts) == "/at");
  BOOST_TEST(pointer_of(proposal, Role::path) == "/target");
  BOOST_TEST(pointer_of(proposal, Role::status) == "/outcome/code");
  BOOST_TEST(pointer_of(proposal, Role::account) == "/tenant");
  BOOST_TEST(pointer_of(proposal, Role::duration) == "/took");
  BOOST_TEST(proposal.find(Role::duration)->unit == "s");
  BOOST_TEST(!proposal.find(Role::duration)->doubt.empty());
  BOOST_TEST(proposal.ids.contains("order_id"));
}

BOOST_AUTO_TEST_CASE(units_come_from_names_before_sizes) {
  const auto unit = [](const std::string& name, const std::string& value) {
    const Proposal proposal = proposal_for([&](int i) {
      return R"({"t":"2026-11-20T08:15:)" + two_digits(i) + R"(Z","method":"GET",")" + name +
             "\":" + value + "}";
    });
    const Finding* const duration = proposal.find(Role::duration);
    return duration == nullptr ? "none" : duration->unit + (duration->doubt.empty() ? "" : "?");
  };
  BOOST_TEST(unit("duration_ms", "0.25") == "ms");
  BOOST_TEST(unit("elapsedMicros", "250") == "us");
  BOOST_TEST(unit("latency_ns", "5") == "ns");
  BOOST_TEST(unit("elapsed_seconds", "12") == "s");
  BOOST_TEST(unit("duration", "0.012") == "s?");
  BOOST_TEST(unit("duration", "12") == "ms?");
  BOOST_TEST(unit("duration", "250000") == "us?");
  BOOST_TEST(unit("duration", "2500000") == "ns?");
  BOOST_TEST(unit("latency", "\"1.2ms\"") == "");
  BOOST_TEST(unit("bytes", "250") == "none");
}

BOOST_AUTO_TEST_CASE(other_lines_of_a_log_are_left_out) {
  const Proposal proposal = proposal_for([](int i) {
    if (i % 3 == 0) {
      return R"({"time":"2026-11-20T08:15:)" + two_digits(i) +
             R"(Z","msg":"started","level":"info"})";
    }
    return R"({"time":"2026-11-20T08:15:)" + two_digits(i) +
           R"(Z","msg":"access","level":"info","method":"GET","path":"/a","status":200})";
  });
  BOOST_TEST(proposal.calls == 40U);
  BOOST_REQUIRE(proposal.only.has_value());
  BOOST_TEST(proposal.only->first == "/msg");
  BOOST_TEST(proposal.only->second == "access");
}

BOOST_AUTO_TEST_CASE(numbers_in_the_range_of_times_and_statuses_are_not_taken_for_them) {
  const Proposal proposal = proposal_for([](int i) {
    return R"({"when":)" + std::to_string(1'795'162'530'000 + 1000 * i) + R"(,"order":)" +
           std::to_string(1'700'000'000 + (i * 7919) % 5000) + R"(,"size":)" +
           std::to_string(100 + (i * 37) % 499) + R"(,"result":"200 OK"})";
  });
  BOOST_TEST(pointer_of(proposal, Role::ts) == "/when");
  BOOST_TEST(pointer_of(proposal, Role::status) == "/result");
}

BOOST_AUTO_TEST_CASE(the_mapping_is_pasteable_and_says_how_sure_it_is) {
  const Proposal proposal = proposal_for(unnamed);
  BOOST_TEST(mapping_yaml(proposal, 0, false) ==
             "ts: /a1\nmethod: /a2\npath: /a3\nstatus: /a4\nids:\n  call_id: /a5\n");
  const std::string commented = mapping_yaml(proposal, 4, true);
  BOOST_TEST(commented.starts_with("    ts: /a1"));
  BOOST_TEST(commented.find("# likely") != std::string::npos);
  BOOST_TEST(commented.find("    # account: /a7") == std::string::npos);  // it has one value
  const std::vector<std::string> absent = not_found(proposal);
  BOOST_REQUIRE(absent.size() == 2U);
  BOOST_TEST(absent[0].starts_with("duration_ms: "));
  BOOST_TEST(absent[1].starts_with("account: "));
}

BOOST_AUTO_TEST_CASE(formats_are_named_after_files) {
  BOOST_TEST(format_name("/var/log/My Shop.2.json") == "my-shop-2");
  BOOST_TEST(format_name("-") == "sample");
  BOOST_TEST(format_name("caddy.log") == "my-caddy");
  BOOST_TEST(configuration_yaml("shop", "    ts: /a\n", "/x/y.json") ==
             "formats:\n  shop:\n    ts: /a\nsources:\n  - tail: {paths: [\"/x/y.json\"], format: "
             "shop}\n");
}

BOOST_AUTO_TEST_CASE(nothing_is_proposed_for_nothing) {
  const Proposal proposal = propose({});
  BOOST_TEST(proposal.found.empty());
  BOOST_TEST(proposal.ids.empty());
  BOOST_TEST(not_found(proposal).size() == 7U);
}

BOOST_AUTO_TEST_CASE(names_become_snake_case) {
  BOOST_TEST(snake_case("X-Request-ID") == "x_request_id");
  BOOST_TEST(snake_case("durationMs") == "duration_ms");
  BOOST_TEST(snake_case("@timestamp") == "timestamp");
  BOOST_TEST(snake_case("a..b_") == "a_b");
  BOOST_TEST(snake_case("").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::format
