#include "storage/call/scalar_reader.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/native_lines.h"

using namespace fortnight;

BOOST_AUTO_TEST_SUITE(scalar_reader)

namespace {

const std::vector<std::string> kPointers = {"/response/body/code", "/status", "/tags/1",
                                            "no pointer", "/account"};
const std::vector<std::string> kLines = {
    R"({"ts":"2026-11-20T08:00:00Z","account":"A","status":404,)"
    R"("response":{"body":{"code":"x\"y"}}})",
    R"({"ts":"2026-11-20T08:00:01Z","status":null,"tags":["a","b"],"account":"B"})",
    R"({"ts":"2026-11-20T08:00:02Z","account":"C","status":500,"response":{"body":{"code":{}}}})"};
const std::vector<std::vector<std::string>> kExpected = {
    {"x\"y", "404", "", "", "A"}, {"", "", "b", "", "B"}, {"", "500", "", "", "C"}};

}  // namespace

BOOST_AUTO_TEST_CASE(pointers_work_in_shapes_and_in_plain_lines) {
  for (const tests::Split split : {tests::Split::shapes, tests::Split::plain}) {
    const storage::Append append = tests::native_append(kLines, split);
    storage::ScalarReader reader(kPointers);
    for (int round = 0; round < 2; ++round) {
      for (std::size_t i = 0; i < kLines.size(); ++i) {
        std::vector<std::string> found;
        reader.append(append.batch, append.batch.calls[i], found);
        BOOST_TEST(found == kExpected[i], boost::test_tools::per_element());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(one_reader_serves_several_batches) {
  const storage::Append first = tests::native_append({kLines[0]});
  const storage::Append second = tests::native_append({kLines[1], kLines[0]});
  storage::ScalarReader reader({"/status"});
  std::vector<std::string> found;
  reader.append(first.batch, first.batch.calls[0], found);
  reader.append(second.batch, second.batch.calls[0], found);
  reader.append(second.batch, second.batch.calls[1], found);
  const std::vector<std::string> expected = {"404", "", "404"};
  BOOST_TEST(found == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
