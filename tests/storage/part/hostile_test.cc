// Content that a part's parsers reject although its checksums are valid.
#include <boost/test/unit_test.hpp>
#include <limits>

#include "base/bytes.h"
#include "storage/files/block_cache.h"
#include "storage/part/file.h"
#include "storage/part/footer.h"
#include "storage/part/id_index.h"
#include "storage/part/part.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/checksums.h"
#include "tests/support/memory_cap.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(part_hostile, *boost::unit_test::fixture<fortnight::tests::MemoryCap>())

namespace {

constexpr std::uint64_t kPagesBytes = 64;
constexpr Day kDay = 20777;

std::string id_directory(std::uint64_t ids, unsigned bucket_bits, unsigned width,
                         const std::string& lengths) {
  std::string bytes;
  ByteWriter out(bytes);
  out.varint(ids);
  for (const unsigned field : {bucket_bits, 5U, 1U, width}) {
    out.u8(static_cast<std::uint8_t>(field));
  }
  return bytes + lengths;
}

}  // namespace

BOOST_AUTO_TEST_CASE(blocks_do_not_lie_over_each_other) {
  BlockEntry first;
  first.offset = kPartHeaderBytes;
  first.header_bytes = 10;
  first.bytes = 100;
  first.rows = 1;
  BlockEntry second = first;
  second.first_row = 1;
  PartFooter footer;
  footer.summary.calls = 2;
  footer.summary.bytes = 1000;
  for (const std::uint64_t offset : {132U, 131U, 32U}) {
    second.offset = offset;
    std::string table;
    encode_block_table({first, second}, table);
    BOOST_TEST(parse_block_table(table, footer).has_value() == (offset == 132));
  }
}

BOOST_AUTO_TEST_CASE(an_id_directory_must_match_its_pages) {
  BOOST_TEST(IdDirectory::parse(id_directory(20, 0, 8, "\x40"), kPagesBytes).has_value());
  // Buckets without bytes, IDs without bits, lengths of too many bits, pages of another size.
  BOOST_TEST(!IdDirectory::parse(id_directory(20, 28, 0, ""), 0));
  BOOST_TEST(!IdDirectory::parse(id_directory(1ULL << 34, 28, 0, ""), kPagesBytes));
  BOOST_TEST(!IdDirectory::parse(id_directory(20, 0, 200, std::string(25, '\1')), kPagesBytes));
  BOOST_TEST(!IdDirectory::parse(id_directory(20, 0, 8, "\x41"), kPagesBytes));
  BOOST_TEST(!IdDirectory::parse(id_directory(20, 0, 64, "\x40"), kPagesBytes));
}

// A status is used as an index, and digits are written into a text of fixed size.
BOOST_AUTO_TEST_CASE(impossible_numbers_are_damage) {
  const auto readable = [](std::int32_t status, std::uint8_t ts_digits) {
    fortnight::faults::SimulatedFileSystem files;
    Batch batch;
    samples::add_sample(batch, {.ts = day_start(kDay), .status = status, .call_id = "c-1"});
    batch.calls[0].ts_digits = ts_digits;
    auto writer = PartWriter::create(files, "part", kDay, Effort::fast).value();
    writer->add(batch, batch.calls[0]).value();
    writer->finish().value();
    const auto part =
        PartReader::open(files, "part", std::make_shared<BlockCache>(1U << 20)).value();
    const bool whole = part->read_block(0).has_value();
    ScanSummary summary;
    part->scan(
            {}, {}, [](CallRecord&&) { return true; }, summary)
        .value();
    BOOST_TEST(summary.completeness.complete == whole);
    return whole;
  };
  BOOST_TEST(readable(999, 9));
  BOOST_TEST(!readable(1000, 9));
  BOOST_TEST(!readable(200, 10));
  BOOST_TEST(!readable(200, 255));
}

// Days are multiplied: a day whose midnight isn't a valid instant would overflow.
BOOST_AUTO_TEST_CASE(a_day_out_of_range_is_damage) {
  const auto read_back = [](std::int64_t number) {
    std::string bytes;
    ByteWriter(bytes).signed_varint(number);
    ByteReader in(bytes);
    const Day day = in.day();
    return in.ok() && day == number;
  };
  BOOST_TEST(read_back(kDay));
  BOOST_TEST(read_back(-100'000));
  for (const std::int64_t number :
       {std::int64_t{324'770}, std::int64_t{-324'770}, std::int64_t{1} << 32,
        std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    BOOST_TEST(!read_back(number), number);
  }
}

// Quantiles are assigned to buckets by this time.
BOOST_AUTO_TEST_CASE(a_time_that_the_block_table_does_not_have_is_damage) {
  constexpr TimeNs kFirst = day_start(kDay) + kNsPerHour;
  constexpr TimeNs kForged = kFirst + 5 * kNsPerSecond;
  fortnight::faults::SimulatedFileSystem files;
  Batch batch;
  samples::add_sample(batch, {.ts = kFirst, .call_id = "a"});
  samples::add_sample(batch, {.ts = kFirst + 10 * kNsPerSecond, .call_id = "b"});
  const auto writer = PartWriter::create(files, "part", kDay, Effort::fast).value();
  for (const Call& call : batch.calls) BOOST_REQUIRE(writer->add(batch, call));
  BOOST_REQUIRE(writer->finish());
  const auto cache = std::make_shared<BlockCache>(1U << 20);
  {
    const auto part = PartFile::open(files, "part", cache).value();
    std::vector<BlockEntry> blocks = part->blocks();
    blocks[0].min_ts = kForged;
    std::string table;
    encode_block_table(blocks, table);
    const SectionEntry* section = part->footer().find(Section::blocks);
    BOOST_REQUIRE_EQUAL(table.size(), section->length);
    std::string file = part->read(0, part->footer().summary.bytes).value();
    file.replace(section->offset, table.size(), table);
    fortnight::tests::repair_part(file);
    BOOST_REQUIRE(files.create("forged").value()->write(0, file));
  }
  const auto forged = PartReader::open(files, "forged", cache).value();
  CallQuery query;
  query.from = kForged;
  query.order = Order::oldest_first;
  ScanSummary summary;
  const auto visit = [&](CallRecord&& record) {
    BOOST_TEST(record.ts >= kForged);
    return true;
  };
  BOOST_REQUIRE(forged->scan(query, {}, visit, summary));
  BOOST_TEST(summary.completeness.damaged() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
