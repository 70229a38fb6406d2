// Every byte of a part is flipped, and the part is truncated at every length: answers are right or
// damage is reported; no wrong answers and no crashes.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <limits>
#include <map>

#include "storage/files/block_cache.h"
#include "storage/part/part.h"
#include "tests/storage/predicates.h"
#include "tests/storage/random_calls.h"
#include "tests/support/effort.h"
#include "tests/support/memory_cap.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::faults::SimulatedFileSystem;

BOOST_AUTO_TEST_SUITE(part_damage, *boost::unit_test::fixture<fortnight::tests::MemoryCap>())

namespace {

constexpr Day kDay = 20777;

// Queries that together use each index, single columns and the blocks' bytes.
std::vector<CallQuery> questions(const std::string& call_id) {
  Predicate method = samples::predicate_of(Predicate::Subject::field, "GET");
  method.field = TextField::method;
  Predicate status;
  status.subject = Predicate::Subject::status;
  status.statuses = {{200, 299}};
  std::vector<CallQuery> out;
  const std::vector<std::vector<Predicate>> all = {
      {},
      {samples::predicate_of(Predicate::Subject::any_id, call_id)},
      {samples::text_of(call_id.substr(4, 12))},
      {method, status}};
  for (const std::vector<Predicate>& predicates : all) {
    CallQuery& query = out.emplace_back();
    query.order = Order::oldest_first;
    query.with_line = true;
    query.predicates = predicates;
  }
  return out;
}

// Reads only scalars, like ERRORS does for codes: the last access to a block is to its last row.
std::map<std::uint64_t, std::vector<std::string>> scalars_of(const PartReader& reader,
                                                             ScanSummary& summary) {
  CallQuery query;
  query.order = Order::any;
  query.limit = std::numeric_limits<std::uint64_t>::max();
  query.fields.reset();
  query.with_ids = false;
  query.pointers = {"/words", "/price"};
  std::map<std::uint64_t, std::vector<std::string>> scalars;
  BOOST_REQUIRE(reader.scan(
      query, {},
      [&](CallRecord&& record) {
        scalars[record.ref.seq] = std::move(record.scalars);
        return true;
      },
      summary));
  return scalars;
}

using Seqs = std::vector<std::uint64_t>;

struct SmallPart {
  SimulatedFileSystem files;
  std::vector<std::string> lines;
  std::vector<CallQuery> asked;
  std::vector<Seqs> answers;  // of each query on the intact part
  std::map<std::uint64_t, std::vector<std::string>> scalars;

  SmallPart(std::size_t calls, Effort effort) {
    const Batch batch = samples::RandomCalls(calls).make(calls, kDay);
    auto writer = PartWriter::create(files, "part", kDay, effort);
    BOOST_REQUIRE(writer);
    for (const Call& call : batch.calls) {
      BOOST_REQUIRE((*writer)->add(batch, call));
      append_line(batch, call, lines.emplace_back());
    }
    BOOST_REQUIRE((*writer)->finish());
    asked = questions(std::string(batch.field(batch.calls[3], TextField::call_id)));
    const auto reader = PartReader::open(files, "part", std::make_shared<BlockCache>(1U << 20));
    BOOST_REQUIRE(reader);
    for (const CallQuery& query : asked) {
      ScanSummary summary;
      answers.push_back(answer(**reader, query, summary));
      BOOST_TEST(!answers.back().empty());
      BOOST_TEST(summary.completeness.complete);
    }
    BOOST_TEST(answers[0].size() == calls);
    ScanSummary summary;
    scalars = scalars_of(**reader, summary);
    BOOST_TEST(scalars.size() == calls);
  }

  // Numbers of the calls, each of which has its own line.
  [[nodiscard]] Seqs answer(const PartReader& reader, const CallQuery& query,
                            ScanSummary& summary) const {
    Seqs seqs;
    bool right = true;
    BOOST_REQUIRE(reader.scan(
        query, {},
        [&](CallRecord&& record) {
          const std::uint64_t seq = record.ref.seq;
          right = right && seq >= 1 && seq <= lines.size() && record.line == lines[seq - 1];
          seqs.push_back(seq);
          return true;
        },
        summary));
    BOOST_TEST(right);
    return seqs;
  }
};

// Reads everything in every way. Results must be right, and missing ones must be reported.
void check(const SmallPart& part, FileSystem& files, const std::string& what) {
  const auto cache = std::make_shared<BlockCache>(1U << 20);
  const auto reader = PartReader::open(files, "part", cache);
  if (!reader) return;
  BOOST_TEST_CONTEXT(what) {
    for (std::size_t i = 0; i < part.asked.size(); ++i) {
      ScanSummary summary;
      const Seqs found = part.answer(**reader, part.asked[i], summary);
      const Seqs& all = part.answers[i];
      BOOST_TEST(std::includes(all.begin(), all.end(), found.begin(), found.end()));
      BOOST_TEST((found == all || !summary.completeness.complete));

      CountQuery count;
      count.edges = {day_start(kDay), day_start(kDay + 1)};
      count.predicates = part.asked[i].predicates;
      CountAnswer answer;
      BOOST_REQUIRE((*reader)->count(count, {}, answer));
      const std::uint64_t counted = answer.groups.find("", 0).calls;
      BOOST_TEST(counted <= all.size());
      BOOST_TEST((counted == all.size() || !answer.completeness.complete));
    }
    ScanSummary summary;
    const auto scalars = scalars_of(**reader, summary);
    BOOST_TEST((scalars == part.scalars || !summary.completeness.complete));
    for (const auto& [seq, found] : scalars) BOOST_TEST((found == part.scalars.at(seq)));
    for (std::uint32_t block = 0; block < (*reader)->blocks(); ++block) {
      static_cast<void>((*reader)->read_block(block));
    }
  }
}

}  // namespace

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
