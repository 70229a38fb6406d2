#include "storage/part/known_misses.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <set>

#include "storage/call/line_match.h"
#include "storage/files/block_cache.h"
#include "storage/part/part.h"
#include "tests/storage/predicates.h"
#include "tests/storage/random_calls.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;
using samples::pointer_of;
using samples::text_of;

namespace known_misses {

constexpr Day kDay = 20777;

struct Answer {
  std::vector<std::uint64_t> seqs;
  std::uint64_t blocks_read = 0;
};

struct Fixture {
  fortnight::faults::SimulatedFileSystem files;
  Batch batch;
  std::shared_ptr<const PartReader> part;

  Fixture() {
    batch = samples::RandomCalls(7).make(3 * 4096 - 500, kDay);
    auto writer = PartWriter::create(files, "part", kDay, Effort::fast).value();
    for (const Call& call : batch.calls) BOOST_REQUIRE(writer->add(batch, call));
    BOOST_REQUIRE(writer->finish());
    part = PartReader::open(files, "part", std::make_shared<BlockCache>(64U << 20)).value();
    BOOST_REQUIRE(part->blocks() == 3U);
  }
  Answer ask(const CallQuery& query) const {
    Answer answer;
    ScanSummary summary;
    const auto visit = [&](CallRecord&& record) {
      answer.seqs.push_back(record.ref.seq);
      return true;
    };
    BOOST_REQUIRE(part->scan(query, {}, visit, summary));
    answer.blocks_read = summary.blocks_read;
    return answer;
  }
  // The matching calls, by a check of each call.
  std::vector<std::uint64_t> expected(const CallQuery& query) const {
    CallMatcher matcher(query.predicates);
    matcher.bind(batch);
    std::vector<std::uint64_t> seqs;
    for (const Call& call : batch.calls) {
      const bool asked = call.ts >= query.from && call.ts < query.to && call.seq >= query.first_seq;
      if (asked && matcher.matches(call)) seqs.push_back(call.seq);
    }
    return seqs;
  }
};

}  // namespace known_misses

BOOST_FIXTURE_TEST_SUITE(known_misses, known_misses::Fixture)

BOOST_AUTO_TEST_CASE(blocks_without_matches_are_not_searched_again) {
  CallQuery query;
  query.order = Order::oldest_first;
  for (const Predicate& predicate :
       {text_of("nowhere-at-all"), pointer_of("/account", "nobody"), pointer_of("/no/such", "1")}) {
    query.predicates = {predicate};
    const Answer first = ask(query);
    BOOST_TEST(first.seqs.empty());
    BOOST_TEST(first.blocks_read == 3U);
    BOOST_TEST(ask(query).blocks_read == 0U);
  }
}

BOOST_AUTO_TEST_CASE(a_partly_searched_block_is_searched_again) {
  CallQuery query;
  query.order = Order::oldest_first;
  query.predicates = {text_of(std::string(batch.field(batch.calls.back(), TextField::call_id)))};
  query.to = batch.calls.back().ts;  // without the last calls
  BOOST_TEST(ask(query).seqs.empty());
  query.to = kMaxTime;
  query.first_seq = batch.calls.back().seq + 1;
  BOOST_TEST(ask(query).seqs.empty());
  query.first_seq = 0;
  BOOST_TEST(ask(query).seqs == expected(query), boost::test_tools::per_element());
  BOOST_TEST(ask(query).seqs.size() == 1U);
  BOOST_TEST(ask(query).blocks_read == 1U);
}

BOOST_AUTO_TEST_CASE(different_queries_are_distinguished) {
  const Predicate text = text_of("a");
  Predicate negated = text;
  negated.negated = true;
  Predicate two = text;
  two.patterns.push_back(TextPattern{{"b"}});
  Predicate pieces = pointer_of("/a", "b");
  pieces.patterns = {TextPattern{{"b", ""}}};
  Predicate bounds = pointer_of("/a", "");
  bounds.patterns.clear();
  bounds.bounds = {{Comparison::less, 1.0}};
  Predicate other_bounds = bounds;
  other_bounds.bounds[0].value = 1.5;
  Predicate status;
  status.subject = Predicate::Subject::status;
  status.statuses = {{200, 299}};
  const std::vector<std::vector<Predicate>> questions = {
      {},       {text},   {negated},      {two},          {text, text},  {pointer_of("/a", "b")},
      {pieces}, {bounds}, {other_bounds}, {text, status}, {status, text}};
  std::set<std::string> told;
  for (const auto& question : questions) told.insert(cache_key(question));
  BOOST_TEST(told.size() == questions.size());
}

BOOST_AUTO_TEST_CASE(answers_do_not_depend_on_earlier_queries) {
  std::mt19937_64 random(3);
  const std::vector<Predicate> predicates = {text_of("A7"), text_of("odd"), text_of("nowhere"),
                                             pointer_of("/account", "A5"),
                                             pointer_of("/words", "")};
  for (int i = 0; i < 150; ++i) {
    CallQuery query;
    query.order = Order::oldest_first;
    query.predicates = {predicates[random() % predicates.size()]};
    query.predicates[0].negated = random() % 4 == 0;
    if (random() % 3 == 0) query.predicates.push_back(predicates[random() % predicates.size()]);
    if (random() % 2 == 0) query.from = batch.calls[random() % batch.calls.size()].ts;
    if (random() % 2 == 0) query.to = batch.calls[random() % batch.calls.size()].ts;
    if (random() % 4 == 0) query.first_seq = batch.calls[random() % batch.calls.size()].seq;
    BOOST_TEST((ask(query).seqs == expected(query)));
  }
}

BOOST_AUTO_TEST_SUITE_END()
