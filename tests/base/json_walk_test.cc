#include "base/json_walk.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "tests/support/effort.h"

using namespace fortnight;

BOOST_AUTO_TEST_SUITE(json_walk)

namespace {

// The scalar's text, or "none" if the pointer leads to no scalar.
std::string at(std::string_view json, std::string_view pointer) {
  const auto scalar = find_scalar(json, JsonPointer::parse(pointer).value());
  std::string scratch;
  return scalar ? std::string(scalar_text(scalar->raw, scalar->is_string, scratch)) : "none";
}

// The texts of all scalars that a filter by the pointer tests; "[]" follows those of an array.
std::string all_at(std::string_view json, std::string_view pointer) {
  const FoundScalars found = find_scalars(json, JsonPointer::parse(pointer).value());
  std::string out;
  std::string scratch;
  for (const JsonScalar& scalar : found.scalars) {
    out +=
        (out.empty() ? "" : " ") + std::string(scalar_text(scalar.raw, scalar.is_string, scratch));
  }
  return found.in_array ? out + "[]" : out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(filters_take_any_element_of_an_array) {
  constexpr std::string_view line =
      R"({"a":[1,"x",[2,[3]],{"b":4},null],"e":[{"code":"p"},{"code":"q"},7,{"x":{"code":"no"}}],)"
      R"("n":[[{"b":[5,6]}],{"b":8}],"z":[],"0":{"b":9}})";
  BOOST_TEST(all_at(line, "/a") == "1 x 2 3 []");
  BOOST_TEST(all_at(line, "/a/0") == "1");
  BOOST_TEST(all_at(line, "/a/2") == "2 3[]");
  BOOST_TEST(all_at(line, "/a/2/1") == "3[]");
  BOOST_TEST(all_at(line, "/a/b") == "4[]");
  BOOST_TEST(all_at(line, "/a/00") == "[]");
  BOOST_TEST(all_at(line, "/a/9") == "");
  BOOST_TEST(all_at(line, "/e/code") == "p q[]");
  BOOST_TEST(all_at(line, "/e/1/code") == "q");
  BOOST_TEST(all_at(line, "/e/x/code") == "no[]");
  BOOST_TEST(all_at(line, "/n/b") == "5 6 8[]");
  BOOST_TEST(all_at(line, "/n/0/b") == "5 6[]");
  BOOST_TEST(all_at(line, "/z") == "[]");
  BOOST_TEST(all_at(line, "/0/b") == "9");
  BOOST_TEST(all_at(line, "/0") == "");
  BOOST_TEST(all_at(line, "/nowhere") == "");
  BOOST_TEST(all_at(line, "") == "");
  BOOST_TEST(all_at(R"({"a":[{"b":1},{"b":2}],"a":[{"b":3}]})", "/a/b") == "1 2[]");
  BOOST_TEST(all_at(R"({"a":{"c":1},"a":{"b":3}})", "/a/b") == "");
}

BOOST_AUTO_TEST_CASE(names_below_headers_match_in_any_case) {
  constexpr std::string_view line =
      R"({"request":{"headers":{"User-Agent":["curl/8","x"],"X-A":"1","x-a":"2","Deep":{"K":3}}},)"
      R"("resp_headers":{"CONTENT-TYPE":"text/html"},"Headers":{"a":1},"header":{"A":1}})";
  for (const char* name : {"user-agent", "User-Agent", "USER-AGENT"}) {
    BOOST_TEST(all_at(line, "/request/headers/" + std::string(name)) == "curl/8 x[]");
    BOOST_TEST(all_at(line, "/request/headers/" + std::string(name) + "/1") == "x");
  }
  BOOST_TEST(all_at(line, "/request/headers/X-a") == "1");  // of duplicates, the first is used
  BOOST_TEST(all_at(line, "/request/headers/deep/k") == "3");
  BOOST_TEST(all_at(line, "/resp_headers/content-type") == "text/html");
  BOOST_TEST(all_at(line, "/Headers/A") == "1");
  BOOST_TEST(all_at(line, "/headers/a") == "");
  BOOST_TEST(all_at(line, "/header/a") == "");
  BOOST_TEST(all_at(line, "/Request/headers/x-a") == "");
}

BOOST_AUTO_TEST_CASE(pointers_find_scalars) {
  constexpr std::string_view line =
      R"( {"a":1,"b" : {"c":[10,{"d":"x"},[],"e"],"":"empty"},"a/b":true,"m~n":null,"0":-1.5e3} )";
  BOOST_TEST(at(line, "/a") == "1");
  BOOST_TEST(at(line, "/b/c/0") == "10");
  BOOST_TEST(at(line, "/b/c/1/d") == "x");
  BOOST_TEST(at(line, "/b/c/3") == "e");
  BOOST_TEST(at(line, "/b/") == "empty");
  BOOST_TEST(at(line, "/a~1b") == "true");
  BOOST_TEST(at(line, "/m~0n") == "");
  BOOST_TEST(at(line, "/0") == "-1.5e3");
}

BOOST_AUTO_TEST_CASE(pointers_to_anything_else_find_nothing) {
  constexpr std::string_view line = R"({"a":[1,2],"b":{"c":1},"d":"x"})";
  for (const char* pointer : {"", "/", "/a", "/b", "/a/2", "/a/00", "/a/-", "/a/1x", "/d/0",
                              "/b/c/d", "/e", "/a/18446744073709551616"}) {
    BOOST_TEST(at(line, pointer) == "none", pointer);
  }
}

BOOST_AUTO_TEST_CASE(the_first_of_two_equal_keys_counts) {
  BOOST_TEST(at(R"({"a":1,"a":2})", "/a") == "1");
  BOOST_TEST(at(R"({"a":1,"a":{"b":2}})", "/a/b") == "none");
}

BOOST_AUTO_TEST_CASE(keys_and_strings_may_be_escaped) {
  BOOST_TEST(at(R"({"x\"y\\":"q\"\u00e9","z":1})", "/x\"y\\") == "q\"\u00e9");
  BOOST_TEST(at(R"({"x\\":{"k":"}"},"z":":"})", "/z") == ":");
}

