#include "intake/framing.h"

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "tests/support/effort.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(framing)

namespace {

struct Taken {
  std::string bytes;
  std::uint64_t offset;
  bool too_long;
  friend bool operator==(const Taken&, const Taken&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Taken& taken) {
    return out << '[' << taken.bytes << "]@" << taken.offset << (taken.too_long ? " too long" : "");
  }
};

void drain(LineFramer& framer, std::vector<Taken>& lines) {
  while (const auto line = framer.next()) {
    lines.push_back({std::string(line->bytes), line->offset, line->too_long});
  }
}

void feed(LineFramer& framer, std::string_view bytes, std::vector<Taken>& lines) {
  while (!bytes.empty()) {
    const std::span<char> space = framer.space();
    const std::size_t count = std::min(space.size(), bytes.size());
    std::memcpy(space.data(), bytes.data(), count);
    framer.filled(count);
    bytes.remove_prefix(count);
    drain(framer, lines);
  }
}

// The expected lines, computed from the whole stream.
std::vector<Taken> model(std::string_view stream, std::size_t max_line) {
  std::vector<Taken> lines;
  for (std::size_t from = 0; from < stream.size();) {
    const std::size_t lf = std::min(stream.find('\n', from), stream.size());
    from = std::min(stream.find_first_not_of('\0', from), stream.size());
    if (from == stream.size()) break;
    std::string_view line = stream.substr(from, lf - from);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool too_long = line.size() > max_line;
    if (too_long) line = line.substr(0, max_line);
    lines.push_back({std::string(line), from, too_long});
    from = lf + 1;
  }
  return lines;
}

BOOST_AUTO_TEST_CASE(takes_lines_with_their_offsets_and_without_their_ends) {
  LineFramer framer(100, 7);
  std::vector<Taken> lines;
  feed(framer, std::string_view("ab\n\r\n\nc\0d\r\nrest", 15), lines);
  const std::vector<Taken> expected = {
      {"ab", 7, false}, {"", 10, false}, {"", 12, false}, {{"c\0d", 3}, 13, false}};
  BOOST_TEST(lines == expected, boost::test_tools::per_element());
  BOOST_TEST(framer.pending() == 4U);
  BOOST_TEST(framer.offset() == 18U);
  const auto last = framer.last();
  BOOST_REQUIRE(last.has_value());
  BOOST_TEST(last->bytes == "rest");
  BOOST_TEST(last->end == 22U);
  BOOST_TEST(!framer.last().has_value());
}

BOOST_AUTO_TEST_CASE(a_line_end_that_is_split_over_two_reads_is_one) {
  LineFramer framer(100);
  std::vector<Taken> lines;
  feed(framer, "a\r", lines);
  BOOST_TEST(lines.empty());
  feed(framer, "\nb\n", lines);
  const std::vector<Taken> expected = {{"a", 0, false}, {"b", 3, false}};
  BOOST_TEST(lines == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_line_of_just_the_limit_is_whole_with_either_line_end) {
  for (const std::string end : {"\n", "\r\n"}) {
    LineFramer framer(8);
    std::vector<Taken> lines;
    for (const char c : "12345678" + end + "123456789" + end) feed(framer, {&c, 1}, lines);
    const std::vector<Taken> expected = {{"12345678", 0, false},
                                         {"12345678", 8 + end.size(), true}};
    BOOST_TEST(lines == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_line_that_is_too_long_is_returned_once_and_not_held) {
  LineFramer framer(1000, 0, 4096);
  std::vector<Taken> lines;
  std::size_t most = 0;
  for (int i = 0; i < 10'000; ++i) {
    feed(framer, std::string(1000, 'x'), lines);
    most = std::max(most, framer.space().size());
  }
  BOOST_TEST(lines.size() == 1U);
  BOOST_TEST(lines.front().too_long);
  BOOST_TEST(lines.front().bytes == std::string(1000, 'x'));
  BOOST_TEST(most <= 4U * 4096U);
  BOOST_TEST(framer.skipping());
  BOOST_TEST(framer.offset() == 10'000'000U);
  feed(framer, "yyy\nnext\n", lines);
  BOOST_TEST(lines.size() == 2U);
  BOOST_TEST(lines.back() == (Taken{"next", 10'000'004, false}));
}

BOOST_AUTO_TEST_CASE(nuls_before_a_line_are_skipped_and_not_held) {
  LineFramer framer(100, 7, 64);
  std::vector<Taken> lines;
  const std::string hole(1'000'000, '\0');
  feed(framer, "before\n" + hole, lines);
  BOOST_TEST(framer.pending() == 0U);
  BOOST_TEST(framer.offset() == 14U);  // the writer may still fill them
  BOOST_TEST(framer.space().size() < 1000U);
  BOOST_TEST(!framer.last().has_value());
  feed(framer, hole + "af", lines);
  BOOST_TEST(framer.offset() == 14U);
  BOOST_TEST(framer.pending() == 2U);
  feed(framer, std::string("ter\n\0\0\n\0mid\0dle\n", 16), lines);
  const std::vector<Taken> expected = {{"before", 7, false},
                                       {"after", 2'000'014, false},
                                       {"", 2'000'022, false},
                                       {{"mid\0dle", 7}, 2'000'024, false}};
  BOOST_TEST(lines == expected, boost::test_tools::per_element());
  BOOST_TEST(framer.offset() == 2'000'032U);
}

BOOST_AUTO_TEST_CASE(a_framer_can_continue_within_a_line_that_is_too_long) {
  LineFramer framer(10, 500);
  framer.resume_skipping();
  std::vector<Taken> lines;
  feed(framer, "tail of it\nnext\n", lines);
  const std::vector<Taken> expected = {{"next", 511, false}};
  BOOST_TEST(lines == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(pieces_of_any_size_give_the_lines_of_the_whole_stream) {
  std::mt19937 random(1);
  for (int round = 0; round < tests::rounds(400); ++round) {
    const std::size_t max_line = random() % 3000;
    std::string stream;
    for (std::size_t n = random() % 60; n > 0; --n) {
      const std::size_t length = random() % 4 == 0 ? random() % 5000 : random() % 40;
      for (std::size_t i = 0; i < length; ++i) stream.push_back("ab\r\0{"[random() % 5]);
      stream.push_back('\n');
    }
    LineFramer framer(max_line, 0, 16 + random() % 2000);
    std::vector<Taken> lines;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t count = 1 + random() % 3000;
      feed(framer, std::string_view(stream).substr(at, count), lines);
      at += count;
      if (random() % 3 != 0) continue;
      framer.shrink();
      BOOST_TEST(framer.memory() <= 2 * framer.pending() + LineFramer::kPadding);
    }
    BOOST_TEST(lines == model(stream, max_line), boost::test_tools::per_element());
    BOOST_TEST(framer.pending() == 0U);
    BOOST_TEST(framer.offset() == stream.size());
  }
}

BOOST_AUTO_TEST_CASE(the_bytes_behind_a_line_may_be_read) {
  LineFramer framer(100'000, 0, 16);
  std::vector<Taken> lines;
  for (int i = 0; i < 200; ++i) {
    const std::span<char> space = framer.space();
    std::memset(space.data(), 'x', space.size());
    space.back() = '\n';
    framer.filled(space.size());
    while (const auto line = framer.next()) {
      volatile char sum = 0;
      for (std::size_t at = 0; at < LineFramer::kPadding; ++at) {
        sum = static_cast<char>(sum + line->bytes.data()[line->bytes.size() + at]);
      }
      BOOST_TEST(!line->too_long);
    }
  }
}

// Octet counts (RFC 6587).

namespace {

std::string counted(const std::string& message) {
  return std::to_string(message.size()) + ' ' + message;
}

// Feeds the bytes in pieces, as a connection does: a framer without pending bytes is made anew.
std::vector<Taken> take_counted(std::string_view bytes, std::size_t piece, std::size_t max_line,
                                LineFramer::Framing* framing = nullptr) {
  std::vector<Taken> lines;
  std::optional<LineFramer> framer;
  auto known = LineFramer::Framing::undecided;
  std::uint64_t received = 0;
  while (!bytes.empty()) {
    if (!framer) {
      framer.emplace(max_line, received, 16);
      framer->detect_framing(known);
    }
    const std::size_t count = std::min(piece, bytes.size());
    feed(*framer, bytes.substr(0, count), lines);
    known = framer->framing();
    received += count;
    bytes.remove_prefix(count);
    framer->shrink();
    if (framer->broken()) break;
    if (framer->pending() == 0 && !framer->skipping()) framer.reset();
  }
  if (framer) {
    if (const auto line = framer->last()) {
      lines.push_back({std::string(line->bytes), line->offset, line->too_long});
    }
  }
  if (framing != nullptr) *framing = known;
  return lines;
}

std::vector<std::string> bytes_of(const std::vector<Taken>& lines) {
  std::vector<std::string> bytes;
  for (const Taken& line : lines) bytes.push_back(line.bytes);
  return bytes;
}

using Messages = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(the_first_bytes_decide_between_lines_and_counts) {
  using Framing = LineFramer::Framing;
  const auto framing_of = [](const std::string& bytes) {
    Framing framing{};
    (void)take_counted(bytes, 1, 1000, &framing);
    return framing;
  };
  BOOST_TEST((framing_of("2 {}") == Framing::octets));
  BOOST_TEST((framing_of("10 <13>a b c") == Framing::octets));
  BOOST_TEST((framing_of("{}") == Framing::lines));
  BOOST_TEST((framing_of("<13>a") == Framing::lines));
  BOOST_TEST((framing_of("10.0.0.1 - -") == Framing::lines));
  BOOST_TEST((framing_of("2026-11-20 {}") == Framing::lines));
  BOOST_TEST((framing_of("12 text") == Framing::lines));
  BOOST_TEST((framing_of("0 {}") == Framing::lines));
  BOOST_TEST((framing_of("1234567890 {}") == Framing::lines));
  BOOST_TEST((framing_of("7\n") == Framing::lines));
  BOOST_TEST((framing_of("12") == Framing::undecided));
  BOOST_TEST((bytes_of(take_counted("12", 1, 1000)) == Messages{"12"}));
}

BOOST_AUTO_TEST_CASE(counted_messages_in_pieces_of_any_size) {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    Messages expected;
    for (std::size_t count = 1 + random() % 8; count > 0; --count) {
      std::string message = expected.empty() ? "<" : "";
      for (std::size_t length = random() % 30; length > 0; --length) {
        message += static_cast<char>(random() % 3 == 0 ? '0' + random() % 10 : 'a' + random() % 26);
      }
      message += 'x';
      if (random() % 3 == 0) message += "\nb";
      expected.push_back(message);
      bytes += counted(message + (random() % 2 == 0 ? "\n" : "")) + (random() % 4 == 0 ? "\n" : "");
    }
    for (const std::size_t piece : {1, 3, 7, 1000}) {
      BOOST_TEST_REQUIRE((bytes_of(take_counted(bytes, piece, 1000)) == expected), bytes);
    }
  }
}

BOOST_AUTO_TEST_CASE(counted_messages_that_are_too_long_are_cut_without_being_held) {
  const std::string bytes = counted("<1>" + std::string(100'000, 'a')) + counted("second");
  for (const std::size_t piece : {1, 100, 1'000'000}) {
    const auto lines = take_counted(bytes, piece, 50);
    BOOST_TEST_REQUIRE(lines.size() == 2);
    BOOST_TEST(lines[0].too_long);
    BOOST_TEST(lines[0].bytes == "<1>" + std::string(47, 'a'));
    BOOST_TEST(lines[1].bytes == "second");
    BOOST_TEST(!lines[1].too_long);
  }
  LineFramer framer(50, 0, 16);
  framer.detect_framing();
  std::vector<Taken> lines;
  feed(framer, "999999999 <" + std::string(1'000'000, 'a'), lines);
  BOOST_TEST(lines.size() == 1);
  BOOST_TEST(framer.memory() < 1000);
  BOOST_TEST(framer.skipping());
}

BOOST_AUTO_TEST_CASE(a_wrong_count_ends_the_stream) {
  for (const std::string wrong : {"{}", "x 1", " 2", "-1 a", "12345678901 a", "1x a"}) {
    const std::string bytes = counted("<1>") + wrong + counted("more");
    for (const std::size_t piece : {1, 1000}) {
      BOOST_TEST((bytes_of(take_counted(bytes, piece, 1000)) == Messages{"<1>"}), wrong);
    }
  }
  BOOST_TEST((bytes_of(take_counted(counted("<1>") + "0 " + counted("a"), 1, 1000)) ==
              Messages{"<1>", "", "a"}));
  // What was cut is taken as it is.
  BOOST_TEST(
      (bytes_of(take_counted(counted("<1>") + "10 abc", 1, 1000)) == Messages{"<1>", "abc"}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
