#include "tests/storage/encoding/encoded_column.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <map>

#include "base/json_text.h"
#include "base/json_walk.h"
#include "storage/packing/bit_pack.h"
#include "storage/packing/packed.h"

namespace fortnight::tests {

using namespace storage;

namespace {

constexpr std::uint32_t kColumn = 20;
constexpr std::size_t kMaxTextOfDamage = 1U << 20;

// A copy on the heap with exactly kPackPadding bytes after it, so that a sanitizer detects every
// overrun.
class Padded {
 public:
  explicit Padded(std::string_view bytes)
      : bytes_(std::make_unique<char[]>(bytes.size() + kPackPadding)), size_(bytes.size()) {
    std::memcpy(bytes_.get(), bytes.data(), bytes.size());
  }
  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

std::optional<Dictionary> parsed(const DictionaryBuilder& builder) {
  if (builder.empty()) return std::nullopt;
  std::string bytes;
  builder.encode(Lz4Level::fast, bytes);
  return Dictionary::parse(bytes).value();
}

std::string decoded(std::string_view value) {
  std::string scratch;
  return std::string(decode_json_string(value, scratch));
}

}  // namespace

EncodedColumn::EncodedColumn(const std::vector<std::string>& values, const SampleColumn& sample)
    : dictionary_(1 << 12, 1 << 18), words_(1 << 16, 1 << 20) {
  for (std::uint32_t i = 0; i < values.size(); ++i) {
    values_.add(values[i]);
    places_.push_back({i, 0, i});
    shapes_.push_back(SampleCalls::shape(i));
  }
  Strings ids;
  for (std::uint32_t i = 0; i < values.size(); ++i) ids.add(SampleCalls::id(i));
  siblings_.reset(size());
  siblings_.add(kSampleSibling, ids, places_);
  input_.column = kColumn;
  input_.values = &values_;
  input_.places = places_;
  input_.hint = sample.hint;
  input_.dictionary = &dictionary_;
  input_.words = &words_;
  input_.rows = &calls_;
  input_.shape_of_row = shapes_;
  input_.siblings = &siblings_;
  input_.grouped = sample.grouped;
}

bool EncodedColumn::encode(const TextCodec& codec) {
  chunk_.clear();
  dictionary_.rollback(0);
  words_.rollback(0);
  input_.effort = Effort::sealed;
  if (codec.encode == nullptr || !codec.encode(input_, chunk_)) {
    BOOST_TEST(chunk_.empty(), codec.name << " refuses, but wrote something");
    return false;
  }
  finish();
  return true;
}

void EncodedColumn::choose(Effort effort) {
  chunk_.clear();
  dictionary_.rollback(0);
  words_.rollback(0);
  input_.effort = effort;
  encode_text(input_, chunk_);
  finish();
}

void EncodedColumn::finish() {
  padded_ = chunk_ + std::string(kPackPadding, '\0');
  parsed_dictionary_ = parsed(dictionary_);
  parsed_words_ = parsed(words_);
}

const TextCodec& EncodedColumn::codec() const {
  ByteReader in(chunk_);
  const TextCodec* codec = text_codec(in.u8());
  BOOST_REQUIRE(codec != nullptr);
  if (codec != &kPatchedCodec) return *codec;
  const std::uint64_t exceptions = in.count();
  read_packed(in, exceptions, bit_width_for(size() - 1));
  for (std::uint64_t i = 0; i < exceptions; ++i) in.text();
  codec = text_codec(in.u8());
  BOOST_REQUIRE(codec != nullptr);
  return *codec;
}

ChunkContext EncodedColumn::context() const {
  ChunkContext context;
  context.column = kColumn;
  context.values = size();
  context.dictionary = parsed_dictionary_ ? &*parsed_dictionary_ : nullptr;
  context.words = parsed_words_ ? &*parsed_words_ : nullptr;
  if (!input_.grouped) {
    context.value_shapes = [this] {
      return std::vector<std::uint16_t>(shapes_.begin(), shapes_.end());
    };
  }
  return context;
}

void EncodedColumn::check_round_trip() const {
  const auto parsed_chunk =
      parse_text_chunk(std::string_view(padded_).substr(0, chunk_.size()), context());
  BOOST_REQUIRE_MESSAGE(parsed_chunk, parsed_chunk.error().message);
  const TextChunk& chunk = **parsed_chunk;
  const std::vector<std::uint32_t> ids = chunk.value_ids(size());
  BOOST_REQUIRE_EQUAL(ids.size(), size());
  std::map<std::uint32_t, std::string> of_id;
  // Backwards first: reading a value must not depend on earlier reads.
  for (const bool backwards : {true, false}) {
    for (std::uint32_t at = 0; at < size(); ++at) {
      const std::uint32_t i = backwards ? size() - 1 - at : at;
      std::string value = "before";
      chunk.append(places_[i], calls_, value);
      BOOST_REQUIRE_EQUAL(value, "before" + std::string(values_[i]));
      if (ids[i] == TextChunk::kNoId) continue;
      const auto [known, fresh] = of_id.try_emplace(ids[i], values_[i]);
      BOOST_TEST((fresh || known->second == values_[i]));
    }
  }
  if (chunk.constant() != nullptr) BOOST_TEST(*chunk.constant() == values_[0]);
}

bool EncodedColumn::may_contain_in(std::string_view bytes, const std::string& text) const {
  const Needle needle(text);
  const ChunkContext of = context();
  const NeedleInDictionary in_dictionary(needle, of.dictionary, NeedleParts::with);
  const NeedleInWords in_words(needle, of.words);
  std::vector<bool> found(kColumn + 1);
  for (std::uint32_t row = 0; row < size(); ++row) {
    const auto has = [&](const std::string& value) {
      return value.find(text) != std::string::npos;
    };
    if (has(SampleCalls::id(row))) found[kSampleSibling] = true;
    if (has(SampleCalls::endpoint(row))) found[column_of(TextField::endpoint)] = true;
  }
  const SearchedCalls searched{calls_, size(), SampleCalls::ts(0), SampleCalls::ts(size() - 1)};
  std::string scratch;
  return chunk_may_contain(bytes, {.needle = needle,
                                   .scratch = scratch,
                                   .values = size(),
                                   .dictionary = &in_dictionary,
                                   .words = &in_words,
                                   .found = &found,
                                   .marked = nullptr,
                                   .calls = &searched,
                                   .in_patterns = false,
                                   .depth = 0});
}

bool EncodedColumn::may_contain(const std::string& text) const {
  return may_contain_in(std::string_view(padded_).substr(0, chunk_.size()), text);
}

bool EncodedColumn::contains(const std::string& text) const {
  for (std::uint32_t i = 0; i < size(); ++i) {
    if (decoded(values_[i]).find(text) != std::string::npos) return true;
  }
  return false;
}

void EncodedColumn::check_search(std::mt19937_64& random, int rounds) const {
  for (int round = 0; round < rounds; ++round) {
    const std::string value = decoded(values_[random() % size()]);
    if (value.empty()) continue;
    const std::size_t begin = random() % value.size();
    const std::string part = value.substr(begin, 1 + random() % (value.size() - begin));
    BOOST_TEST(may_contain(part), codec().name << " denies " << part << " of " << value);
  }
}

std::vector<bool> EncodedColumn::candidates(const std::string& text) const {
  const auto chunk =
      parse_text_chunk(std::string_view(padded_).substr(0, chunk_.size()), context());
  BOOST_REQUIRE(chunk);
  CandidateValues found;
  (*chunk)->add_candidates(text, size(), found);
  std::vector<bool> may(size(), found.all);
  for (const std::uint32_t value : found.values) may.at(value) = true;
  for (const std::uint32_t column : found.columns) {
    for (std::uint32_t row = 0; row < size(); ++row) {
      const bool there = column == kSampleSibling ? SampleCalls::id(row) == text
                                                  : SampleCalls::endpoint(row) == text;
      if (there) may[row] = true;
    }
  }
  return may;
}

void EncodedColumn::check_candidates(std::mt19937_64& random, int rounds) const {
  for (int round = 0; round < rounds; ++round) {
    const std::string wanted = decoded(values_[random() % size()]);
    const std::vector<bool> may = candidates(wanted);
    for (std::uint32_t i = 0; i < size(); ++i) {
      if (may[i] || decoded(values_[i]) != wanted) continue;
      BOOST_TEST(false, codec().name << " leaves out value " << i << ", " << wanted);
    }
  }
}

void EncodedColumn::check_damage(std::mt19937_64& random, int rounds) const {
  const auto read = [&](std::string_view bytes) {
    static_cast<void>(may_contain_in(bytes, "17"));
    const auto chunk = parse_text_chunk(bytes, context());
    if (!chunk) return;
    static_cast<void>((*chunk)->value_ids(size()));
    CandidateValues found;
    (*chunk)->add_candidates("17", size(), found);
    std::string text;
    for (std::uint32_t i = 0; i < size() && text.size() < kMaxTextOfDamage; ++i) {
      (*chunk)->append(places_[i], calls_, text);
      static_cast<void>((*chunk)->code(i));
    }
  };
  for (int round = 0; round < rounds; ++round) {
    const Padded cut(std::string_view(chunk_).substr(0, random() % chunk_.size()));
    read(cut.view());
    std::string changed = chunk_;
    // Most of a chunk's structure is in its first bytes.
    for (std::uint64_t changes = 1 + random() % 3; changes > 0; --changes) {
      const std::size_t end =
          random() % 2 == 0 ? changed.size() : std::min<std::size_t>(24, changed.size());
      changed[random() % end] = static_cast<char>(random() % 4 == 0 ? 0xff : random() % 256);
    }
    const Padded damaged(changed);
    read(damaged.view());
  }
}

}  // namespace fortnight::tests
