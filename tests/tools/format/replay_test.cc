#include "tools/format/replay.h"

#include <boost/test/unit_test.hpp>

#include "tests/tools/format/format_files.h"
#include "tools/format/chosen_format.h"

namespace fortnight::format {
BOOST_AUTO_TEST_SUITE(format_replay)

namespace {

RejectedLine rejected(const std::string& source, const std::string& bytes) {
  return {"2026-11-20T11:00:00Z", source, "no-time", 17, bytes};
}

}  // namespace

BOOST_AUTO_TEST_CASE(rows_of_rejects_are_read) {
  const auto row = parse_reject(
      R"({"at":"2026-11-20T12:00:00Z","source":"shop","reason":"no-time","detail":null,)"
      R"("offset":98,"bytes":"{\"status\":200}"})");
  BOOST_REQUIRE(row.has_value());
  BOOST_TEST(row->source == "shop");
  BOOST_TEST(row->offset == 98U);
  BOOST_TEST(row->bytes == R"({"status":200})");
  const auto binary =
      parse_reject(R"({"at":"2026-11-20T12:00:00Z","source":"s","reason":"not-utf8","offset":0,)"
                   R"("bytes":"a?","bytes_base64":"Yf8="})");
  BOOST_REQUIRE(binary.has_value());
  BOOST_TEST(binary->bytes == "a\xff");
  for (const char* const other :
       {"", "{}", "[1]", R"({"at":"x"})", R"({"at":"x","reason":"y","bytes_base64":"!"})"}) {
    BOOST_TEST(!parse_reject(other).has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_line_keeps_its_batch_and_others_have_other_ones) {
  const RejectedLine line = rejected("shop", "{}");
  BOOST_TEST(batch_id(line) == batch_id(rejected("shop", "{}")));
  BOOST_TEST(batch_id(line).size() <= 128U);
  BOOST_TEST(batch_id(line) != batch_id(rejected("shop2", "{}")));
  BOOST_TEST(batch_id(line) != batch_id(rejected("shop", "{ }")));
  RejectedLine moved = line;
  moved.offset = 18;
  BOOST_TEST(batch_id(line) != batch_id(moved));
}

BOOST_AUTO_TEST_CASE(sources_of_the_http_port_have_short_plain_names) {
  BOOST_TEST(replayed_source("/var/log/shop.json") == "replay:/var/log/shop.json");
  BOOST_TEST(replayed_source("a b*") == "replay:a-b-");
  const std::string shared(80, 'x');
  const std::string one = replayed_source(shared + "1");
  BOOST_TEST(one.size() == 64U);
  BOOST_TEST(one != replayed_source(shared + "2"));
}

BOOST_AUTO_TEST_CASE(lines_that_a_mended_format_reads_are_sent) {
  const SampleFile file(
      "formats: {shop: {ts: /at, only: {/kind: call}}}\n"
      "sources: [{tcp: {listen: '127.0.0.1:0', format: shop, name: shop}}]\n",
      "fortnight.yaml");
  const config::Config config = load_configuration(file.path()).value();
  ReplayPlan plan(config, kTestNow);
  BOOST_TEST(plan.add(rejected("shop", R"({"at":"2026-11-20T08:00:00Z","kind":"call"})")));
  BOOST_TEST(!plan.add(rejected("shop", R"({"at":"2026-11-20T08:00:00Z","kind":"other"})")));
  BOOST_TEST(!plan.add(rejected("shop", R"({"kind":"call"})")));
  BOOST_TEST(!plan.add(rejected("shop", R"({"at":"2024-11-20T08:00:00Z","kind":"call"})")));
  BOOST_TEST(!plan.add(rejected("shop", std::string(storage::kMostRejectedBytes, 'x'))));
  BOOST_TEST(!plan.add(rejected("gone", "{}")));
  BOOST_TEST(plan.unknown_sources() == 1U);
  const ReplaySource& source = plan.sources().at("shop");
  BOOST_TEST(source.format == "shop");
  BOOST_TEST(source.mended == 1U);
  BOOST_TEST(source.skipped == 1U);
  BOOST_TEST(source.cut == 1U);
  BOOST_TEST(source.refused.at("no-time") == 1U);
  BOOST_TEST(source.refused.at("too-old") == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::format
