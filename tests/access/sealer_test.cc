#include "access/sealer.h"

#include <boost/test/unit_test.hpp>

namespace fortnight::access {

BOOST_AUTO_TEST_SUITE(sealer)

BOOST_AUTO_TEST_CASE(a_code_is_of_one_message_and_one_sealer) {
  const Sealer mine;
  const Sealer other;
  const std::string code = mine.code_of("a message");
  BOOST_TEST(code.size() == 64U);
  BOOST_TEST(mine.is_code_of("a message", code));
  BOOST_TEST(!mine.is_code_of("a messagE", code));
  BOOST_TEST(!mine.is_code_of("", code));
  BOOST_TEST(!other.is_code_of("a message", code));
  BOOST_TEST(mine.code_of("") != code);
}

BOOST_AUTO_TEST_CASE(what_has_another_form_is_no_code) {
  const Sealer sealer;
  const std::string code = sealer.code_of("x");
  for (const std::string& text :
       {std::string(), code.substr(1), code + "0", code.substr(0, 63), std::string(64, 'g'),
        std::string(64, '0'), code.substr(0, 63) + '\0'}) {
    BOOST_TEST(!sealer.is_code_of("x", text), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::access
