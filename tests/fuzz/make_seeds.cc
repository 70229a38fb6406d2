// Writes small valid files into the corpora of the targets for files: make_seeds CORPUS_FOLDER. Run
// it again after a change of format.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "daemon/tail/position.h"
#include "storage/encoding/number_chunk.h"
#include "storage/encoding/text_codec.h"
#include "storage/engine/manifest.h"
#include "storage/engine/rejects.h"
#include "storage/journal/journal.h"
#include "storage/journal/record.h"
#include "storage/part/part.h"
#include "tests/faults/life.h"
#include "tests/faults/oracle.h"
#include "tests/storage/random_calls.h"
#include "tests/storage/rollup/calls.h"
#include "tests/support/simulated_file_system.h"

namespace {

using namespace fortnight;
using namespace fortnight::storage;

constexpr Day kDay = 20777;
std::filesystem::path g_corpus;

void write_seed(const std::string& target, const std::string& name, std::string_view bytes) {
  std::filesystem::create_directories(g_corpus / target);
  std::ofstream out(g_corpus / target / name, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void parts() {
  for (const Effort effort : {Effort::fast, Effort::sealed}) {
    const std::string kind = effort == Effort::fast ? "fast" : "sealed";
    for (const std::size_t calls : {3U, 40U, 300U}) {
      faults::SimulatedFileSystem files;
      const Batch batch = samples::RandomCalls(calls).make(calls, kDay);
      const auto writer = PartWriter::create(files, "part", kDay, effort).value();
      for (const Call& call : batch.calls) writer->add(batch, call).value();
      writer->finish().value();
      const std::string bytes = files.contents("part");
      write_seed("part", kind + "-" + std::to_string(calls), bytes);
      write_seed("part", kind + "-" + std::to_string(calls) + "-without-end",
                 bytes.substr(0, bytes.size() - 1));
    }
  }
}

void rollups() {
  for (const std::size_t count : {1U, 60U, 400U}) {
    std::mt19937_64 random(count);
    std::vector<rollup_calls::Counted> calls;
    for (std::size_t i = 0; i < count; ++i) calls.push_back(rollup_calls::random_call(random));
    faults::SimulatedFileSystem files;
    rollup_calls::make_rollup(files, "rollup", calls);
    write_seed("rollup", "calls-" + std::to_string(count), files.contents("rollup"));
  }
}

// Files of each kind from a store's life, and the journal from the middle of it.
void life() {
  faults::SimulatedFileSystem files;
  faults::Oracle oracle(faults::life_options().retention_days);
  const auto engine = Engine::open(files, faults::life_options(), faults::kLifeBegins).value();
  faults::live(*engine, oracle, {}, 5);
  std::mt19937_64 random(3);
  for (int i = 0; i < 12; ++i) {
    const TimeNs now = faults::kLifeBegins + 4 * kNsPerDay;
    engine->append(oracle.make_append(now, random), now).value();
    engine->sync().value();
  }
  std::string journals;
  for (const std::string& path : files.paths()) {
    const std::string bytes = files.contents(path);
    // Preallocated zeros at the end carry no information.
    if (path.starts_with("journal-")) journals += bytes.substr(0, bytes.find_last_not_of('\0') + 9);
    if (path.starts_with("manifest-")) write_seed("manifest", path, bytes);
    if (path.starts_with("rejects/")) write_seed("rejects", "life", bytes);
  }
  write_seed("journal", "life", journals);
}

// A manifest with everything that erasures add to it.
void erasures() {
  Manifest manifest;
  manifest.generation = 1;
  PartEntry& part = manifest.parts.emplace_back();
  part.name = {FileKind::part, 3, kDay};
  part.summary.day = kDay;
  part.summary.calls = 100;
  part.erased = std::make_shared<const Roaring>(Roaring::bitmapOf(3, 1, 2, 70));
  Erasure& erasure = manifest.erasures.emplace_back();
  erasure.number = 1;
  erasure.by = "local root";
  erasure.filter = "account";
  erasure.days = {{kDay, 3}};
  manifest.erased_files = {{FileKind::part, 2, kDay}};
  manifest.erased_paths = {"quarantine/x"};
  write_seed("manifest", "erasures", encode_manifest(manifest));
}

void positions() {
  daemon::TailPosition position;
  position.file = {1, 2};
  position.path = "/var/log/api.json";
  position.offset = 3;
  position.head_hash = 4;
  position.trace_hash = 5;
  write_seed("tail_position", "plain", position.encode());
  position.skipping = position.finished = position.copy = true;
  position.target = "/srv/api.json";
  position.size = 4096;
  position.offset = 3000;
  for (std::uint64_t offset = 100; offset < 3000; offset += 400) {
    position.add_checkpoint({offset, offset}, 3000);
  }
  write_seed("tail_position", "flags", position.encode());
}

class NoRows final : public RowSource {
 public:
  void append_text_field(TextField, std::uint32_t, std::string&) const override {}
  std::int64_t number_field(FieldColumn, std::uint32_t) const override { return 0; }
  void append_sibling(std::uint32_t, std::uint32_t, std::uint32_t, std::string&) const override {}
};

void chunk(const std::string& name, std::size_t values, FieldColumn column,
           const std::string& dictionary, const std::string& words, std::string_view bytes) {
  std::string seed;
  ByteWriter out(seed);
  out.u16(static_cast<std::uint16_t>(values));
  out.u8(static_cast<std::uint8_t>(column));
  for (const std::string& entries : {dictionary, words}) {
    out.u16(static_cast<std::uint16_t>(entries.size()));
    out.bytes(entries);
  }
  out.bytes(bytes);
  write_seed("chunk", name, seed);
}

std::string entries_of(const DictionaryBuilder& builder) {
  std::string entries;
  for (std::size_t i = 0; i < builder.entries().size(); ++i) {
    entries.append(builder.entries()[i]).append("\n");
  }
  return entries;
}

void text_chunk(const std::string& name,
                const std::function<bool(const ColumnInput&, std::string&)>& encode,
                const std::vector<std::string>& texts) {
  Strings values;
  std::vector<Place> places;
  std::vector<std::int64_t> shapes;
  for (std::uint32_t i = 0; i < texts.size(); ++i) {
    values.add(texts[i]);
    places.push_back({i, 0, i});
    shapes.push_back(i % 3);
  }
  DictionaryBuilder dictionary(100, 4096);
  DictionaryBuilder words(100, 4096);
  const NoRows rows;
  ColumnInput input;
  input.column = kFieldColumns;
  input.values = &values;
  input.places = places;
  input.dictionary = &dictionary;
  input.words = &words;
  input.rows = &rows;
  input.shape_of_row = shapes;
  input.effort = Effort::sealed;
  std::string bytes;
  if (!encode(input, bytes)) return std::printf("%s: not encoded\n", name.c_str()), void();
  chunk(name, texts.size(), FieldColumn::extra_ids, entries_of(dictionary), entries_of(words),
        bytes);
}

std::vector<std::string> texts(std::size_t count,
                               const std::function<std::string(std::size_t)>& of) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(of(i));
  return out;
}

void chunks() {
  constexpr std::size_t kValues = 60;
  samples::RandomCalls random(1);
  const auto number = [](std::size_t i) { return std::to_string(i * 37 % 1000); };
  text_chunk("constant", kConstantCodec.encode, texts(kValues, [](auto) { return "same"; }));
  text_chunk("dictionary", kDictionaryCodec.encode,
             texts(kValues, [](auto i) { return "entry" + std::to_string(i % 5); }));
  text_chunk("integer", kIntegerCodec.encode, texts(kValues, number));
  text_chunk("integer_patched", kIntegerCodec.encode,
             texts(kValues, [&](auto i) { return i == 7 ? "odd" : number(i); }));
  text_chunk("decimal", kDecimalCodec.encode,
             texts(kValues, [&](auto i) { return number(i) + ".25"; }));
  text_chunk("positional", kPositionalCodec.encode,
             texts(kValues, [&](auto) { return random.text(8, "0123456789abcdef") + "-4"; }));
  text_chunk("alphabet", kAlphabetCodec.encode,
             texts(kValues, [&](auto i) { return random.text(i % 20, "abcdefg"); }));
  text_chunk("plain", kPlainCodec.encode,
             texts(kValues, [&](auto i) { return random.text(i % 30, "abc \\\"\x01"); }));
  text_chunk("words", kWordsCodec.encode, texts(kValues, [](auto i) {
               return "the order " + std::to_string(i) + " was not found in the shop";
             }));
  text_chunk("pattern", kPatternCodec.encode, texts(kValues, [&](auto i) {
               return "/api/things/" + number(i) + "?x=" + random.text(26, "0123456789ABCDEF");
             }));
  text_chunk("by_shape", kByShapeCodec.encode, texts(kValues, [&](auto i) {
               return i % 3 == 0 ? number(i) : i % 3 == 1 ? "text" : random.text(9, "ab");
             }));
  text_chunk(
      "chosen",
      [](const ColumnInput& input, std::string& out) {
        encode_text(input, out);
        return true;
      },
      texts(kValues, [&](auto i) { return "t" + number(i); }));

  const auto numbers = [](const std::string& name, const std::vector<std::int64_t>& values) {
    std::string bytes;
    encode_numbers(values, bytes);
    chunk(name, values.size(), FieldColumn::seq, "", "", bytes);
  };
  std::vector<std::int64_t> frame, delta, decimal, few;
  for (std::int64_t i = 0; i < 200; ++i) {
    frame.push_back(static_cast<std::int64_t>(random.below(1000)) * 3);
    delta.push_back((delta.empty() ? 1'000'000 : delta.back()) +
                    static_cast<std::int64_t>(random.below(9)));
    decimal.push_back(static_cast<std::int64_t>(random.below(50)) * (i % 2 == 0 ? 1'000'000 : 1));
    few.push_back(i % 4 == 0 ? 1'000'000'007 : 5);
  }
  numbers("number_frame", frame);
  numbers("number_delta", delta);
  numbers("number_decimal", decimal);
  numbers("number_dictionary", few);
  numbers("number_constant", {7, 7, 7});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
    return 2;
  }
  g_corpus = argv[1];
  parts();
  rollups();
  life();
  positions();
  erasures();
  chunks();
  return 0;
}
