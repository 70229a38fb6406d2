// The decisions of decide() for each kind of known file.
#include "daemon/tail/matching.h"

#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>

namespace fortnight::daemon {

std::ostream& operator<<(std::ostream& out, Verdict verdict) {
  return out << static_cast<int>(verdict);
}
std::ostream& operator<<(std::ostream& out, Reason reason) { return out << reason_text(reason); }

BOOST_AUTO_TEST_SUITE(tail_matching)

namespace {

const std::string kText = [] {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}();

std::string trace_of(const std::string& text, std::uint64_t offset) {
  const std::uint64_t bytes = std::min<std::uint64_t>(offset, kTraceBytes);
  return text.substr(offset - bytes, bytes);
}

// The samples that a probe takes of a file with this text if everything is requested.
Content content_of(const std::string& text) {
  Content content;
  content.head = text.substr(0, kHeadBytes);
  content.length = text.size();
  for (std::uint64_t offset = 1; offset <= text.size(); ++offset) {
    content.traces[offset] = trace_of(text, offset);
  }
  return content;
}

TailPosition read_to(const std::string& text, std::uint64_t offset) {
  TailPosition position;
  position.offset = offset;
  position.head_hash = evidence_hash(text.substr(0, std::min<std::uint64_t>(offset, kHeadBytes)));
  position.trace_hash = evidence_hash(trace_of(text, offset));
  for (std::uint64_t at = offset / 4; at < offset && at > 0; at += offset / 4) {
    position.add_checkpoint({at, evidence_hash(trace_of(text, at))}, offset);
  }
  return position;
}

KnownFile known(const TailPosition& position) {
  KnownFile file;
  file.position = &position;
  return file;
}

KnownFile open_file(const TailPosition& position, const std::string& text,
                    const std::string& candidate) {
  KnownFile file = known(position);
  file.open = true;
  file.head = std::string_view(text).substr(0, kHeadBytes);
  file.size = text.size();
  if (candidate.size() <= text.size()) file.before_end = trace_of(text, candidate.size());
  return file;
}

void check(const Decision& decision, Verdict verdict, Reason reason) {
  BOOST_TEST(decision.verdict == verdict);
  BOOST_TEST(decision.reason == reason);
}

}  // namespace

BOOST_AUTO_TEST_CASE(nothing_is_known) {
  const Content content = content_of(kText);
  check(decide(content, {}, Claim::matched), Verdict::start, Reason::matched_new);
  check(decide(content, {}, Claim::between), Verdict::start, Reason::between_new);
  check(decide(content, {}, Claim::none), Verdict::leave, Reason::not_ours);
}

BOOST_AUTO_TEST_CASE(the_file_being_read_continues_at_its_offset) {
  const TailPosition position = read_to(kText, 2000);
  KnownFile file = known(position);
  file.same_file = true;
  const Decision decision = decide(content_of(kText), {file}, Claim::matched);
  check(decision, Verdict::resume, Reason::same_file);
  BOOST_TEST(decision.offset == 2000U);
}

BOOST_AUTO_TEST_CASE(a_truncated_file_continues_at_its_end) {
  const TailPosition position = read_to(kText, 2000);
  KnownFile file = known(position);
  file.same_file = true;
  const Decision decision = decide(content_of(kText.substr(0, 1600)), {file}, Claim::matched);
  check(decision, Verdict::resume, Reason::same_file);
  BOOST_TEST(decision.offset == 1600U);
}

BOOST_AUTO_TEST_CASE(another_file_of_the_same_inode_is_new) {
  const TailPosition position = read_to(kText, 2000);
  KnownFile file = known(position);
  file.same_file = true;
  std::string other = kText;
  other[1990] = 'X';
  check(decide(content_of(other), {file}, Claim::matched), Verdict::start, Reason::matched_new);
}

BOOST_AUTO_TEST_CASE(the_rest_of_a_lost_file_is_read_in_its_copy) {
  const TailPosition position = read_to(kText, 2000);
  KnownFile lost = known(position);
  lost.lost = true;
  const Decision decision = decide(content_of(kText), {lost}, Claim::none);
  check(decision, Verdict::resume, Reason::same_content);
  BOOST_TEST(decision.offset == 2000U);
}

BOOST_AUTO_TEST_CASE(a_copy_that_ends_where_the_file_was_read_to_has_nothing_more) {
  const TailPosition position = read_to(kText, 2000);
  check(decide(content_of(kText.substr(0, 2000)), {known(position)}, Claim::matched),
        Verdict::settled, Reason::nothing_more);
}

BOOST_AUTO_TEST_CASE(a_shorter_copy_is_proven_by_a_checkpoint) {
  TailPosition position = read_to(kText, 2000);
  const Content content = content_of(kText.substr(0, 1900));
  check(decide(content, {known(position)}, Claim::matched), Verdict::settled, Reason::shorter_copy);
  position.checkpoints.clear();
  check(decide(content, {known(position)}, Claim::matched), Verdict::start, Reason::matched_new);
}

BOOST_AUTO_TEST_CASE(a_shorter_file_that_only_begins_alike_is_new) {
  const TailPosition position = read_to(kText, 2000);
  std::string other = kText.substr(0, 1900);
  other[1400] = 'X';
  check(decide(content_of(other), {known(position)}, Claim::matched), Verdict::start,
        Reason::matched_new);
}

BOOST_AUTO_TEST_CASE(a_copy_of_an_open_file_is_held) {
  const TailPosition position = read_to(kText, 1200);
  const std::string copy = kText.substr(0, 2000);
  check(decide(content_of(copy), {open_file(position, kText, copy)}, Claim::matched), Verdict::held,
        Reason::copy_of_open);
  const TailPosition unread;
  check(decide(content_of(copy), {open_file(unread, kText, copy)}, Claim::matched), Verdict::held,
        Reason::copy_of_open);
}

BOOST_AUTO_TEST_CASE(a_longer_file_is_not_a_copy_of_the_open_one) {
  const std::string shorter = kText.substr(0, 1200);
  const TailPosition position = read_to(shorter, 1200);
  check(decide(content_of(kText), {open_file(position, shorter, kText)}, Claim::matched),
        Verdict::start, Reason::matched_new);
}

BOOST_AUTO_TEST_CASE(a_few_equal_lines_do_not_make_a_numbered_file_a_copy) {
  const std::string few = kText.substr(0, 300);
  const TailPosition position = read_to(kText, 2000);
  KnownFile file = open_file(position, kText, few);
  check(decide(content_of(few), {file}, Claim::matched), Verdict::settled, Reason::shorter_copy);
  file.numbered_within = true;
  check(decide(content_of(few), {file}, Claim::matched), Verdict::start, Reason::matched_new);
}

BOOST_AUTO_TEST_CASE(a_copy_that_became_another_file_is_new) {
  TailPosition position = read_to(kText, 2000);
  position.copy = position.finished = true;
  KnownFile file = known(position);
  file.same_file = true;
  check(decide(content_of(kText), {file}, Claim::matched), Verdict::start, Reason::matched_new);
}

BOOST_AUTO_TEST_CASE(an_incomplete_compressed_file_is_waited_for) {
  const TailPosition position = read_to(kText, 2000);
  Content content = content_of(kText.substr(0, 1100));
  content.compressed = content.cut_off = true;
  TailPosition sparse = position;
  sparse.checkpoints.clear();
  check(decide(content, {known(sparse)}, Claim::between), Verdict::wait, Reason::being_compressed);
  Content empty;
  empty.compressed = empty.cut_off = true;
  empty.length = 0;
  check(decide(empty, {}, Claim::matched), Verdict::wait, Reason::empty_so_far);
}

BOOST_AUTO_TEST_CASE(the_copy_that_was_read_furthest_is_continued) {
  const TailPosition first = read_to(kText, 1200);
  const TailPosition second = read_to(kText, 2000);
  KnownFile lost = known(first);
  lost.lost = true;
  const Decision decision = decide(content_of(kText), {lost, known(second)}, Claim::matched);
  BOOST_TEST(decision.known.value() == 1U);
  BOOST_TEST(decision.offset == 2000U);
  BOOST_TEST(decision.settles == std::vector<std::size_t>{0});
}

BOOST_AUTO_TEST_CASE(a_replacement_with_the_lost_files_bytes_continues) {
  const TailPosition position = read_to(kText, 2000);
  KnownFile lost = known(position);
  lost.lost = lost.same_name = true;
  check(decide(content_of(kText), {lost}, Claim::matched), Verdict::resume, Reason::same_content);
  check(decide(content_of(kText.substr(0, 1900)), {lost}, Claim::matched), Verdict::start,
        Reason::matched_new);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
