#include "base/csv.h"

#include <boost/test/unit_test.hpp>
#include <vector>

namespace fortnight {
BOOST_AUTO_TEST_SUITE(csv)

namespace {

std::string row(const std::vector<std::string>& values) {
  std::string out;
  append_csv_row(values, out);
  return out;
}

BOOST_AUTO_TEST_CASE(values_are_quoted_where_they_must_be) {
  BOOST_TEST(row({"a", "", "b c"}) == "a,,b c\r\n");
  BOOST_TEST(row({"a,b", "c\"d", "e\nf", "g\rh"}) == "\"a,b\",\"c\"\"d\",\"e\nf\",\"g\rh\"\r\n");
}

BOOST_AUTO_TEST_CASE(no_row_is_an_empty_line) {
  BOOST_TEST(row({""}) == "\"\"\r\n");
  BOOST_TEST(row({"", ""}) == ",\r\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight
