#include <boost/test/unit_test.hpp>

#include "tests/tools/segment_store.h"
#include "tools/segment/commands.h"

namespace fortnight::segment {
BOOST_AUTO_TEST_SUITE(segment)

namespace {

constexpr int kCalls = 10000;  // three blocks

std::string joined(const std::vector<std::string>& lines, std::size_t step) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); i += step) text += lines[i] + "\n";
  return text;
}

std::string cat_output(const std::string& path, const std::vector<std::string>& filters) {
  const Target target = open_target(path).value();
  return output_of([&](std::FILE* out) { cat(target, filters, out).value(); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(cat_gives_lines_back_byte_for_byte) {
  const SegmentStore store(kCalls);
  BOOST_TEST((cat_output(store.root(), {}) == joined(store.lines(), 1)));
  BOOST_TEST((cat_output(store.path(SegmentStore::part()), {}) == joined(store.lines(), 1)));
  BOOST_TEST((cat_output(store.root(), {"status=5xx"}) == joined(store.lines(), 10)));
  BOOST_TEST(cat_output(store.root(), {"error_id=Ecall-77"}) == store.lines()[77] + "\n");
  BOOST_TEST(cat_output(store.root(), {"date=1999-01-01"}).empty());
}

BOOST_AUTO_TEST_CASE(a_wrong_filter_is_an_error) {
  const SegmentStore store(10);
  const Target target = open_target(store.root()).value();
  for (const char* filter : {"acount=1", "limit=5", "status"}) {
    const auto result = cat(target, {filter}, stderr);
    BOOST_REQUIRE(!result);
    BOOST_TEST((result.error().code == ErrorCode::invalid));
  }
}

BOOST_AUTO_TEST_CASE(rows_are_exported) {
  const SegmentStore store(20);
  const Target target = open_target(store.root()).value();
  const std::string csv = output_of([&](std::FILE* out) {
    const std::vector<std::string> fields = {"account", "status", "error_id", "/note"};
    export_calls(target, {"status=500"}, ExportForm::csv, fields, out).value();
  });
  BOOST_TEST(csv ==
             "account,status,error_id,/note\r\n"
             "ACC0,500,Ecall-0,\"note, \"\"0\"\"\"\r\n"
             "ACC3,500,Ecall-10,\"note, \"\"79190\"\"\"\r\n");
  // Readers of CSV skip empty lines, which would be missing calls.
  const std::string one_column = output_of([&](std::FILE* out) {
    export_calls(target, {"status=500"}, ExportForm::csv, {"/nothing"}, out).value();
  });
  BOOST_TEST(one_column == "/nothing\r\n\"\"\r\n\"\"\r\n");
  const std::string rows = output_of([&](std::FILE* out) {
    export_calls(target, {"call_id=call-3"}, ExportForm::ndjson, {}, out).value();
  });
  BOOST_TEST(rows.starts_with("{\"ts\":\"2026-11-21T00:00:03"));
  BOOST_TEST(rows.find("\"ids\":{\"error_id\":[\"Ecall-3\"]}") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(info_adds_up) {
  const SegmentStore store(kCalls);
  const Target target = open_target(store.root()).value();
  const std::string text = output_of([&](std::FILE* out) { info(target, out).value(); });
  BOOST_TEST(text.find("10,000 calls") != std::string::npos);
  BOOST_TEST(text.find("/note") != std::string::npos);
  BOOST_TEST(text.find("rollups of 10,000 calls") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(foreign_files_are_reported) {
  const SegmentStore store(10);
  BOOST_TEST(!open_target(store.root() + "/parts"));
  BOOST_TEST(!open_target(store.root() + "/nothing"));
  BOOST_TEST(!open_target(store.root() + "/manifest-0000000001"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::segment
