#include "storage/part/part.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <set>

#include "storage/call/line_match.h"
#include "storage/files/block_cache.h"
#include "tests/storage/random_calls.h"
#include "tests/support/effort.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;
using samples::RandomCalls;

BOOST_AUTO_TEST_SUITE(part)

namespace {

constexpr Day kDay = 20777;

struct Fixture {
  std::unique_ptr<FileSystem> files = std::make_unique<fortnight::faults::SimulatedFileSystem>();
  std::shared_ptr<BlockCache> cache = std::make_shared<BlockCache>(64U << 20);

  std::shared_ptr<const PartReader> write(const Batch& batch, Effort effort) {
    auto writer = PartWriter::create(*files, "part", kDay, effort);
    BOOST_REQUIRE(writer);
    for (const Call& call : batch.calls) BOOST_REQUIRE((*writer)->add(batch, call));
    BOOST_REQUIRE((*writer)->finish());
    auto reader = PartReader::open(*files, "part", cache);
    BOOST_REQUIRE(reader);
    return *reader;
  }
};

std::string line_of(const Batch& batch, const Call& call) {
  std::string line;
  append_line(batch, call, line);
  return line;
}

std::vector<std::string> ids_of(const Batch& batch, const Call& call) {
  std::vector<std::string> ids;
  for_each_id(batch, call, [&](std::string_view kind, std::string_view id) {
    ids.push_back(std::string(kind) + "=" + std::string(id));
  });
  return ids;
}

void check_same(const Batch& a, const Call& x, const Batch& b, const Call& y) {
  BOOST_TEST(line_of(a, x) == line_of(b, y));
  BOOST_TEST(x.ts == y.ts);
  BOOST_TEST(x.seq == y.seq);
  BOOST_TEST(x.status == y.status);
  BOOST_TEST(x.duration_ns == y.duration_ns);
  BOOST_TEST(int{x.ts_digits} == int{y.ts_digits});
  for (std::size_t i = 0; i < kTextFields; ++i) BOOST_TEST(a.view(x.text[i]) == b.view(y.text[i]));
  BOOST_TEST(ids_of(a, x) == ids_of(b, y), boost::test_tools::per_element());
}

// The seqs that a query finds, in the order of the visits.
std::vector<std::uint64_t> found(const PartReader& part, const CallQuery& query) {
  std::vector<std::uint64_t> seqs;
  ScanSummary summary;
  const auto done = part.scan(
      query, {},
      [&](CallRecord&& record) {
        seqs.push_back(record.ref.seq);
        return true;
      },
      summary);
  BOOST_REQUIRE(done);
  BOOST_TEST(summary.completeness.complete);
  return seqs;
}

Predicate about(TextField field, std::vector<TextPattern> patterns) {
  Predicate predicate;
  predicate.field = field;
  predicate.patterns = std::move(patterns);
  return predicate;
}

Predicate about_id(std::string kind, std::string id) {
  Predicate predicate;
  predicate.subject = kind.empty() ? Predicate::Subject::any_id : Predicate::Subject::id_of_kind;
  predicate.name = std::move(kind);
  predicate.patterns = {TextPattern{{std::move(id)}}};
  return predicate;
}

}  // namespace

