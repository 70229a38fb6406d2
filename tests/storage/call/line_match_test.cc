#include "storage/call/line_match.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <set>

#include "tests/support/effort.h"
#include "tests/support/model_store.h"
#include "tests/support/native_lines.h"
#include "tests/support/random_calls.h"

using namespace fortnight;
using storage::Predicate;

BOOST_AUTO_TEST_SUITE(line_match)

namespace {

std::string whole(const storage::Batch& batch, const storage::Call& call) {
  std::string line;
  append_line(batch, call, line);
  return line;
}

// Indices of the calls that match in the model.
std::set<std::uint64_t> by_model(const tests::ModelStore& model,
                                 const std::vector<Predicate>& predicates) {
  storage::CallQuery query;
  query.predicates = predicates;
  query.limit = 1'000'000;
  std::set<std::uint64_t> found;
  const auto done = model.scan(
      query, {}, [&](storage::CallRecord&& call) { return found.insert(call.ref.seq - 1), true; });
  BOOST_REQUIRE(done);
  return found;
}

std::set<std::uint64_t> by_matcher(const storage::Batch& batch,
                                   const std::vector<Predicate>& predicates) {
  storage::CallMatcher matcher(predicates);
  const bool any = matcher.bind(batch);
  std::set<std::uint64_t> found;
  for (std::size_t i = 0; i < batch.calls.size(); ++i) {
    matcher.prefetch(batch.calls[i]);
    if (matcher.matches(batch.calls[i])) found.insert(i);
  }
  BOOST_TEST((any || found.empty()));
  return found;
}

void compare_with_model(tests::Split split, unsigned seed) {
  std::mt19937_64 random(seed);
  constexpr TimeNs begin = 1'700'000'000 * kNsPerSecond;
  std::vector<std::string> lines;
  for (int i = 0; i < 400; ++i) lines.push_back(tests::random_line(random, begin + i));
  const storage::Append append = tests::native_append(lines, split);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    BOOST_REQUIRE_EQUAL(whole(append.batch, append.batch.calls[i]), lines[i]);
  }
  tests::ModelStore model;
  BOOST_REQUIRE(model.append(storage::Append(append), begin));
  std::size_t matched = 0;
  for (int i = 0; i < tests::rounds(1500); ++i) {
    const std::vector<Predicate> predicates = tests::random_predicates(random);
    const std::set<std::uint64_t> expected = by_model(model, predicates);
    matched += expected.size();
    BOOST_REQUIRE_MESSAGE(by_matcher(append.batch, predicates) == expected,
                          "question " << i << " of seed " << seed);
  }
  BOOST_TEST(matched > tests::rounds(10'000U));
}

}  // namespace

BOOST_AUTO_TEST_CASE(agrees_with_the_model_on_shapes) {
  compare_with_model(tests::Split::shapes, 1);
}
BOOST_AUTO_TEST_CASE(agrees_with_the_model_on_plain_lines) {
  compare_with_model(tests::Split::plain, 2);
}

// A batch of one call is searched as bytes to decide whether the call may match.
BOOST_AUTO_TEST_CASE(a_batch_without_a_text_is_known_by_its_bytes) {
  std::mt19937_64 random(3);
  int told = 0;
  for (int i = 0; i < tests::rounds(3000); ++i) {
    const auto split = i % 2 == 0 ? tests::Split::plain : tests::Split::shapes;
    const auto append =
        tests::native_append({tests::random_line(random, 1'700'000'000 * kNsPerSecond)}, split);
    const std::string line = whole(append.batch, append.batch.calls[0]);
    Predicate predicate;
    predicate.subject = Predicate::Subject::text;
    predicate.negated = random() % 4 == 0;
    // A substring of the line, which may be within a value, within a key, or in neither.
    for (int texts = 1 + static_cast<int>(random() % 2); texts > 0; --texts) {
      predicate.patterns.push_back({{line.substr(random() % line.size(), 1 + random() % 8)}});
    }
    storage::CallMatcher matcher({predicate});
    const bool may = matcher.bind(append.batch);
    told += may ? 0 : 1;
    BOOST_REQUIRE_MESSAGE(may || !matcher.matches(append.batch.calls[0]), line);
  }
  BOOST_TEST(told > tests::rounds(300));
}

BOOST_AUTO_TEST_CASE(forgets_a_batch_when_bound_to_another) {
  Predicate predicate;
  predicate.subject = Predicate::Subject::pointer;
  predicate.name = "/b";
  predicate.patterns = {{{"1"}}};
  storage::CallMatcher matcher({predicate});
  const auto first = tests::native_append({R"({"ts":"2026-11-20T08:00:00Z","b":1})"});
  const auto second = tests::native_append({R"({"b":1,"ts":"2026-11-20T08:00:00Z"})"});
  for (const storage::Append* append : {&first, &second, &first}) {
    BOOST_TEST(matcher.bind(append->batch));
    BOOST_TEST(matcher.matches(append->batch.calls[0]));
  }
}

BOOST_AUTO_TEST_SUITE_END()
