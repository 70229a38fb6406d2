#include "storage/engine/file_answers.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(file_answers)

namespace {

struct File {
  AnsweringFile file;
  std::vector<std::pair<TimeNs, std::string>> calls;  // with their groups
  int asked = 0;
  bool complete = true;
};

struct Files {
  AnswerMemory memory{std::make_shared<BlockCache>(1U << 20)};
  std::vector<File> files;

  // Counts the file's calls one by one.
  static void count(const File& file, const CountQuery& query, CountAnswer& answer) {
    for (const auto& [ts, group] : file.calls) {
      const auto edge = std::upper_bound(query.edges.begin(), query.edges.end(), ts);
      if (edge == query.edges.begin() || edge == query.edges.end()) continue;
      const auto bucket = static_cast<std::size_t>(edge - query.edges.begin()) - 1;
      ++answer.groups.of(answer.groups.at(group), bucket).calls;
    }
    if (!file.complete) answer.completeness.miss(file.file.name.number);
  }

  CountAnswer ask(const CountQuery& query) {
    CountAnswer answer;
    for (File& file : files) {
      BOOST_REQUIRE(add_counts(
          memory, file.file, query, {},
          [&](const CountQuery& within, CountAnswer& of_file) -> Result<void> {
            ++file.asked;
            BOOST_TEST(std::is_sorted(within.edges.begin(), within.edges.end()));
            BOOST_TEST(within.edges.front() >= file.file.from);
            BOOST_TEST(within.edges.back() <= file.file.to);
            count(file, within, of_file);
            return {};
          },
          answer));
    }
    return answer;
  }

  // The answer without the memory of earlier answers.
  CountAnswer expected(const CountQuery& query) const {
    CountAnswer answer;
    for (const File& file : files) count(file, query, answer);
    return answer;
  }
};

File some_file(std::mt19937_64& random, std::uint64_t number) {
  File file;
  file.file.name = {FileKind::part, number, 20'000};
  file.file.from = static_cast<TimeNs>(random() % 80);
  file.file.to = file.file.from + 1 + static_cast<TimeNs>(random() % 30);
  for (std::uint64_t i = random() % 40; i > 0; --i) {
    const auto within = static_cast<std::uint64_t>(file.file.to - file.file.from);
    file.calls.emplace_back(file.file.from + static_cast<TimeNs>(random() % within),
                            std::string(1, static_cast<char>('a' + random() % 4)));
  }
  return file;
}

}  // namespace

BOOST_AUTO_TEST_CASE(remembered_answers_add_up_to_the_counts) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::mt19937_64 random(seed);
    Files files;
    for (std::uint64_t i = 0; i < 6; ++i) files.files.push_back(some_file(random, i));
    for (int i = 0; i < 200; ++i) {
      CountQuery query;
      for (std::uint64_t edges = 2 + random() % 4; edges > 0; --edges) {
        query.edges.push_back(static_cast<TimeNs>(random() % 12) *
                              10);  // few edges, so that many requests repeat
      }
      std::sort(query.edges.begin(), query.edges.end());
      query.edges.erase(std::unique(query.edges.begin(), query.edges.end()), query.edges.end());
      if (query.edges.size() < 2) continue;
      BOOST_TEST_REQUIRE((files.ask(query).groups == files.expected(query).groups));
    }
    for (const File& file : files.files) BOOST_TEST(file.asked < 150);
  }
}

BOOST_AUTO_TEST_CASE(a_file_is_read_again_only_for_another_query) {
  std::mt19937_64 random(1);
  Files files;
  files.files.push_back(some_file(random, 1));
  File& file = files.files[0];
  file.file.from = 100;
  file.file.to = 200;
  CountQuery query;
  query.edges = {0, 1000};
  files.ask(query);
  files.ask(query);
  query.edges = {-5, 100, 900};  // the file is again within one bucket
  files.ask(query);
  BOOST_TEST(file.asked == 1);
  query.edges = {0, 150, 1000};
  files.ask(query);
  BOOST_TEST(file.asked == 2);
  query.by_status = true;
  files.ask(query);
  BOOST_TEST(file.asked == 3);
  Predicate failed;
  failed.subject = Predicate::Subject::status;
  failed.bounds = {{Comparison::greater_equal, 400}};
  query.predicates = {failed};
  files.ask(query);
  BOOST_TEST(file.asked == 4);
  query.edges = {200, 1000};  // after it
  files.ask(query);
  BOOST_TEST(file.asked == 4);
}

BOOST_AUTO_TEST_CASE(an_answer_that_misses_something_is_not_remembered) {
  std::mt19937_64 random(2);
  Files files;
  files.files.push_back(some_file(random, 1));
  files.files[0].complete = false;
  CountQuery query;
  query.edges = {0, 1000};
  for (int times = 1; times <= 3; ++times) {
    const CountAnswer answer = files.ask(query);
    BOOST_TEST(!answer.completeness.complete);
    BOOST_TEST(answer.completeness.damaged() == 1U);
    BOOST_TEST(files.files[0].asked == times);
  }
}

BOOST_AUTO_TEST_CASE(after_an_error_nothing_was_added) {
  const AnswerMemory memory(std::make_shared<BlockCache>(1U << 20));
  const AnsweringFile file{{FileKind::part, 1, 20'000}, 0, 10};
  CountQuery query;
  query.edges = {0, 10};
  CountAnswer answer;
  answer.groups.of(answer.groups.at("what is there already"), 0).calls = 1;
  const std::size_t before = answer.groups.bytes();
  const Budget budget(1000 + before);
  const auto added = add_counts(
      memory, file, query, budget,
      [&](const CountQuery&, CountAnswer& of_file) {
        of_file.groups.of(of_file.groups.at("half of it"), 0).calls = 1;
        BOOST_TEST(budget.check_memory(1000).has_value());
        return budget.check_memory(1001);
      },
      answer);
  BOOST_REQUIRE(!added);
  BOOST_TEST((added.error().code == ErrorCode::limit));
  BOOST_TEST(answer.groups.size() == 1U);
  BOOST_TEST(budget.available() == 1000 + before);
}

BOOST_AUTO_TEST_CASE(failures_are_remembered_by_period_and_codes) {
  const AnswerMemory memory(std::make_shared<BlockCache>(1U << 20));
  const AnsweringFile file{{FileKind::part, 1, 20'000}, 100, 200};
  int asked = 0;
  const auto ask = [&](const FailureQuery& query) {
    FoundFailures answer;
    BOOST_REQUIRE(add_failures(
        memory, file, query, {},
        [&](const FailureQuery& within, FoundFailures& of_file) -> Result<void> {
          ++asked;
          BOOST_TEST(within.from >= 100);
          BOOST_TEST(within.to <= 200);
          CallRecord call;
          call.status = 500;
          of_file.failures.add(call);
          return {};
        },
        answer));
    return answer.failures.calls();
  };
  FailureQuery query{.from = 0, .to = 1000, .predicates = {}, .codes = {"/code"}};
  BOOST_TEST(ask(query) == 1U);
  BOOST_TEST(ask(query) == 1U);
  query.from = 50;
  BOOST_TEST(ask(query) == 1U);
  BOOST_TEST(asked == 1);
  query.from = 150;
  BOOST_TEST(ask(query) == 1U);
  BOOST_TEST(asked == 2);
  query.codes = {"/error"};
  BOOST_TEST(ask(query) == 1U);
  BOOST_TEST(asked == 3);
  query.to = 100;
  BOOST_TEST(ask(query) == 0U);
  BOOST_TEST(asked == 3);
}

BOOST_AUTO_TEST_SUITE_END()