// Free text without repeated words has no dictionary of words.
BOOST_AUTO_TEST_CASE(texts_of_unrepeated_words_are_restored) {
  Batch batch;
  Shape shape;
  shape.skeleton = std::string(R"({"note": ")") + kHole + R"("})";
  shape.holes = 1;
  batch.shapes.push_back(std::make_shared<const Shape>(shape));
  for (std::size_t i = 0; i < 20; ++i) {
    Call call;
    call.ts = day_start(kDay) + static_cast<TimeNs>(i);
    call.seq = i;
    call.values = static_cast<std::uint32_t>(batch.text.size());
    append_value(batch.text, std::string(30 + i * i % 97, 'x'));
    batch.calls.push_back(call);
  }
  for (const Effort effort : {Effort::fast, Effort::sealed}) {
    Fixture fixture;
    const auto part = fixture.write(batch, effort);
    const auto back = part->read_block(0);
    BOOST_REQUIRE(back);
    BOOST_REQUIRE(back->calls.size() == batch.calls.size());
    for (std::size_t i = 0; i < batch.calls.size(); ++i) {
      check_same(batch, batch.calls[i], *back, back->calls[i]);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_call_is_restored) {
  for (const Effort effort : {Effort::fast, Effort::sealed}) {
    for (const std::size_t calls : {1, 2, 100, 4096, 9000}) {
      Fixture fixture;
      const Batch batch = RandomCalls(calls).make(calls, kDay);
      const auto part = fixture.write(batch, effort);
      BOOST_TEST(part->summary().calls == calls);
      std::size_t next = 0;
      for (std::uint32_t block = 0; block < part->blocks(); ++block) {
        const auto back = part->read_block(block);
        BOOST_REQUIRE(back);
        for (const Call& call : back->calls) check_same(batch, batch.calls[next++], *back, call);
      }
      BOOST_TEST(next == calls);
    }
  }
}

// Also if the last block is full: counts of a part are written after close().
BOOST_AUTO_TEST_CASE(all_calls_are_visited_before_it_is_closed) {
  for (const std::size_t calls : {0, 1, 4095, 4096, 4097, 8192}) {
    for (const Effort effort : {Effort::fast, Effort::sealed}) {
      fortnight::faults::SimulatedFileSystem files;
      const Batch batch = RandomCalls(calls).make(calls, kDay);
      std::size_t visited = 0;
      auto writer = PartWriter::create(files, "part", kDay, effort, {},
                                       [&](const KeyedCalls& of) { visited += of.size(); });
      BOOST_REQUIRE(writer);
      for (const Call& call : batch.calls) BOOST_REQUIRE((*writer)->add(batch, call));
      BOOST_REQUIRE((*writer)->close());
      BOOST_TEST(visited == calls);
      if (calls == 0) continue;
      BOOST_REQUIRE((*writer)->finish());
      BOOST_TEST(visited == calls);
    }
  }
}

// For any distribution of the columns among the encoding threads.
BOOST_AUTO_TEST_CASE(the_same_calls_make_the_same_bytes) {
  fortnight::faults::SimulatedFileSystem files;
  const Batch batch = RandomCalls(5).make(20'000, kDay);
  std::string first;
  for (int round = 0; round < 4; ++round) {
    const std::string path = "part" + std::to_string(round);
    auto writer = PartWriter::create(files, path, kDay, Effort::fast);
    BOOST_REQUIRE(writer);
    for (const Call& call : batch.calls) BOOST_REQUIRE((*writer)->add(batch, call));
    BOOST_REQUIRE((*writer)->finish());
    if (round == 0) first = files.contents(path);
    BOOST_TEST((files.contents(path) == first));
  }
}

BOOST_AUTO_TEST_CASE(one_call_is_fetched_whole) {
  for (const Effort effort : {Effort::fast, Effort::sealed}) {
    Fixture fixture;
    const Batch batch = RandomCalls(7).make(5000, kDay);
    const auto part = fixture.write(batch, effort);
    for (std::size_t i = 0; i < batch.calls.size();
         i += fortnight::tests::stride(std::size_t{37})) {
      const Call& call = batch.calls[i];
      const auto record = part->fetch({kDay, call.seq}, {});
      BOOST_REQUIRE(record);
      BOOST_REQUIRE(record->has_value());
      BOOST_TEST((*record)->line == line_of(batch, call));
      BOOST_TEST((*record)->field(TextField::account) == batch.field(call, TextField::account));
      BOOST_TEST((*record)->ids.size() == ids_of(batch, call).size());
    }
    BOOST_TEST(!part->fetch({kDay, 999999}, {})->has_value());
  }
}

BOOST_AUTO_TEST_CASE(scans_agree_with_the_matching_of_rows) {
  Fixture fixture;
  const Batch batch = RandomCalls(11).make(9000, kDay);
  const auto part = fixture.write(batch, Effort::sealed);
  std::vector<std::vector<Predicate>> questions;
  questions.push_back({});
  questions.push_back({about(TextField::account, {TextPattern{{"A3"}}})});
  questions.push_back({about(TextField::account, {TextPattern{{"A1", ""}}}),
                       about(TextField::method, {TextPattern{{"POST"}}})});
  questions.push_back({about(TextField::path, {TextPattern{{"", "x=A", ""}}})});
  questions.push_back({about(TextField::account, {TextPattern{{""}}})});
  Predicate status;
  status.subject = Predicate::Subject::status;
  status.statuses = {{400, 599}};
  questions.push_back({status});
  status.negated = true;
  questions.push_back({status});
  Predicate duration;
  duration.subject = Predicate::Subject::duration;
  duration.bounds = {{Comparison::greater, 4500.5}};
  questions.push_back({duration, about(TextField::method, {TextPattern{{"GET"}}})});
  Predicate pointer;
  pointer.subject = Predicate::Subject::pointer;
  pointer.name = "/n";
  pointer.patterns = {TextPattern{{"17"}}};
  questions.push_back({pointer});
  for (std::size_t i = 0; i < batch.calls.size(); i += 1777) {
    const Call& call = batch.calls[i];
    questions.push_back({about_id("", std::string(batch.field(call, TextField::call_id)))});
    for_each_id(batch, call, [&](std::string_view kind, std::string_view id) {
      questions.push_back({about_id(std::string(kind), std::string(id))});
      questions.push_back({about_id("", std::string(id))});
    });
  }
  for (const auto& needles : std::vector<std::vector<std::string>>{{"abc"},
                                                                   {"A3"},
                                                                   {"price"},
                                                                   {"GET"},
                                                                   {"things/1"},
                                                                   {"x=Z"},
                                                                   {"2026-1"},
                                                                   {"1e400"},
                                                                   {"-4"},
                                                                   {"0f", "A1"},
                                                                   {"words", "ij"},
                                                                   {"/api/things/{id}"},
                                                                   {"odd"},
                                                                   {"\xc3\xa9"},
                                                                   {"nowhere-at-all"}}) {
    Predicate text;
    text.subject = Predicate::Subject::text;
    for (const std::string& needle : needles) text.patterns.push_back(TextPattern{{needle}});
    questions.push_back({text});
    text.whole = true;
    questions.push_back({text});
    text.negated = true;
    questions.push_back({text, about(TextField::account, {TextPattern{{"A7"}}})});
  }
  for (const auto& [name, pattern] :
       std::vector<std::pair<std::string, TextPattern>>{{"/price", {{"9", ""}}},
                                                        {"/ids/resource_id/1", {{"0", ""}}},
                                                        {"/words", {{""}}},
                                                        {"/ids/error_id", {{"", ""}}},
                                                        {"/odd/0", {{"", ""}}},
                                                        {"/account", {{"A5"}}}}) {
    Predicate at;
    at.subject = Predicate::Subject::pointer;
    at.name = name;
    at.patterns = {pattern};
    questions.push_back({at});
    at.negated = true;
    questions.push_back({at});
  }
  questions.push_back({about_id("resource_id", "")});
  questions.push_back({about_id("", "no such ID")});
  for (const auto& question : questions) {
    CallMatcher matcher(question);
    matcher.bind(batch);
    std::vector<std::uint64_t> expected;
    for (const Call& call : batch.calls) {
      if (matcher.matches(call)) expected.push_back(call.seq);
    }
    CallQuery query;
    query.predicates = question;
    query.order = Order::oldest_first;
    BOOST_TEST(found(*part, query) == expected, boost::test_tools::per_element());
    query.order = Order::newest_first;
    std::reverse(expected.begin(), expected.end());
    BOOST_TEST(found(*part, query) == expected, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(counts_agree_with_a_recount) {
  Fixture fixture;
  const Batch batch = RandomCalls(13).make(9000, kDay);
  const auto part = fixture.write(batch, Effort::fast);
  CountQuery query;
  for (int hour = 3; hour <= 20; ++hour) query.edges.push_back(day_start(kDay) + hour * kNsPerHour);
  query.by_field = TextField::account;
  CountAnswer answer;
  BOOST_REQUIRE(part->count(query, {}, answer));
  CountGroups expected;
  for (const Call& call : batch.calls) {
    if (call.ts < query.edges.front() || call.ts >= query.edges.back()) continue;
    const auto bucket = static_cast<std::size_t>((call.ts - query.edges.front()) / kNsPerHour);
    const auto group = expected.at(batch.field(call, TextField::account));
    expected.of(group, bucket) += {1, call.status >= 400 ? 1U : 0U};
  }
  BOOST_TEST((answer.groups == expected));
}

BOOST_AUTO_TEST_SUITE_END()
