#include "daemon/find_files.h"

#include <glob.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "tests/support/temporary_directory.h"

namespace fortnight::daemon {
BOOST_AUTO_TEST_SUITE(finding_files)

namespace {

namespace fs = std::filesystem;

std::vector<std::string> found(const std::string& pattern) {
  const auto parsed = config::Glob::parse(pattern);
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<config::Glob>(parsed), pattern);
  std::vector<std::string> paths;
  find_files(
      std::get<config::Glob>(parsed), [&](const std::string& path) { paths.push_back(path); },
      [](const std::string& problem) { BOOST_ERROR(problem); });
  return paths;
}

std::vector<std::string> by_the_library(const std::string& pattern) {
  glob_t matches{};
  ::glob(pattern.c_str(), 0, nullptr, &matches);
  std::vector<std::string> paths(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
  ::globfree(&matches);
  // In glob(3), `.*` also matches `.` and `..`.
  std::erase_if(paths, [](const std::string& path) {
    const std::string closed = path + "/";
    return closed.find("/./") != std::string::npos || closed.find("/../") != std::string::npos;
  });
  return paths;
}

void touch(const fs::path& path) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << "x";
}

}  // namespace

BOOST_AUTO_TEST_CASE(in_directories_of_any_depth_and_by_alternatives) {
  const tests::TemporaryDirectory directory;
  const std::string root = directory.path();
  for (const char* const name : {"a.log", "x/a.log", "x/y/b.log", "x/y/b.txt", ".git/c.log"}) {
    touch(root + "/" + name);
  }
  const std::vector<std::string> deep = {root + "/a.log", root + "/x/a.log", root + "/x/y/b.log"};
  BOOST_TEST(found(root + "/**/*.log") == deep, boost::test_tools::per_element());
  const std::vector<std::string> either = {root + "/x/y/b.log", root + "/a.log"};
  BOOST_TEST(found(root + "/{x/y/b,a}.log") == either, boost::test_tools::per_element());
  BOOST_TEST(found(root + "/nowhere/**/*.log").empty());
  BOOST_TEST(found(root + "/a.log/*").empty());
}

BOOST_AUTO_TEST_CASE(links_to_directories_do_not_lead_in_circles) {
  const tests::TemporaryDirectory directory;
  const std::string root = directory.path();
  touch(root + "/x/a.log");
  fs::create_directory_symlink(root, root + "/x/round");
  BOOST_TEST(found(root + "/**/a.log").size() == 1U);
  BOOST_TEST(found(root + "/x/round/x/*.log").size() == 1U);
}

// Patterns that glob(3) supports find the same paths in the same order.
BOOST_AUTO_TEST_CASE(as_the_library_does) {
  const tests::TemporaryDirectory directory;
  const std::string root = directory.path();
  for (const char* const name : {"a", "b", "ab", ".a", "[a]", "a*", "d/a", "d/b", "d/.a", "e/a",
                                 "e/f/a", "e/f/ab", "a b/c"}) {
    touch(root + "/" + name);
  }
  const std::vector<std::string> pieces = {"*",    "?",  "a", "b", "d",   "e",   "f", "[ab]",
                                           "[!a]", ".*", "/", "/", "\\[", "\\*", "]", " "};
  std::mt19937 random(7);
  for (int round = 0; round < 5'000; ++round) {
    std::string pattern = root + "/";
    const std::size_t length = 1 + random() % 6;
    for (std::size_t i = 0; i < length; ++i) pattern += pieces[random() % pieces.size()];
    const auto parsed = config::Glob::parse(pattern);
    if (!std::holds_alternative<config::Glob>(parsed)) continue;
    // find_files() removes redundant slashes.
    if (pattern.find("//") != std::string::npos) continue;
    BOOST_TEST_CONTEXT(pattern) {
      const auto paths = found(pattern);
      const auto expected = by_the_library(pattern);
      BOOST_TEST(std::set(paths.begin(), paths.end()) ==
                 std::set(expected.begin(), expected.end()));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
