#include "storage/journal/batch_codec.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

#include "storage/journal/record.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/effort.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(batch_codec)

namespace {

Append sample_append() {
  Append append;
  samples::add_sample(append.batch, {.ts = 1'763'000'000'000'000'001, .call_id = "c1"});
  samples::add_sample(append.batch, {.ts = -5, .account = "", .status = 0, .call_id = "c2"});
  samples::add_plain_sample(append.batch, kMaxTime, "{\"odd\": [1,2,3]}", "e9");
  samples::add_plain_sample(append.batch, kMinTime, "{}", "e10");
  append.batch.calls[1].duration_ns = 7'900'000;
  append.rejects.push_back({5, "tcp", "not-json", "at byte 3", 77, "{oops"});
  append.positions.push_back({"file", "12:34"});
  append.skipped = 9;
  return append;
}

std::string encoded(const Append& append, std::uint64_t first_seq) {
  JournalBytes bytes =
      encode_append(append, std::make_shared<const Batch>(append.batch), first_seq);
  bytes.join();
  return bytes.front;
}

void check_same(const Batch& a, const Batch& b) {
  BOOST_TEST((a.kinds == b.kinds));
  const auto equal = [](const SharedShape& x, const SharedShape& y) { return *x == *y; };
  BOOST_TEST(std::equal(a.shapes.begin(), a.shapes.end(), b.shapes.begin(), b.shapes.end(), equal));
  BOOST_REQUIRE(a.calls.size() == b.calls.size());
  for (std::size_t i = 0; i < a.calls.size(); ++i) {
    const Call& x = a.calls[i];
    const Call& y = b.calls[i];
    BOOST_TEST(samples::line_of(a, x) == samples::line_of(b, y));
    BOOST_TEST(x.ts == y.ts);
    BOOST_TEST(x.ts_digits == y.ts_digits);
    BOOST_TEST(x.duration_ns == y.duration_ns);
    BOOST_TEST(x.status == y.status);
    for (std::size_t f = 0; f < kTextFields; ++f) {
      BOOST_TEST(a.view(x.text[f]) == b.view(y.text[f]));
    }
    std::vector<std::string> ids[2];
    const auto collect = [](std::vector<std::string>& out) {
      return [&out](std::string_view kind, std::string_view value) {
        out.push_back(std::string(kind) + "=" + std::string(value));
      };
    };
    for_each_id(a, x, collect(ids[0]));
    for_each_id(b, y, collect(ids[1]));
    BOOST_TEST(ids[0] == ids[1], boost::test_tools::per_element());
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_append_reads_back) {
  const Append append = sample_append();
  const auto back = decode_append(encoded(append, 100));
  BOOST_REQUIRE(back);
  check_same(append.batch, back->batch);
  BOOST_TEST(back->batch.calls[2].seq == 102U);
  BOOST_TEST(back->skipped == 9U);
  BOOST_TEST(back->positions[0].key == "file");
  BOOST_TEST(back->positions[0].value == "12:34");
  BOOST_REQUIRE(back->rejects.size() == 1U);
  BOOST_TEST(back->rejects[0].reason == "not-json");
  BOOST_TEST(back->rejects[0].bytes == "{oops");
  BOOST_TEST(back->rejects[0].offset == 77U);
}

BOOST_AUTO_TEST_CASE(every_truncation_is_corrupt) {
  const std::string bytes = encoded(sample_append(), 100);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto back = decode_append(std::string_view(bytes).substr(0, length));
    BOOST_REQUIRE(!back);
    BOOST_TEST((back.error().code == ErrorCode::corrupt));
  }
}

// A damaged record may decode to wrong calls, but reading them stays within memory: sanitizers
// check.
BOOST_AUTO_TEST_CASE(damaged_bytes_are_refused_or_can_be_walked) {
  const std::string bytes = encoded(sample_append(), 100);
  std::mt19937 random(1);
  std::size_t refused = 0;
  for (int round = 0; round < fortnight::tests::rounds(20'000); ++round) {
    std::string damaged = bytes;
    for (auto flips = 1 + random() % 3; flips > 0; --flips) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    const auto back = decode_append(damaged);
    if (!back) {
      ++refused;
      continue;
    }
    for (const Call& call : back->batch.calls) {
      (void)samples::line_of(back->batch, call);
      for_each_id(back->batch, call, [](std::string_view, std::string_view) {});
    }
  }
  BOOST_TEST(refused > 0U);
}

BOOST_AUTO_TEST_CASE(an_empty_append_reads_back) {
  const auto back = decode_append(encoded(Append{}, 1));
  BOOST_REQUIRE(back);
  BOOST_TEST(back->batch.empty());
}

BOOST_AUTO_TEST_SUITE_END()
