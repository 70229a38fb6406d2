#include "tools/format/sample.h"

#include <boost/test/unit_test.hpp>

#include "tests/tools/format/format_files.h"
#include "tools/format/flat_values.h"

namespace fortnight::format {
BOOST_AUTO_TEST_SUITE(format_sample)

BOOST_AUTO_TEST_CASE(kept_lines_are_visited_first_and_once) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += std::to_string(i) + "\n";
  const SampleFile file(text + "last");
  for (const std::size_t kept : {0U, 1U, 50U, 101U, 1000U}) {
    SampleReader sample = SampleReader::open(file.path(), 1000).value();
    sample.keep_first(kept, 1U << 20).value();
    BOOST_TEST(sample.kept().size() == std::min<std::size_t>(kept, 101));
    BOOST_TEST(sample.kept_all() == (kept >= 101));
    std::string seen;
    sample.for_each([&](const Line& line) { seen += std::string(line.bytes) + "\n"; }).value();
    BOOST_TEST(seen == text + "last\n");
  }
  SampleReader sample = SampleReader::open(file.path(), 1000).value();
  sample.keep_first(1000, 10).value();
  BOOST_TEST(sample.kept().size() == 10U);  // as soon as ten bytes are there
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_an_error) {
  BOOST_TEST((SampleReader::open("/no/such/file", 1000).error().code == ErrorCode::io));
  SampleReader directory = SampleReader::open("/", 1000).value();
  BOOST_TEST((directory.for_each([](const Line&) {}).error().code == ErrorCode::io));
  const std::pair<std::string, std::string> compressed[] = {
      {std::string("\x1f\x8b\x08", 3), "zcat"}, {"\x28\xb5\x2f\xfd\x01", "zstdcat"}};
  for (const auto& [bytes, program] : compressed) {
    const SampleFile file(bytes);
    SampleReader sample = SampleReader::open(file.path(), 1000).value();
    const auto result = sample.for_each([](const Line&) {});
    BOOST_REQUIRE(!result);
    BOOST_TEST((result.error().code == ErrorCode::invalid));
    BOOST_TEST(result.error().message.find(program + " FILE |") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(lines_become_pointers_and_values) {
  const PaddedLine line(R"({"a":{"b/c~d":"x\ny"},"n":1.50,"h":["p","q"],"l":[{"k":null},{"k":1}],)"
                        R"("e":[],"a":{"z":1},"t":true})");
  Flattener flattener;
  std::string seen;
  const auto values = flattener.flatten(line.line().bytes);
  BOOST_REQUIRE(values.has_value());
  for (const FlatValue& value : *values) seen += value.pointer + "=" + value.text + ";";
  BOOST_TEST(seen == "/a/b~1c~0d=x\ny;/n=1.50;/h=p;/l/0/k=null;/a/z=1;/t=true;");
  BOOST_TEST(last_step("/a/b~1c~0d") == "b/c~d");
  BOOST_TEST(last_step("").empty());
  for (const char* const other : {"", "[1]", "{", "{\"a\":}", "{\"a\":\"\\q\"}", "text", "7"}) {
    BOOST_TEST(!flattener.flatten(PaddedLine(other).line().bytes).has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::format
