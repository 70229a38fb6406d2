// Every byte of a part flipped, and the part cut at every length: right answers or reported damage,
// never a wrong answer or a crash.
#include <boost/test/unit_test.hpp>

#include "storage/files/block_cache.h"
#include "storage/part/part.h"
#include "tests/storage/random_calls.h"
#include "tests/support/effort.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight::storage;
using fortnight::faults::SimulatedFileSystem;

namespace {

constexpr Day kDay = 20777;

struct SmallPart {
  SimulatedFileSystem files;
  std::vector<std::string> lines;
  std::vector<std::string> call_ids;

  SmallPart(std::size_t calls, Effort effort) {
    const Batch batch = samples::RandomCalls(calls).make(calls, kDay);
    auto writer = PartWriter::create(files, "part", kDay, effort);
    BOOST_REQUIRE(writer);
    for (const Call& call : batch.calls) {
      BOOST_REQUIRE((*writer)->add(batch, call));
      append_line(batch, call, lines.emplace_back());
      call_ids.emplace_back(batch.field(call, TextField::call_id));
    }
    BOOST_REQUIRE((*writer)->finish());
  }
};

// Reads all of it in every way. What comes must be right, and what doesn't must be reported.
void check(const SmallPart& part, FileSystem& files, const std::string& what) {
  const auto cache = std::make_shared<BlockCache>(1U << 20);
  const auto reader = PartReader::open(files, "part", cache);
  if (!reader) return;
  CallQuery query;
  query.order = Order::oldest_first;
  query.with_line = true;
  ScanSummary summary;
  std::size_t found = 0;
  bool right = true;
  BOOST_TEST_CONTEXT(what) {
    BOOST_REQUIRE((*reader)->scan(
        query, {},
        [&](CallRecord&& record) {
          right = right && record.ref.seq >= 1 && record.ref.seq <= part.lines.size() &&
                  record.line == part.lines[record.ref.seq - 1];
          ++found;
          return true;
        },
        summary));
    BOOST_TEST(right);
    BOOST_TEST((found == part.lines.size() || !summary.completeness.complete));

    // By an ID, through the index: found, or said to be missing.
    CallQuery by_id;
    Predicate id;
    id.subject = Predicate::Subject::any_id;
    id.patterns = {TextPattern{{part.call_ids[3]}}};
    by_id.predicates = {id};
    ScanSummary by_id_summary;
    std::size_t hits = 0;
    BOOST_REQUIRE((*reader)->scan(
        by_id, {},
        [&](CallRecord&& record) {
          BOOST_TEST(record.ref.seq == 4U);
          ++hits;
          return true;
        },
        by_id_summary));
    BOOST_TEST((hits == 1 || !by_id_summary.completeness.complete));

    // By a key, through its index.
    CountQuery count;
    count.edges = {day_start(kDay), day_start(kDay + 1)};
    CountAnswer answer;
    BOOST_REQUIRE((*reader)->count(count, {}, answer));
    const std::uint64_t counted = answer.groups.find("", 0).calls;
    BOOST_TEST((counted == part.lines.size() || !answer.completeness.complete));
    for (std::uint32_t block = 0; block < (*reader)->blocks(); ++block) {
      static_cast<void>((*reader)->read_block(block));
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(part_damage)

BOOST_AUTO_TEST_CASE(every_byte_flipped) {
  for (const Effort effort : {Effort::fast, Effort::sealed}) {
    SmallPart part(40, effort);
    const std::string whole = part.files.contents("part");
    for (std::size_t i = 0; i < whole.size(); i += fortnight::tests::stride(std::size_t{1})) {
      std::string damaged = whole;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
      part.files.put("part", damaged);
      check(part, part.files, "byte " + std::to_string(i));
    }
  }
}

BOOST_AUTO_TEST_CASE(cut_at_every_length) {
  SmallPart part(40, Effort::sealed);
  const std::string whole = part.files.contents("part");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    part.files.put("part", whole.substr(0, length));
    BOOST_TEST(!PartReader::open(part.files, "part", std::make_shared<BlockCache>(1U << 20)));
  }
}

BOOST_AUTO_TEST_CASE(a_bit_in_every_block_of_a_large_part) {
  SmallPart part(20000, Effort::sealed);
  const std::string whole = part.files.contents("part");
  for (std::size_t i = 997; i < whole.size();
       i += whole.size() / fortnight::tests::rounds(std::size_t{40})) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    part.files.put("part", damaged);
    check(part, part.files, "byte " + std::to_string(i));
  }
}

BOOST_AUTO_TEST_SUITE_END()
