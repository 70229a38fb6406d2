// Generated, random and hostile lines are restored byte for byte after the mapper and a part on
// disk.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "storage/files/block_cache.h"
#include "storage/part/part.h"
#include "tests/intake/mapping.h"
#include "tests/intake/random_json.h"
#include "tests/support/effort.h"
#include "tests/support/simulated_file_system.h"
#include "tools/generate/answer_key.h"
#include "tools/generate/call_writer.h"
#include "tools/generate/stream.h"
#include "tools/generate/traffic.h"
#include "tools/generate/world.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(stored)

namespace {

constexpr Day kDay = day_of(kNow);

std::vector<std::string> generated_lines() {
  const generate::World world(5, 200);
  generate::CallWriter writer(world, 5);
  std::vector<std::string> lines;
  generate::Disorder disorder;
  disorder.odd = 0.1;
  generate::Stream stream(
      writer, 5, disorder, [&](std::string_view line) { lines.emplace_back(line); }, nullptr);
  const generate::Micros from = day_start(kDay) / 1000;
  generate::Traffic traffic(from, from + generate::kDay / 2, 6000, 5);
  generate::Random random(5);
  while (const auto time = traffic.next(random)) stream.call_at(*time);
  stream.finish();
  return lines;
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::vector<std::string> hostile_lines() {
  const std::string ts = R"("ts":"2026-11-20T08:15:30.123456Z")";
  std::string many_keys = "{" + ts;
  for (int i = 0; i < tests::rounds(10'000); ++i)
    many_keys += ",\"k" + std::to_string(i) + "\":" + std::to_string(i);
  return {
      "{ " + ts + " , \"a\" :\t[ 1 ,2,  3 ] }",
      "{" + ts + R"(,"n":[1e400,-0,-0.0,0.1e-7,123456789012345678.5,-123456789012345678]})",
      "{" + ts + R"(,"s":"\ud800 lone, \udc00 lone, \u0000, \/, \\, \"","\u0061":1,"a":2,"a":3})",
      "{" + ts + R"(,"account":"A\u0043ME","call_id":"\u0041\n","status":"200"})",
      "{" + ts + ",\"deep\":" + repeated("[", 500) + repeated("]", 500) + "}",
      "{" + ts + ",\"long\":[" + repeated("1,", 50'000) + "1]}",
      "{" + ts + ",\"text\":\"" + repeated("x\xc3\xa9\xf0\x9f\x92\xa5", 30'000) + "\"}",
      "{" + ts + R"(,"":"","e":{},"f":[],"g":[[],{}],"t":true,"n":null})",
      many_keys + "}",
  };
}

std::vector<std::string> random_lines() {
  RandomJson random(11);
  std::vector<std::string> lines;
  for (int i = 0; i < tests::rounds(3000); ++i) {
    const std::string minute = std::to_string(10 + i % 50);
    lines.push_back(random.object("\"ts\":\"2026-11-20T09:" + minute + ":01Z\""));
  }
  return lines;
}

// The calls of the lines in the order that a part requires, numbered from 1 in the order of the
// lines.
storage::Batch mapped(const std::vector<std::string>& lines) {
  auto config = config::default_config();
  config.redact = {{}, {}};
  MapperAtWork at_work("fortnight", config);
  storage::Append append;
  for (const std::string& line : lines) at_work.mapper().map_copy(line, 0, kNow, append);
  BOOST_TEST(append.rejects.size() == 0U);
  BOOST_REQUIRE(append.batch.calls.size() == lines.size());
  std::uint64_t seq = 0;
  for (storage::Call& call : append.batch.calls) call.seq = ++seq;
  std::stable_sort(append.batch.calls.begin(), append.batch.calls.end(),
                   [](const auto& a, const auto& b) { return a.ts < b.ts; });
  return std::move(append.batch);
}

void check_stored(const std::vector<std::string>& lines, storage::Effort effort) {
  faults::SimulatedFileSystem files;
  const storage::Batch batch = mapped(lines);
  auto writer = storage::PartWriter::create(files, "part", kDay, effort);
  BOOST_REQUIRE(writer);
  for (const storage::Call& call : batch.calls) BOOST_REQUIRE((*writer)->add(batch, call));
  BOOST_REQUIRE((*writer)->finish());
  const auto part = storage::PartReader::open(
      files, "part", std::make_shared<storage::BlockCache>(std::size_t{64} << 20));
  BOOST_REQUIRE(part);
  std::size_t calls = 0;
  for (std::uint32_t block = 0; block < (*part)->blocks(); ++block) {
    const auto back = (*part)->read_block(block);
    BOOST_REQUIRE(back);
    for (const storage::Call& call : back->calls) {
      std::string line;
      storage::append_line(*back, call, line);
      BOOST_TEST((line == lines[call.seq - 1]), line.substr(0, 300));
      ++calls;
    }
  }
  BOOST_TEST(calls == lines.size());
  for (std::size_t i = 0; i < lines.size(); i += 97) {
    const auto record = (*part)->fetch({kDay, i + 1}, {});
    BOOST_REQUIRE(record);
    BOOST_REQUIRE(record->has_value());
    BOOST_TEST(((*record)->line == lines[i]), lines[i].substr(0, 300));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(generated) {
  check_stored(generated_lines(), storage::Effort::fast);
  check_stored(generated_lines(), storage::Effort::sealed);
}

BOOST_AUTO_TEST_CASE(hostile_and_random) {
  std::vector<std::string> lines = hostile_lines();
  const std::vector<std::string> random = random_lines();
  lines.insert(lines.end(), random.begin(), random.end());
  check_stored(lines, storage::Effort::fast);
  check_stored(lines, storage::Effort::sealed);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::intake
