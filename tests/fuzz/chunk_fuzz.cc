// A chunk of arbitrary bytes with a correct checksum: numbers or text, with arbitrary dictionaries.
// The input is the number of values (u16), the column (u8; numbers if below `account`), the entries
// of the column's dictionary and of the words' dictionary (each a length of 16 bits, then entries
// separated by LF), and the chunk.
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "storage/encoding/chunk_search.h"
#include "storage/encoding/number_chunk.h"
#include "storage/encoding/text_chunk.h"
#include "storage/packing/bit_pack.h"
#include "storage/packing/dictionary.h"

namespace {

using namespace fortnight;
using namespace fortnight::storage;

constexpr std::size_t kMostDictionary = 4096;
constexpr std::size_t kMostText = 1U << 20;
constexpr std::uint32_t kShapes = 3;

// A block with the same call in every row.
class OneCall final : public RowSource {
 public:
  void append_text_field(TextField, std::uint32_t, std::string& out) const override {
    out += "/api/things/17";
  }
  std::int64_t number_field(FieldColumn, std::uint32_t row) const override {
    return 1'795'176'000'123'000'000 + row;
  }
  void append_sibling(std::uint32_t, std::uint32_t, std::uint32_t,
                      std::string& out) const override {
    out += "17";
  }
};

Dictionary dictionary_of(std::string_view entries) {
  DictionaryBuilder builder(kMostDictionary, kMostDictionary);
  while (!entries.empty()) {
    const std::size_t end = std::min(entries.find('\n'), entries.size());
    builder.intern(entries.substr(0, end));
    entries.remove_prefix(std::min(end + 1, entries.size()));
  }
  std::string bytes;
  builder.encode(Lz4Level::fast, bytes);
  return Dictionary::parse(bytes).value();
}

void read_numbers(std::string_view bytes, std::uint32_t values) {
  const auto chunk = parse_number_chunk(bytes, values);
  if (!chunk) return;
  static_cast<void>((*chunk)->range());
  const std::vector<std::int64_t> all = (*chunk)->decode();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if ((**chunk)[i] != all[i]) std::abort();
  }
}

void search(std::string_view bytes, const ChunkContext& context) {
  const Needle needle("hings");
  const NeedleInDictionary in_dictionary(needle, context.dictionary, NeedleParts::with);
  const NeedleInWords in_words(needle, context.words);
  std::string scratch;
  ChunkSearch search{.needle = needle, .scratch = scratch};
  search.values = context.values;
  search.dictionary = &in_dictionary;
  search.words = &in_words;
  static_cast<void>(chunk_may_contain(bytes, search));
}

void read_text(std::string_view bytes, const ChunkContext& context) {
  const auto chunk = parse_text_chunk(bytes, context);
  if (!chunk) return;
  CandidateValues candidates;
  (*chunk)->add_candidates("17", context.values, candidates);
  static_cast<void>((*chunk)->value_ids(context.values));
  std::string text;
  for (std::uint32_t i = 0; i < context.values && text.size() < kMostText; ++i) {
    (*chunk)->append({i, 0, i}, OneCall(), text);
    static_cast<void>((*chunk)->code(i));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader in({reinterpret_cast<const char*>(data), size});
  const std::uint32_t values = in.u16();
  const std::uint32_t column = in.u8();
  const Dictionary dictionary = dictionary_of(in.bytes(in.u16()));
  const Dictionary words = dictionary_of(in.bytes(in.u16()));
  if (!in.ok() || values == 0) return 0;
  const std::string_view chunk = in.bytes(in.remaining());
  // Exactly the promised padding after the chunk, so that sanitizers detect overruns.
  const auto buffer = std::make_unique<char[]>(chunk.size() + kPackPadding);
  std::memcpy(buffer.get(), chunk.data(), chunk.size());
  const std::string_view bytes(buffer.get(), chunk.size());
  if (column < kFirstTextColumn) {
    read_numbers(bytes, values);
    return 0;
  }
  const auto shapes = [&] {
    std::vector<std::uint16_t> of(values);
    for (std::uint32_t i = 0; i < values; ++i) of[i] = static_cast<std::uint16_t>(i % kShapes);
    return of;
  };
  const ChunkContext context{.column = column,
                             .values = values,
                             .dictionary = &dictionary,
                             .words = &words,
                             .depth = 0,
                             .value_shapes = shapes};
  search(bytes, context);
  read_text(bytes, context);
  return 0;
}
