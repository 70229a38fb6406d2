// Failures by kind, compared with maps.
#include "storage/failures.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "storage/query.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(failures)

namespace {

using Kind = std::tuple<std::string, std::int32_t, std::string>;

struct Expected {
  std::vector<CallRecord> calls;
  std::set<std::string> accounts;
};

// Texts that would collide if they were concatenated without separators.
CallRecord random_call(std::mt19937_64& random, std::uint64_t seq) {
  const std::vector<std::string> texts = {"", "a", "a 4", "4", "404", " 404 ", "1 a", "a\n"};
  CallRecord call;
  call.ref = {20'000, seq};
  call.ts = static_cast<TimeNs>(random() % 50);  // ties are frequent
  call.ts_digits = static_cast<std::uint8_t>(random() % 10);
  call.status = random() % 2 == 0 ? 404 : 4;
  const auto set = [&](TextField field, std::string text) {
    call.text[static_cast<std::size_t>(field)] = std::move(text);
  };
  set(TextField::endpoint, texts[random() % texts.size()]);
  set(TextField::account, "account " + std::to_string(random() % 20));
  set(TextField::call_id, "call " + std::to_string(seq));
  call.scalars = {random() % 2 == 0 ? "" : texts[random() % texts.size()],
                  texts[random() % texts.size()]};
  return call;
}

Kind kind_of(const CallRecord& call) {
  return {call.field(TextField::endpoint), call.status,
          call.scalars[0].empty() ? call.scalars[1] : call.scalars[0]};
}

bool earlier(const CallRecord& a, const CallRecord& b) {
  return std::tie(a.ts, a.ref.seq) < std::tie(b.ts, b.ref.seq);
}

void check(const Failures& failures, const std::map<Kind, Expected>& model) {
  BOOST_TEST_REQUIRE(failures.all().size() == model.size());
  std::uint64_t calls = 0;
  for (const FailureGroup& failure : failures.all()) {
    const auto found = model.find({failure.endpoint, failure.status, failure.code});
    BOOST_REQUIRE(found != model.end());
    const Expected& expected = found->second;
    const auto [first, last] =
        std::minmax_element(expected.calls.begin(), expected.calls.end(), earlier);
    BOOST_TEST(failure.calls == expected.calls.size());
    BOOST_TEST(failure.accounts == expected.accounts.size());
    BOOST_TEST(failure.first.ref.seq == first->ref.seq);
    BOOST_TEST(failure.first.ts == first->ts);
    BOOST_TEST(failure.first.ts_digits == first->ts_digits);
    BOOST_TEST(failure.last.ref.seq == last->ref.seq);
    BOOST_TEST(failure.call_id == last->field(TextField::call_id));
    calls += failure.calls;
  }
  BOOST_TEST(failures.calls() == calls);
}

}  // namespace

BOOST_AUTO_TEST_CASE(failures_equal_a_map) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937_64 random(seed);
    std::map<Kind, Expected> model;
    Failures one_by_one;
    std::vector<Failures> pieces(4);  // one of them may stay empty
    for (std::uint64_t i = random() % 2000; i > 0; --i) {
      const CallRecord call = random_call(random, i);
      Expected& expected = model[kind_of(call)];
      expected.calls.push_back(call);
      expected.accounts.insert(call.field(TextField::account));
      one_by_one.add(call);
      pieces[random() % 3].add(call);
    }
    check(one_by_one, model);
    Failures sum;
    for (const Failures& piece : pieces) sum.add(piece);
    check(sum, model);
  }
}

BOOST_AUTO_TEST_CASE(memory_grows_with_the_kept_failures) {
  Failures failures;
  CallRecord call;
  call.text[static_cast<std::size_t>(TextField::account)] = std::string(1000, 'a');
  for (int i = 0; i < 1000; ++i) {
    call.status = 400 + i;
    call.text[static_cast<std::size_t>(TextField::endpoint)] = std::string(1000, 'e');
    failures.add(call);
  }
  BOOST_TEST(failures.bytes() > 2'000'000U);  // the endpoint and its index
  BOOST_TEST(failures.bytes() < 8'000'000U);
}

BOOST_AUTO_TEST_SUITE_END()
