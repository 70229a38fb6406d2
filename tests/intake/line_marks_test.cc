#include "intake/line_marks.h"

#include <boost/test/unit_test.hpp>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(line_marks)

namespace {

// Padding, since reads extend beyond the line.
constexpr std::size_t kPadding = 64;

std::vector<std::uint32_t> marks_of(std::string line) {
  const std::size_t size = line.size();
  line.append(kPadding, '=');
  LineMarks marks;
  const auto found = marks.find(std::string_view(line).substr(0, size));
  return {found.begin(), found.end()};
}

BOOST_AUTO_TEST_CASE(any_byte_at_any_offset) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const auto c = static_cast<char>(byte);
    const bool is_mark = std::string_view("\\=<%@'").find(c) != std::string_view::npos;
    for (std::uint32_t at = 0; at < 140; ++at) {
      std::string line(140, 'x');
      line[at] = c;
      const std::vector<std::uint32_t> expected =
          is_mark ? std::vector<std::uint32_t>{at} : std::vector<std::uint32_t>();
      BOOST_REQUIRE_MESSAGE(marks_of(line) == expected, byte << " at " << at);
    }
  }
  BOOST_TEST((marks_of("@a\\\\=<%") == std::vector<std::uint32_t>{0, 2, 3, 4, 5, 6}));
  BOOST_TEST(marks_of("").empty());
}

BOOST_AUTO_TEST_CASE(colons_of_header_lines) {
  const std::string pieces[] = {":", ": ", "\":", "\": ", "x", " ", "=", "\""};
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    std::string line;
    while (line.size() < 150) line += pieces[random() % std::size(pieces)];
    line.resize(line.size() - random() % 100);
    std::vector<std::uint32_t> expected;
    for (std::uint32_t at = 0; at < line.size(); ++at) {
      const bool header = at > 0 && line[at] == ':' && line.substr(at + 1, 1) == " " &&
                          line[at - 1] != '"';
      if (header || line[at] == '=') expected.push_back(at);
    }
    BOOST_TEST_REQUIRE(marks_of(line) == expected, line);
  }
}

BOOST_AUTO_TEST_CASE(escapes_that_json_has) {
  const auto check = [](std::string line) {
    const std::size_t size = line.size();
    line.append(kPadding, ' ');
    const std::string_view text = std::string_view(line).substr(0, size);
    LineMarks marks;
    return check_escapes(text, marks.find(text));
  };
  BOOST_TEST((check(R"({"a":"x=y"})") == Escapes::none));
  BOOST_TEST((check(R"({"a":"x\n\\\u00e9"})") == Escapes::valid));
  BOOST_TEST((check(R"({"a":"x\n\q"})") == Escapes::invalid));
  BOOST_TEST((check(R"({"a":"\u00g9"})") == Escapes::invalid));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
