#include "config/glob.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <variant>
#include <vector>

namespace fortnight::config {
BOOST_AUTO_TEST_SUITE(globs)

namespace {

Glob glob(const std::string& pattern) {
  auto parsed = Glob::parse(pattern);
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<Glob>(parsed), pattern);
  return std::get<Glob>(std::move(parsed));
}

std::string problem(const std::string& pattern) {
  const auto parsed = Glob::parse(pattern);
  return std::holds_alternative<std::string>(parsed) ? std::get<std::string>(parsed) : "";
}

void check(const std::string& pattern, const std::vector<std::string>& matching,
           const std::vector<std::string>& others) {
  const Glob parsed = glob(pattern);
  for (const std::string& path : matching) {
    BOOST_TEST_CONTEXT(pattern << " and " << path) { BOOST_TEST(parsed.matches(path)); }
  }
  for (const std::string& path : others) {
    BOOST_TEST_CONTEXT(pattern << " and " << path) { BOOST_TEST(!parsed.matches(path)); }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(wildcards_stay_within_a_name) {
  check("/var/log/*.log", {"/var/log/a.log", "/var/log/b.log"},
        {"/var/log/a/b.log", "/var/log/a.txt", "/var/log/.hidden.log", "var/log/a.log"});
  check("/a/?/c", {"/a/b/c"}, {"/a/bb/c", "/a//c", "/a/b/c/d"});
  check("/a/[ab-d][!x]", {"/a/ay", "/a/cz"}, {"/a/ax", "/a/ey", "/a/a"});
  check("/a/[]x]", {"/a/]", "/a/x"}, {"/a/y"});
  check("/a/[[:digit:]]", {"/a/7"}, {"/a/x"});
  check("a/*.log", {"a/b.log", "./a/b.log"}, {"/a/b.log"});
  check("/a//b/./c", {"/a/b/c", "/a/./b//c"}, {"/a/b"});
}

BOOST_AUTO_TEST_CASE(two_stars_are_any_number_of_directories) {
  check("/var/**/*.log", {"/var/a.log", "/var/x/a.log", "/var/x/y/z/a.log"},
        {"/var/x/a.txt", "/a.log", "/var/.git/a.log"});
  check("/**/b/**/c", {"/b/c", "/a/b/c", "/a/b/x/y/c", "/b/b/c/c"}, {"/a/c", "/b"});
  check("**/*.json", {"a.json", "x/y/a.json"}, {"/a.json"});
  check("/a/**/**/b", {"/a/b", "/a/x/b"}, {"/b"});
}

BOOST_AUTO_TEST_CASE(braces_match_each_alternative) {
  check("/log/{api,web}.log", {"/log/api.log", "/log/web.log"}, {"/log/apiweb.log", "/log/.log"});
  check("/{srv/{a,b},var}/x{,.1}", {"/srv/a/x", "/srv/b/x.1", "/var/x", "/var/x.1"},
        {"/srv/x", "/srv/c/x"});
  check("/{a,**/b}/*.log", {"/a/x.log", "/b/x.log", "/c/d/b/x.log"}, {"/c/x.log"});
  check("/x[{,}]", {"/x{", "/x,", "/x}"}, {"/x", "/xa"});
  check("/a,b", {"/a,b"}, {"/a", "/b"});
  BOOST_TEST(glob("/{a,b}{c,d}").paths().size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_backslash_takes_the_next_character_as_it_is) {
  check("/a/\\*", {"/a/*"}, {"/a/b", "/a/\\"});
  check("/a/\\{b,c\\}", {"/a/{b,c}"}, {"/a/b"});
  check("/a/\\[b", {"/a/[b"}, {"/a/b"});
  check("/a/*\\?", {"/a/b?"}, {"/a/bc"});
  check("/a/\\*\\*x", {"/a/**x"}, {"/a/bx"});
}

BOOST_AUTO_TEST_CASE(patterns_that_match_nothing_are_refused) {
  BOOST_TEST(problem("/a/[b").find("`[`") != std::string::npos);
  BOOST_TEST(problem("/a/[b/c]").find("`[`") != std::string::npos);
  BOOST_TEST(problem("/a/{b,c").find("`{`") != std::string::npos);
  BOOST_TEST(problem("/a/b}").find("`}`") != std::string::npos);
  BOOST_TEST(problem("/logs/${HOST}.log").find("single alternative") != std::string::npos);
  BOOST_TEST(problem("/a/{}").find("single alternative") != std::string::npos);
  BOOST_TEST(problem("/a/b\\").find("at the end") != std::string::npos);
  BOOST_TEST(problem("/a/**.log").find("stands alone") != std::string::npos);
  BOOST_TEST(problem("/a/b**").find("stands alone") != std::string::npos);
  BOOST_TEST(problem("/a/**").find("**/*") != std::string::npos);
  BOOST_TEST(problem("/a/").find("directories") != std::string::npos);
  BOOST_TEST(problem("/a/{b,c/}").find("directories") != std::string::npos);
  for (const char* const nothing : {"", ".", "./."}) BOOST_TEST(!problem(nothing).empty());
  BOOST_TEST(!problem(std::string("/a\0b", 4)).empty());
}

BOOST_AUTO_TEST_CASE(braces_can_not_ask_for_memory) {
  std::string pattern = "/a";
  for (int i = 0; i < 40; ++i) pattern += "{0,1}";
  BOOST_TEST(problem(pattern).find("more than 256") != std::string::npos);
  std::string nested(2000, '{');
  BOOST_TEST(!problem(nested).empty());
  std::string wide = "/{";
  for (int i = 0; i < 300; ++i) wide += "x,";
  BOOST_TEST(problem(wide + "x}").find("more than 256") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(many_stars_are_fast) {
  std::string pattern = "/";
  std::string path;
  for (int i = 0; i < 30; ++i) {
    pattern += "**/a/";
    path += "/a";
  }
  BOOST_TEST(!glob(pattern + "b").matches(path + path + "/c"));
}

BOOST_AUTO_TEST_CASE(the_literal_beginning_is_known) {
  BOOST_TEST(glob("/var/log/*/a.log").paths()[0].base() == "/var/log");
  BOOST_TEST(glob("/var/log/a.log").paths()[0].base() == "/var/log");
  BOOST_TEST(glob("/*.log").paths()[0].base() == "/");
  BOOST_TEST(glob("*.log").paths()[0].base() == ".");
  BOOST_TEST(glob("a/b/*").paths()[0].base() == "a/b");
  BOOST_TEST(glob("/a/x\\*/b").literal());
  BOOST_TEST(!glob("/a/x*/b").literal());
  BOOST_TEST(!glob("/{a,b}").literal());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::config