BOOST_AUTO_TEST_CASE(holes_of_a_skeleton_are_counted_in_order) {
  const std::string skeleton("{\"a\":\0,\"b\":[\"\0\",\0],\"c\":\"\0\"}", 28);
  const auto scalar = find_scalar(skeleton, JsonPointer::parse("/c").value());
  BOOST_REQUIRE(scalar);
  BOOST_TEST(scalar->ordinal == 3U);
  BOOST_TEST(scalar->is_string);
  BOOST_TEST(!find_scalar(skeleton, JsonPointer::parse("/a").value())->is_string);
}

BOOST_AUTO_TEST_CASE(pointers_are_parsed_strictly) {
  BOOST_TEST(!JsonPointer::parse("a"));
  BOOST_TEST(!JsonPointer::parse("/a~"));
  BOOST_TEST(!JsonPointer::parse("/a~2"));
  BOOST_TEST(JsonPointer::parse("").value().steps().empty());
  BOOST_TEST(JsonPointer::parse("/").value().steps().size() == 1U);
}

// On any text, the walk stays within it and ends.
BOOST_AUTO_TEST_CASE(ends_on_any_text) {
  std::mt19937 random(2);
  constexpr std::string_view letters = "{}[]\":,\\ a1\n";
  for (int i = 0; i < fortnight::tests::rounds(20'000); ++i) {
    std::string text(random() % 24, ' ');
    for (char& c : text) c = letters[random() % letters.size()];
    JsonWalk walk(text);
    std::size_t tokens = 0;
    while (walk.next() != JsonWalk::Token::end) ++tokens;
    BOOST_REQUIRE(tokens <= text.size());
    find_scalar(text, JsonPointer::parse("/a/1").value());
    BOOST_REQUIRE(find_scalars(text, JsonPointer::parse("/a/1/a").value()).scalars.size() <=
                  text.size());
  }
}

BOOST_AUTO_TEST_CASE(depth_does_not_use_the_stack) {
  std::string line = R"({"x":)";
  line.append(1'000'000, '[').append("1").append(1'000'000, ']').append(R"(,"y":2})");
  BOOST_TEST(at(line, "/y") == "2");
  BOOST_TEST(all_at(line, "/x") == "1[]");
}

BOOST_AUTO_TEST_SUITE_END()
