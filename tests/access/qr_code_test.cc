#include "access/qr_code.h"

#include <boost/test/unit_test.hpp>

#include "access/totp.h"

namespace fortnight::access {
BOOST_AUTO_TEST_SUITE(qr_codes)

BOOST_AUTO_TEST_CASE(a_code_has_its_three_marks) {
  const auto rows = qr_code(totp_uri("jo", make_totp_secret()));
  const std::size_t width = rows.size();
  BOOST_TEST(width % 4 == 1U);
  BOOST_REQUIRE(width >= 21U);
  const std::string edge = "1111111";
  const std::string core = "1011101";
  for (const auto& [x, y] :
       {std::pair<std::size_t, std::size_t>{0, 0}, {width - 7, 0}, {0, width - 7}}) {
    BOOST_TEST(rows[y].substr(x, 7) == edge);
    BOOST_TEST(rows[y + 3].substr(x, 7) == core);
    BOOST_TEST(rows[y + 6].substr(x, 7) == edge);
  }
  for (const std::string& row : rows) BOOST_TEST(row.size() == width);
}

BOOST_AUTO_TEST_CASE(a_terminal_shows_two_rows_in_a_line) {
  const std::string text = qr_code_for_terminal({"10", "11"}, false);
  const std::string blank = "          \n";
  BOOST_TEST(text == blank + blank + "    \u2588\u2584    \n" + blank + blank);
  const std::string coloured = qr_code_for_terminal({"1"}, true);
  BOOST_TEST(coloured.find("\x1b[0m\n") != std::string::npos);
  BOOST_TEST(coloured.find("\u2580") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace fortnight::access
