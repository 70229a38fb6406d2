#include "base/json_members.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace fortnight;

BOOST_AUTO_TEST_SUITE(json_members)

BOOST_AUTO_TEST_CASE(values_keep_their_text) {
  const std::string_view json =
      R"( { "a" : 1e400 ,"b":[1, {"c":-0}],"d\u0064":"x\n\"y\"","e":null,"f":{ } , "":""} )";
  const auto members = members_of(json);
  BOOST_REQUIRE(members.size() == 6);
  BOOST_TEST(members[0].key == "a");
  BOOST_TEST(members[0].value == "1e400");
  BOOST_TEST(members[1].value == R"([1, {"c":-0}])");
  BOOST_TEST(members[2].key == R"(d\u0064)");
  BOOST_TEST(members[2].value == R"("x\n\"y\"")");
  BOOST_TEST(members[3].value == "null");
  BOOST_TEST(members[4].value == "{ }");
  BOOST_TEST(members[5].key.empty());
  BOOST_TEST(members[5].value == "\"\"");
}

BOOST_AUTO_TEST_CASE(elements_keep_their_text) {
  const auto elements = elements_of(R"([ 1 , "a]" ,[[2],3],{"b":[]}, true])");
  BOOST_REQUIRE(elements.size() == 5);
  BOOST_TEST(elements[0] == "1");
  BOOST_TEST(elements[1] == "\"a]\"");
  BOOST_TEST(elements[2] == "[[2],3]");
  BOOST_TEST(elements[3] == R"({"b":[]})");
  BOOST_TEST(elements[4] == "true");
  BOOST_TEST(elements_of(" [ ] ").empty());
}

BOOST_AUTO_TEST_CASE(text_that_is_no_whole_object_or_array_has_none) {
  for (const char* json : {"", "1", "\"a\"", "[1]", "OK {}", "{\"a\":", "{\"a\":1", "{\"a\":[1",
                           "{\"a\":\"b", "{\"a\"}", "{1}", "{\"a\":1}}", "{\"a\":1} x"}) {
    BOOST_TEST(members_of(json).empty(), json);
  }
  for (const char* json : {"", "1", "{}", "[", "[1", "[1,\"", "[{\"a\":1", "[\"a\":1]", "[1]]"}) {
    BOOST_TEST(elements_of(json).empty(), json);
  }
}

BOOST_AUTO_TEST_SUITE_END()
