#include <boost/test/unit_test.hpp>

#include "base/bytes.h"
#include "base/checksum.h"
#include "storage/failures.h"
#include "storage/rollup/footer.h"
#include "storage/rollup/keys.h"
#include "storage/rollup/rollup.h"
#include "storage/rollup/table.h"
#include "storage/rollup/totals.h"
#include "tests/storage/rollup/calls.h"
#include "tests/support/effort.h"
#include "tests/support/memory_cap.h"

namespace fortnight::storage {
BOOST_AUTO_TEST_SUITE(rollup_damage, *boost::unit_test::fixture<tests::MemoryCap>())

namespace {

using namespace rollup_calls;
using faults::SimulatedFileSystem;

std::vector<Counted> some_calls(std::size_t count) {
  std::mt19937_64 random(11);
  std::vector<Counted> calls;
  for (std::size_t i = 0; i < count; ++i) calls.push_back(random_call(random));
  return calls;
}

// Queries that together read every section.
std::vector<CountQuery> questions() {
  CountQuery plain;
  plain.edges = {day_start(kDay), day_start(kDay) + 7 * kNsPerQuarter, day_start(kDay + 1)};
  CountQuery by_endpoint = plain;
  by_endpoint.by_field = TextField::endpoint;
  CountQuery by_account = plain;
  by_account.by_field = TextField::account;
  CountQuery filtered = by_account;
  Predicate failed;
  failed.subject = Predicate::Subject::status;
  failed.statuses = {{400, 599}};
  filtered.predicates = {failed};
  return {plain, by_endpoint, by_account, filtered};
}

struct Answers {
  std::vector<CountAnswer> counts;
  std::vector<LatencySketch> latency;
  std::uint64_t failures = 0;
};

// Returns the number of answered queries; each answer must be right.
int check(SimulatedFileSystem& files, const std::string& path, const Answers& right) {
  const auto reader = RollupReader::open(files, path, std::make_shared<BlockCache>(1U << 20));
  if (!reader) return 0;
  int answered = 0;
  std::size_t i = 0;
  for (const CountQuery& query : questions()) {
    CountAnswer answer;
    const bool ok = (*reader)->count(query, {}, answer).has_value();
    BOOST_REQUIRE(ok ? answer.groups == right.counts[i].groups : answer.groups.empty());
    answered += ok ? 1 : 0;
    ++i;
  }
  std::vector<LatencySketch> latency;
  if ((*reader)->latency({.edges = questions()[0].edges, .endpoints = {}}, latency)) {
    BOOST_REQUIRE((latency == right.latency));
    ++answered;
  }
  FoundFailures failures;
  if ((*reader)->failures({.predicates = {}, .codes = kCodePointers}, {}, failures)) {
    BOOST_REQUIRE_EQUAL(failures.failures.calls(), right.failures);
    ++answered;
  }
  const auto builder = RollupBuilder::create(kDay);
  if (builder->add(**reader) && builder->write(files, "rewritten")) ++answered;
  return answered;
}

Answers right_answers(const RollupReader& reader) {
  Answers right;
  for (const CountQuery& query : questions()) {
    reader.count(query, {}, right.counts.emplace_back()).value();
  }
  reader.latency({.edges = questions()[0].edges, .endpoints = {}}, right.latency).value();
  FoundFailures failures;
  reader.failures({.predicates = {}, .codes = kCodePointers}, {}, failures).value();
  right.failures = failures.failures.calls();
  return right;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_flipped_byte_gives_the_right_answer_or_an_error) {
  SimulatedFileSystem files;
  const Answers right = right_answers(*make_rollup(files, "whole", some_calls(60)));
  const std::string whole = files.contents("whole");
  BOOST_TEST(check(files, "whole", right) == 7);
  for (std::size_t at = 0; at < whole.size(); at += tests::stride(std::size_t{1})) {
    for (const unsigned flip : {0x01U, 0x80U, 0xffU}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ flip);
      files.put("damaged", damaged);
      BOOST_REQUIRE_LT(check(files, "damaged", right), 7);  // every byte is covered by a checksum
    }
  }
}

BOOST_AUTO_TEST_CASE(a_file_cut_anywhere_is_an_error) {
  SimulatedFileSystem files;
  make_rollup(files, "whole", some_calls(60));
  const std::string whole = files.contents("whole");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    files.put("cut", whole.substr(0, size));
    BOOST_REQUIRE(!RollupReader::open(files, "cut", std::make_shared<BlockCache>(1U << 20)));
  }
}

BOOST_AUTO_TEST_CASE(a_newer_version_is_unsupported) {
  SimulatedFileSystem files;
  make_rollup(files, "whole", some_calls(5));
  for (const std::size_t at : {std::size_t{8}, std::size_t{12}}) {  // version, incompatible bits
    std::string bytes = files.contents("whole");
    bytes[at] = static_cast<char>(bytes[at] + 2);
    std::string checksum;
    ByteWriter(checksum).u32(checksum32(std::string_view(bytes).substr(0, 20)));
    bytes.replace(20, 4, checksum);
    files.put("newer", bytes);
    const auto reader = RollupReader::open(files, "newer", std::make_shared<BlockCache>(1024));
    BOOST_REQUIRE(!reader);
    BOOST_TEST((reader.error().code == ErrorCode::unsupported));
  }
}

// Content with valid checksums, as an attacker would make it.
BOOST_AUTO_TEST_CASE(hostile_pages_and_keys_do_no_harm) {
  std::mt19937_64 random(12);
  std::string page;
  ByteWriter writer(page);
  writer.varint(2);
  for (const std::string_view name : {"A", "B"}) {
    writer.text(name);
    for (const std::uint64_t size : {1U, 1U, 3U, 2U}) writer.varint(size);
  }
  writer.bytes(std::string_view("\x05\x85\x01\x02\x07\x83\x01\x09", 8));
  writer.bytes(std::string_view("\x01\x02\x03\x04\x05\x06", 6));
  BOOST_REQUIRE(RollupPage::parse(page));
  int parsed = 0;
  for (int i = 0; i < tests::rounds(20000); ++i) {
    std::string hostile = page;
    for (int flips = 1 + static_cast<int>(random() % 4); flips > 0; --flips) {
      hostile[random() % hostile.size()] = static_cast<char>(random());
    }
    if (random() % 4 == 0) hostile.resize(random() % hostile.size());
    const auto result = RollupPage::parse(hostile);
    RollupKeys::parse(hostile).has_value();
    RollupIndex::parse(hostile).has_value();
    if (!result) continue;
    ++parsed;
    RollupTotalsBuilder totals(4, RollupGrain::quarter);
    for (const TableEntry& entry : (*result)->entries()) {
      if (!totals.add(entry)) break;
    }
    BOOST_REQUIRE_EQUAL(totals.finish()->starts.size(), 5U);
  }
  BOOST_TEST(parsed > 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::storage
