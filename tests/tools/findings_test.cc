// What `fortnight doctor` finds in the daemon's answers.
#include "tools/client/findings.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "base/civil_time.h"

namespace fortnight::client {

BOOST_AUTO_TEST_SUITE(findings)

namespace {

const TimeNs kNoon = day_start(*day_from_string("2026-11-20")) + kNsPerDay / 2;

// "severity about: what" of each finding.
std::vector<std::string> found(const std::string& status) {
  std::vector<std::string> texts;
  for (const Finding& finding : findings_of_status(status, kNoon)) {
    BOOST_TEST(!finding.mend.empty());
    texts.push_back((finding.severity == Severity::critical ? "critical " : "warning ") +
                    finding.about + ": " + finding.what);
  }
  return texts;
}

std::string only(const std::string& status) {
  const std::vector<std::string> texts = found(status);
  BOOST_REQUIRE_MESSAGE(texts.size() == 1U, status);
  return texts.front();
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_healthy_daemon_has_none) {
  const std::string status =
      R"({"paused":null,"queries":{"wrong_protocol":0},"maintenance":{"last_failure":""},)"
      R"("erasures":{"overdue":false},)"
      R"("disk":{"free_bytes":1000000,"reserve_bytes":10,"nearly_full":false},)"
      R"("retention":{"days":14,"max_bytes":0,"bytes":100,"oldest_day":"2026-11-20"},)"
      R"("damage":{"lost_files":0,"unreadable_files":0,"read_failures":0,"leftovers_removed":3},)"
      R"("tls":{"not_after":"2027-11-20T00:00:00Z","problem":null},)"
      R"("sources":[{"name":"a","format":"caddy","calls":5,"lines":5,"rejected":{},)"
      R"("last_line_s":3,"files":1,"missing":0}]})";
  BOOST_TEST(found(status).empty());
  BOOST_TEST(found("{}").empty());
  BOOST_TEST(found("").empty());
  BOOST_TEST(findings_of_sources({}).empty());
}

BOOST_AUTO_TEST_CASE(the_disk_is_full_or_will_be) {
  BOOST_TEST(only(R"({"paused":"the disk is full"})") ==
             "critical intake: no lines are taken in: the disk is full");
  BOOST_TEST(only(R"({"disk":{"free_bytes":2000000,"nearly_full":true}})") ==
             "critical disk: the disk is nearly full: 2.0 MB are free");
  // 100 MB in two days, for 15 days, take 650 MB more.
  const auto status = [](const char* free, const char* most) {
    return std::string(R"({"disk":{"free_bytes":)") + free +
           R"(,"reserve_bytes":0,"nearly_full":false},"retention":{"days":14,"max_bytes":)" + most +
           R"(,"bytes":100000000,"oldest_day":"2026-11-19"}})";
  };
  BOOST_TEST(only(status("500000000", "0")) ==
             "warning disk: the disk will be full in 10.0 days, at 50.0 MB a day");
  BOOST_TEST(only(status("250000000", "0")) ==
             "critical disk: the disk will be full in 5.0 days, at 50.0 MB a day");
  BOOST_TEST(found(status("651000000", "0")).empty());
  BOOST_TEST(found(status("250000000", "200000000")).empty());
}

BOOST_AUTO_TEST_CASE(certificates_expire) {
  const auto status = [](const char* day) {
    return std::string(R"({"tls":{"not_after":")") + day + R"(T00:00:00Z","problem":null}})";
  };
  BOOST_TEST(only(status("2026-11-19")) ==
             "critical tls: the certificate has expired, on 2026-11-19T00:00:00Z");
  BOOST_TEST(only(status("2026-12-03")) == "warning tls: the certificate expires in 13 days");
  BOOST_TEST(found(status("2026-12-04")).empty());
  BOOST_TEST(only(R"({"tls":{"problem":"no PEM"}})") ==
             "critical tls: the renewed certificate can't be used: no PEM");
}

BOOST_AUTO_TEST_CASE(sources_reject_fall_silent_and_match_nothing) {
  BOOST_TEST(only(R"({"sources":null})") == "critical intake: the intake thread doesn't answer");
  BOOST_TEST(only(R"({"sources":[{"name":"a","format":"caddy","calls":9,)"
                  R"("rejected":{"no-time":1,"not-json":1}}]})") ==
             "warning format: 2 lines of a are no calls in its format caddy");
  BOOST_TEST(only(R"({"sources":[{"name":"a","lines":1,"last_line_s":90000}]})") ==
             "warning silent: a has had no line for 25 hours");
  BOOST_TEST(found(R"({"sources":[{"name":"a","lines":0,"last_line_s":null}]})").empty());
  BOOST_TEST(only(R"({"sources":[{"name":"a","files":0}]})") ==
             "warning sources: no file matches the paths of a");
  BOOST_TEST(only(R"({"sources":[{"name":"a","missing":1}]})") ==
             "warning sources: rotated files of a weren't read to their end, and are missing");
}

BOOST_AUTO_TEST_CASE(rows_of_sources) {
  const auto problems = findings_of_sources(
      {R"({"source":"a","problems":["/x/a.log: Permission denied","/y: Input/output error"]})",
       R"({"source":"a","file":"/x/b.log","last_error":null})",
       R"({"source":"a","file":"/x/c.log","last_error":"Input/output error"})"});
  BOOST_REQUIRE(problems.size() == 3U);
  BOOST_TEST(problems[0].what == "a: /x/a.log: Permission denied");
  BOOST_TEST((problems[0].fault == Fault::refused));
  BOOST_TEST(problems[0].path == "/x/a.log");
  BOOST_TEST((problems[1].fault == Fault::other));
  BOOST_TEST(problems[2].what == "/x/c.log couldn't be read: Input/output error");
}

BOOST_AUTO_TEST_CASE(one_fault_is_one_finding) {
  const auto closed = [](const std::string& source, const std::string& path) {
    return Finding{Severity::critical,
                   "permission",
                   "may not enter " + path,
                   "setfacl",
                   Fault::closed,
                   source,
                   path};
  };
  const auto refused = [](const std::string& source, const std::string& path) {
    return Finding{Severity::critical,
                   "sources",
                   source + ": " + path,
                   "let it read",
                   Fault::refused,
                   source,
                   path};
  };
  const auto no_files = [](const std::string& source) {
    return Finding{Severity::warning,
                   "sources",
                   "no file matches " + source,
                   "correct it",
                   Fault::no_files,
                   source,
                   {}};
  };
  const Finding disk{Severity::warning, "disk", "full", "make room"};
  const auto causes = [](const std::vector<Finding>& all) {
    std::vector<std::string> texts;
    for (const Finding& finding : causes_of(all)) texts.push_back(finding.what);
    return texts;
  };
  using Texts = std::vector<std::string>;
  // All that follows from one closed directory, which two sources share.
  BOOST_TEST(causes({disk, no_files("a"), refused("a", "/x"), refused("a", "/x/1.log"),
                     closed("a", "/x"), closed("b", "/x")}) == (Texts{"full", "may not enter /x"}),
             boost::test_tools::per_element());
  // Paths beside it, and sources that another cause leaves without files, are faults of their own.
  BOOST_TEST(
      causes({no_files("b"), refused("a", "/xy/1.log"), refused("a", "/"), closed("a", "/x")}) ==
          (Texts{"no file matches b", "a: /xy/1.log", "a: /", "may not enter /x"}),
      boost::test_tools::per_element());
  // From another host, only the daemon's answers are known.
  BOOST_TEST(causes({no_files("a"), refused("a", "/x")}) == Texts{"a: /x"},
             boost::test_tools::per_element());
  BOOST_TEST(causes({closed("a", "/"), refused("a", "/x")}) == Texts{"may not enter /"},
             boost::test_tools::per_element());
  BOOST_TEST(causes({}).empty());
}

BOOST_AUTO_TEST_CASE(damage_the_clock_and_upkeep) {
  BOOST_TEST(only(R"({"damage":{"lost_files":2,"read_failures":1}})") ==
             "critical damage: 2 files are lost: answers over their days are incomplete");
  BOOST_TEST(only(R"({"damage":{"read_failures":1}})") ==
             "critical damage: 1 files can't be read: answers over their days are incomplete");
  BOOST_TEST(only(R"({"retention":{"waits_for_clock":true}})").starts_with("warning clock: "));
  BOOST_TEST(only(R"({"maintenance":{"last_failure":"x"}})") ==
             "warning upkeep: upkeep failed, and is tried again: x");
  BOOST_TEST(only(R"({"erasures":{"overdue":true}})").starts_with("critical erasures: "));
  BOOST_TEST(only(R"({"queries":{"wrong_protocol":1}})").starts_with("warning ports: "));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::client
