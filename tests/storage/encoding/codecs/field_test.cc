// Chunks that repeat numbers of their calls are searched in the calls: the chunk has no bytes of
// them.
#include <boost/test/unit_test.hpp>
#include <string>

#include "base/civil_time.h"
#include "storage/encoding/text_codec.h"
#include "tests/storage/encoding/sample_columns.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::tests::kSampleRows;
using fortnight::tests::SampleCalls;

BOOST_AUTO_TEST_SUITE(field_codec)

namespace {

bool may_contain(FieldColumn column, TimeText time, DurationUnit unit, const std::string& wanted) {
  const SampleCalls calls;
  const SearchedCalls searched{calls, kSampleRows, SampleCalls::ts(0),
                               SampleCalls::ts(kSampleRows - 1)};
  const std::string chunk = {static_cast<char>(Encoding::field), static_cast<char>(column),
                             static_cast<char>(time), static_cast<char>(unit)};
  const Needle needle(wanted);
  std::string scratch;
  ChunkSearch search{.needle = needle, .scratch = scratch, .values = kSampleRows};
  search.calls = &searched;
  return chunk_may_contain(chunk, search);
}

bool may_contain(FieldColumn column, const std::string& wanted) {
  return may_contain(column, TimeText::rfc3339, DurationUnit::ms, wanted);
}

std::string rfc3339(std::uint32_t row) {
  std::string text;
  append_rfc3339(SampleCalls::ts(row), row % 10, text);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(statuses_and_durations) {
  BOOST_TEST(may_contain(FieldColumn::status, "404"));
  BOOST_TEST(!may_contain(FieldColumn::status, "401"));
  BOOST_TEST(!may_contain(FieldColumn::status, "2020"));
  BOOST_TEST(may_contain(FieldColumn::duration, "1.2345"));
  BOOST_TEST(!may_contain(FieldColumn::duration, "1.23456"));
  BOOST_TEST(may_contain(FieldColumn::duration, TimeText::other, DurationUnit::ns, "1234500"));
}

BOOST_AUTO_TEST_CASE(instants) {
  for (std::uint32_t row = 0; row < kSampleRows; row += 13) {
    const std::string text = rfc3339(row);
    BOOST_TEST(may_contain(FieldColumn::ts, text));
    BOOST_TEST(may_contain(FieldColumn::ts, text.substr(text.size() / 2)));
    const std::string seconds = std::to_string(SampleCalls::ts(row) / kNsPerSecond);
    BOOST_TEST(may_contain(FieldColumn::ts, TimeText::unix_s, DurationUnit::ms, seconds));
    const std::string nanoseconds = std::to_string(SampleCalls::ts(row));
    BOOST_TEST(may_contain(FieldColumn::ts, TimeText::unix_ns, DurationUnit::ms, nanoseconds));
  }
  BOOST_TEST(!may_contain(FieldColumn::ts, "2019"));
  BOOST_TEST(!may_contain(FieldColumn::ts, "0000000001"));
}

// A field, a form of instants or a unit that doesn't exist.
BOOST_AUTO_TEST_CASE(unknown_numbers_are_damage) {
  for (const std::string rest : {"\x05\x01\x01", "\x01\x09\x01", "\x01\x01\x09", "\x0d\x01\x01"}) {
    const std::string chunk = static_cast<char>(Encoding::field) + rest + std::string(8, '\0');
    ChunkContext context;
    context.values = 1;
    BOOST_TEST(!parse_text_chunk(std::string_view(chunk).substr(0, 4), context));
  }
}

BOOST_AUTO_TEST_SUITE_END()
