// Predicates tested on the rows of blocks, compared with a check of each call.
#include "storage/part/row_filter.h"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "storage/part/block_reader.h"
#include "tests/storage/part/sample_part.h"
#include "tests/storage/predicates.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(row_filter)

using samples::Sample;
using samples::SamplePart;
using Subject = Predicate::Subject;
using Matches = std::function<bool(const Sample&)>;

struct Case {
  std::string name;
  Predicate predicate;
  Matches matches;
};

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

Predicate field(TextField of, const TextPattern& pattern) {
  Predicate predicate;
  predicate.subject = Subject::field;
  predicate.field = of;
  predicate.patterns = {pattern};
  return predicate;
}

Predicate status(std::int32_t first, std::int32_t last) {
  Predicate predicate;
  predicate.subject = Subject::status;
  predicate.statuses = {{first, last}};
  return predicate;
}

// One for each subject, exact or with a `*`.
std::vector<Case> cases() {
  Predicate error_id = samples::predicate_of(Subject::id_of_kind, "Ecall-4100");
  error_id.name = "error_id";
  Predicate ids = samples::predicate_of(Subject::any_id, "");
  ids.patterns = {TextPattern{{"call-41", ""}}};
  Predicate payment = samples::pointer_of("/note", "");
  payment.patterns = {TextPattern{{"payment", "declined"}}};
  Predicate duration;
  duration.subject = Subject::duration;
  duration.bounds = {{Comparison::greater, 1}};
  return {{"status", status(400, 999), [](auto& call) { return call.status == 500; }},
          {"account", field(TextField::account, {{"A3"}}),
           [](auto& call) { return call.account == "A3"; }},
          {"endpoint", field(TextField::endpoint, {{"/orders/", ""}}),
           [](auto& call) { return call.endpoint == "/orders/{id}"; }},
          {"absent field", field(TextField::revision, {{""}}), [](auto&) { return true; }},
          {"call_id", samples::predicate_of(Subject::any_id, "call-4100"),
           [](auto& call) { return call.call_id == "call-4100"; }},
          {"error_id", error_id, [](auto& call) { return call.call_id == "call-4100"; }},
          {"IDs by a pattern", ids, [](auto& call) { return call.call_id.starts_with("call-41"); }},
          {"pointer", samples::pointer_of("/note", "no Access"),
           [](auto& call) { return call.note == "no \\u0041ccess"; }},
          {"pattern at a pointer", payment,
           [](auto& call) { return call.note.starts_with("payment"); }},
          {"pointer that is nowhere", samples::pointer_of("/nowhere", "x"),
           [](auto&) { return false; }},
          {"text", samples::text_of("of 17 dec"),
           [](auto& call) { return has(call.note, "of 17 dec"); }},
          {"escaped text", samples::text_of("Access"),
           [](auto& call) { return has(call.note, "\\u0041ccess"); }},
          {"text of a key", samples::text_of("error_i"), [](auto&) { return true; }},
          {"text that is nowhere", samples::text_of("nobody@nowhere.example"),
           [](auto&) { return false; }},
          {"absent duration", duration, [](auto&) { return false; }}};
}

struct Fixture : SamplePart {
  using SamplePart::SamplePart;

  // The rows among `rows` that a filter accepts.
  [[nodiscard]] std::vector<std::uint32_t> left(const std::vector<Predicate>& predicates,
                                                std::uint32_t block,
                                                std::vector<std::uint32_t> rows) const {
    RowFilter filter(predicates);
    const auto reader = BlockReader::open(part, block).value();
    BOOST_REQUIRE(filter.apply(*reader, rows));
    return rows;
  }
  [[nodiscard]] std::vector<std::uint32_t> all_rows(std::uint32_t block) const {
    std::vector<std::uint32_t> rows(part->blocks()[block].rows);
    std::iota(rows.begin(), rows.end(), 0U);
    return rows;
  }
  [[nodiscard]] std::vector<std::uint32_t> expected(const Matches& matches, std::uint32_t block,
                                                    std::vector<std::uint32_t> rows) const {
    const std::uint32_t first = part->blocks()[block].first_row;
    std::erase_if(rows, [&](std::uint32_t row) { return !matches(call(first + row)); });
    return rows;
  }
};

struct Sealed : Fixture {
  Sealed() : Fixture(Effort::sealed) {}
};

template <typename Part>
void check_cases(const Part& part) {
  for (const Case& one : cases()) {
    for (std::uint32_t block = 0; block < 3; ++block) {
      BOOST_TEST_CONTEXT(one.name << " in block " << block) {
        const auto rows = part.all_rows(block);
        BOOST_TEST(part.left({one.predicate}, block, rows) ==
                   part.expected(one.matches, block, rows));
        Predicate negated = one.predicate;
        negated.negated = true;
        BOOST_TEST(
            part.left({negated}, block, rows) ==
            part.expected([&](const Sample& call) { return !one.matches(call); }, block, rows));
      }
    }
  }
}

BOOST_FIXTURE_TEST_CASE(every_subject_in_a_fast_part, Fixture) { check_cases(*this); }

BOOST_FIXTURE_TEST_CASE(every_subject_in_a_sealed_part, Sealed) { check_cases(*this); }

BOOST_FIXTURE_TEST_CASE(all_predicates_have_to_hold, Fixture) {
  const std::vector<Case> all = cases();
  for (std::size_t a = 0; a < all.size(); a += 2) {
    for (std::size_t b = 0; b < all.size(); b += 3) {
      BOOST_TEST_CONTEXT(all[a].name << " and " << all[b].name) {
        const auto rows = all_rows(1);
        const auto both = [&](const Sample& call) {
          return all[a].matches(call) && all[b].matches(call);
        };
        BOOST_TEST(left({all[a].predicate, all[b].predicate}, 1, rows) == expected(both, 1, rows));
      }
    }
  }
}

// Rows excluded before stay excluded, and a filter for several blocks is reused.
BOOST_FIXTURE_TEST_CASE(only_the_given_rows_are_tested, Fixture) {
  for (const Case& one : cases()) {
    RowFilter filter({one.predicate});
    for (std::uint32_t block = 0; block < 3; ++block) {
      std::vector<std::uint32_t> some;
      for (std::uint32_t row = block; row < part->blocks()[block].rows; row += 5) {
        some.push_back(row);
      }
      const auto wanted = expected(one.matches, block, some);
      const auto reader = BlockReader::open(part, block).value();
      BOOST_REQUIRE(filter.apply(*reader, some));
      BOOST_TEST(some == wanted, one.name);
      std::vector<std::uint32_t> none;
      BOOST_REQUIRE(filter.apply(*reader, none));
      BOOST_TEST(none.empty());
    }
  }
}

BOOST_FIXTURE_TEST_CASE(no_predicates_leave_all_rows, Fixture) {
  BOOST_TEST(left({}, 2, all_rows(2)) == all_rows(2));
}

BOOST_AUTO_TEST_SUITE_END()
