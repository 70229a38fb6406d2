#include "storage/part/pointer_places.h"

#include <boost/test/unit_test.hpp>

#include "storage/files/block_cache.h"
#include "storage/part/part.h"
#include "tests/support/flat_line.h"
#include "tests/support/native_lines.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(pointer_places)

namespace {

// Each reaches the same keys in another way, or looks like one that does.
const std::vector<std::string> kBodies = {
    R"("error":{"code":"plain"})",
    R"("error":{"c\u006fde":"escaped"})",
    R"("error\u002fcode":"a slash, escaped")",
    R"("error/code":"a slash")",
    R"("error":{"code":null,"code":"shadowed"})",
    R"("error":"no object","error":{"code":"behind it"})",
    R"("error":{"code":["an array"]})",
    R"("errors":[{"code":"first"},{"code":"second"}])",
    R"("errors":{"0":{"code":"a key of digits"},"*":{"code":"a star"}})",
    R"("errors":[["deep",["deeper"]],true])",
    R"("*":{"code":-0.0},"":{"":"empty keys"},"~":1)",
    R"("other":7)",
};

const std::vector<std::string> kPointers = {
    "/error/code",
    "/error~1code",
    "/errors/0/code",
    "/errors/1/code",
    "/errors/*/code",
    "/errors/00",
    "/errors/0/0",
    "/errors/0/1/0",
    "/errors/1",
    "/*/code",
    "/error/code/0",
    "/error",
    "/",
    "//",
    "/~0",
    "/error\\u002fcode",
    "/other",
    "/other/0",
    "/nowhere/at/all",
    "",
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_pointer_finds_the_same_in_parts_and_lines) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < kBodies.size(); ++i) {
    const std::string second = std::to_string(10 + i);
    lines.push_back(R"({"ts":"2026-11-20T08:15:)" + second + R"(Z",)" + kBodies[i] + "}");
  }
  const Append append = fortnight::tests::native_append(lines);
  const Day day = day_of(append.batch.calls.front().ts);
  fortnight::faults::SimulatedFileSystem files;
  auto writer = PartWriter::create(files, "part", day, Effort::sealed).value();
  for (const Call& call : append.batch.calls) BOOST_REQUIRE(writer->add(append.batch, call));
  BOOST_REQUIRE(writer->finish());
  const auto part = PartReader::open(files, "part", std::make_shared<BlockCache>(8U << 20)).value();
  CallQuery query;
  query.order = Order::oldest_first;
  query.pointers = kPointers;
  std::size_t line = 0;
  std::size_t found = 0;
  ScanSummary summary;
  const auto scanned = part->scan(
      query, {},
      [&](CallRecord&& record) {
        const auto flat = fortnight::tests::flatten(lines[line]);
        for (std::size_t i = 0; i < kPointers.size(); ++i) {
          BOOST_TEST(record.scalars[i] == flat.at(kPointers[i]),
                     kPointers[i] << " of " << lines[line] << ": " << record.scalars[i]);
          found += record.scalars[i].empty() ? 0 : 1;
        }
        ++line;
        return true;
      },
      summary);
  BOOST_REQUIRE(scanned);
  BOOST_TEST(line == lines.size());
  BOOST_TEST(found > 15U);
}

BOOST_AUTO_TEST_SUITE_END()
