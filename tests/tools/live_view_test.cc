#include "tools/client/live_view.h"

#include <boost/test/unit_test.hpp>
#include <string>

BOOST_AUTO_TEST_SUITE(live_view)

namespace {

using namespace fortnight::client;

LiveFigures figures() {
  LiveFigures figures;
  figures.server = "127.0.0.1:14002";
  figures.time = "12:00:05";
  figures.rates = {0, 10, 41.25};
  figures.all = {"", 12'345, 238, 12.04, 130.2};
  for (int i = 0; i < 20; ++i) {
    figures.endpoints.push_back({"/api/things/{id}/number/" + std::to_string(i), 1000.0 - i,
                                 i == 3 ? 7.0 : 0.0, 20.0 - i, 12'000.0 / (i + 1)});
    figures.accounts.push_back({"ACCOUNT" + std::to_string(i), 900.0 - i, 0});
  }
  figures.accounts[1].name = "";
  return figures;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    BOOST_REQUIRE(end != std::string::npos);
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

std::string line_with(const std::string& text, const std::string& part) {
  for (const std::string& line : lines_of(text)) {
    if (line.find(part) != std::string::npos) return line;
  }
  return {};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_figures_are_there) {
  const std::string text = draw_live(figures(), {100, 100, false});
  BOOST_TEST(has(text, "127.0.0.1:14002  12:00:05"));
  BOOST_TEST(has(text, "41.2 calls a second  "));
  BOOST_TEST(has(text, "last 5 minutes: 12,345 calls, 238 errors (1.93 %)\n"));
  BOOST_TEST(has(text, "durations: median 12.0 ms, 95 % within 130 ms\n"));
  const std::string slowest = line_with(text, "number/0 ");
  BOOST_TEST(has(slowest, "1,000"));
  BOOST_TEST(has(slowest, "12.0 s"));
  BOOST_TEST(has(line_with(text, "number/3 "), "0.70 %"));
  BOOST_TEST(has(text, "number/19"));
  BOOST_TEST(has(text, "ACCOUNT19"));
  BOOST_TEST(has(line_with(text, "(none)"), "899"));
}

BOOST_AUTO_TEST_CASE(it_fits_any_terminal) {
  LiveFigures shown = figures();
  shown.problem = "no server answers at a very long address, for a reason that has many words";
  for (const std::size_t width : {1U, 8U, 20U, 40U, 69U, 70U, 100U, 200U}) {
    for (const std::size_t height : {1U, 2U, 3U, 6U, 10U, 24U, 40U, 60U}) {
      const std::vector<std::string> lines = lines_of(draw_live(shown, {width, height, false}));
      BOOST_TEST(lines.size() <= height);
      if (width < 40) continue;  // numbers aren't shortened
      for (const std::string& line : lines) BOOST_TEST(display_width(line) <= width, line);
    }
  }
  // A usual terminal has some of both tables.
  const std::string usual = draw_live(shown, {80, 24, false});
  BOOST_TEST(has(usual, "number/4 "));
  BOOST_TEST(has(usual, "ACCOUNT3"));
}

BOOST_AUTO_TEST_CASE(nothing_is_no_trouble) {
  const std::string text = draw_live({}, {80, 24, false});
  BOOST_TEST(has(text, "0.0 calls a second"));
  BOOST_TEST(has(text, "0 calls, 0 errors (0.00 %)"));
  BOOST_TEST(!has(text, "Slowest"));
  BOOST_TEST(!has(text, "median"));
}

BOOST_AUTO_TEST_CASE(names_cannot_control_the_terminal) {
  LiveFigures shown = figures();
  shown.endpoints[0].name = "/a\x1b[2J\nb";
  shown.accounts[0].name = "A\x1b]0;x\x07";
  shown.filters = "account=\x1b[2J";
  const std::string text = draw_live(shown, {100, 50, false});
  BOOST_TEST(!has(text, "\x1b"));
  BOOST_TEST(has(text, "/a\\x1b[2J"));
}

BOOST_AUTO_TEST_SUITE_END()
