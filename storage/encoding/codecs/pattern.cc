// Texts made of a few patterns with tokens in them, see pattern.h. The patterns and the two kinds
// of tokens are columns of their own and encoded as such: patterns as codes of the column's
// dictionary, tokens as numbers, packed IDs, or the repetition of another column of the call.
// Tokens of a kind follow each other in the order of the values, and within a value from left to
// right.
#include "storage/encoding/codecs/pattern.h"

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "storage/packing/bit_pack.h"

namespace fortnight::storage {
namespace {

constexpr std::size_t kMaxTokens = 1U << 22;  // of a chunk
// In smaller columns there is little to save.
constexpr std::size_t kMinValues = 32;

// The number of tokens of each kind: the first kind's in the lower 32 bits.
using Marks = std::uint64_t;
std::uint32_t marks_of_kind(Marks marks, std::size_t kind) {
  return static_cast<std::uint32_t>(marks >> (32 * kind));
}

// For each value, the index of its first token among all tokens of one kind; then their total.
// Packed, because it stays in the cache with the chunk.
class TokenStarts {
 public:
  // Every value has the same number of tokens.
  TokenStarts(std::uint32_t each, std::uint64_t total) : total_(total), each_(each) {}
  // `before` has the marks before each value, and all marks at its end; those of `kind` count.
  TokenStarts(std::span<const Marks> before, std::size_t kind, std::uint64_t total)
      : total_(total), width_(bit_width_for(total)) {
    std::vector<std::uint64_t> starts(before.size());
    std::transform(before.begin(), before.end(), starts.begin(),
                   [kind](Marks marks) { return marks_of_kind(marks, kind); });
    pack_bits(starts, width_, packed_);
  }

  [[nodiscard]] std::uint32_t operator[](std::uint32_t value) const {
    return packed_.empty() ? each_ * value
                           : static_cast<std::uint32_t>(unpack_one(packed_.data(), value, width_));
  }
  [[nodiscard]] std::uint64_t total() const { return total_; }
  [[nodiscard]] std::size_t memory() const { return packed_.capacity(); }

 private:
  std::uint64_t total_;
  std::uint32_t each_ = 0;  // if packed_ is empty
  unsigned width_ = 0;
  std::string packed_;
};

using StartsOfKinds = std::vector<TokenStarts>;  // by kind

class PatternChunk final : public TextChunk {
 public:
  PatternChunk(std::unique_ptr<TextChunk> patterns,
               std::array<std::unique_ptr<TextChunk>, kTokenKinds> tokens, StartsOfKinds starts)
      : patterns_(std::move(patterns)), tokens_(std::move(tokens)), starts_(std::move(starts)) {}

  void append(const Place& place, const RowSource& rows, std::string& out) const override {
    thread_local std::string pattern;
    std::string mine;
    mine.swap(pattern);  // a token may repeat a column that has patterns too
    mine.clear();
    patterns_->append(place, rows, mine);
    std::array<std::uint32_t, kTokenKinds> ordinal{};
    for (const char c : mine) {
      if (!is_mark(c)) {
        out.push_back(c);
        continue;
      }
      const std::size_t kind = kind_of_mark(c);
      const std::uint32_t k = ordinal[kind]++;
      const TokenStarts& starts = starts_[kind];
      // In a hostile file a pattern may have another number of tokens than when it was counted.
      if (k >= starts[place.index + 1] - starts[place.index]) continue;
      tokens_[kind]->append({place.row, k, starts[place.index] + k}, rows, out);
    }
    pattern.swap(mine);
  }
  // By the text's first token; if it has no token, by its pattern.
  void add_candidates(std::string_view text, std::uint32_t values,
                      CandidateValues& candidates) const override {
    std::string pattern;
    std::optional<std::pair<std::size_t, std::string_view>> first;
    split_pattern(text, pattern, [&](std::size_t kind, std::string_view token) {
      if (!first) first.emplace(kind, token);
    });
    if (!first) return patterns_->add_candidates(text, values, candidates);
    patterns_->add_candidates("\\", values, candidates);  // those with escapes
    const auto& [kind, token] = *first;
    if (tokens_[kind] == nullptr) return;
    const TokenStarts& starts = starts_[kind];
    CandidateValues found;
    tokens_[kind]->add_candidates(token, static_cast<std::uint32_t>(starts.total()), found);
    // If tokens repeat another column, that column contains the token, but isn't equal to the text.
    if (found.all || !found.columns.empty()) candidates.all = true;
    std::sort(found.values.begin(), found.values.end());
    std::uint32_t value = 0;
    for (const std::uint32_t index : found.values) {
      while (value + 1 < values && starts[value + 1] <= index) ++value;
      candidates.values.push_back(value);
    }
  }
  std::size_t memory() const override {
    std::size_t bytes = sizeof(*this) + patterns_->memory();
    for (std::size_t kind = 0; kind < kTokenKinds; ++kind) {
      bytes += starts_[kind].memory();
      if (tokens_[kind] != nullptr) bytes += tokens_[kind]->memory();
    }
    return bytes;
  }

 private:
  std::unique_ptr<TextChunk> patterns_;
  std::array<std::unique_ptr<TextChunk>, kTokenKinds> tokens_;
  StartsOfKinds starts_;
};

struct Tokens {
  Strings values;
  std::vector<Place> places;
};

// Patterns refer to nothing of their calls, so that they can be read when a chunk is parsed.
class NoRows final : public RowSource {
 public:
  void append_text_field(TextField, std::uint32_t, std::string&) const override {}
  std::int64_t number_field(FieldColumn, std::uint32_t) const override { return 0; }
  void append_sibling(std::uint32_t, std::uint32_t, std::uint32_t, std::string&) const override {}
};

bool encode(const ColumnInput& input, std::string& out) {
  const Strings& values = *input.values;
  if (input.dictionary == nullptr || values.size() < kMinValues) return false;
  Strings patterns;
  std::array<Tokens, kTokenKinds> tokens;
  boost::unordered_flat_set<std::string> distinct;
  std::string pattern;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::any_of(values[i].begin(), values[i].end(), is_mark)) return false;
    pattern.clear();
    std::array<std::uint32_t, kTokenKinds> ordinal{};
    split_pattern(values[i], pattern, [&](std::size_t kind, std::string_view token) {
      Tokens& of = tokens[kind];
      of.places.push_back(
          {input.places[i].row, ordinal[kind]++, static_cast<std::uint32_t>(of.values.size())});
      of.values.add(token);
    });
    patterns.add(pattern);
    distinct.insert(pattern);
    if (distinct.size() > 16 + values.size() / 8) return false;
  }
  if (tokens[0].values.size() + tokens[1].values.size() > kMaxTokens ||
      !input.dictionary->has_room(distinct.size(), patterns.bytes().size())) {
    return false;
  }
  // If the only pattern is a single token, the texts are the tokens: nothing is saved.
  if (distinct.size() == 1 && distinct.begin()->size() < 2) return false;

  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::pattern));
  ColumnInput inner = input;
  ++inner.depth;
  inner.hint = {};
  inner.values = &patterns;
  inner.codes = {};
  std::string chunk;
  if (!kSharedConstantCodec.encode(inner, chunk) && !kConstantCodec.encode(inner, chunk)) {
    std::string grouped;
    kDictionaryCodec.encode(inner, chunk);
    if (kByShapeCodec.encode(inner, grouped) && grouped.size() < chunk.size()) chunk = grouped;
  }
  writer.text(chunk);
  for (std::size_t kind = 0; kind < kTokenKinds; ++kind) {
    const Tokens& of = tokens[kind];
    inner.memory_key = input.memory_key + "#" + std::to_string(kind);
    writer.varint(of.values.size());
    if (of.values.empty()) continue;
    inner.values = &of.values;
    inner.places = of.places;
    inner.dictionary = nullptr;  // the column's dictionary is for patterns
    chunk.clear();
    encode_text(inner, chunk);
    writer.text(chunk);
  }
  return true;
}

Marks marks_of(std::string_view pattern) {
  Marks marks = 0;
  for (const char c : pattern) {
    if (is_mark(c)) marks += Marks{1} << (32 * kind_of_mark(c));
  }
  return marks;
}

// The patterns tell how many tokens each value has.
Result<StartsOfKinds> read_starts(const TextChunk& patterns, std::uint32_t values) {
  constexpr Marks kUnread = ~Marks{0};
  const NoRows no_rows;
  std::string pattern;
  const auto read = [&](std::uint32_t value) {
    pattern.clear();
    patterns.append({0, 0, value}, no_rows, pattern);
    return marks_of(pattern);
  };
  const std::vector<std::uint32_t> ids = patterns.value_ids(values);
  std::uint32_t largest = 0;
  for (const std::uint32_t id : ids) {
    if (id != TextChunk::kNoId) largest = std::max(largest, id);
  }
  std::vector<Marks> known(largest + std::size_t{1}, kUnread);  // by ID: patterns are few
  std::vector<Marks> before(values + std::size_t{1});
  Marks passed = 0;
  Marks first = 0;
  Marks differing = 0;  // bits in which a value's marks differ from the first value's
  for (std::uint32_t i = 0; i < values; ++i) {
    Marks marks = ids[i] == TextChunk::kNoId ? kUnread : known[ids[i]];
    if (marks == kUnread) {
      marks = read(i);
      if (ids[i] != TextChunk::kNoId) known[ids[i]] = marks;
    }
    if (i == 0) first = marks;
    differing |= marks ^ first;
    before[i] = passed;
    passed += marks;
    if (marks_of_kind(passed, 0) > kMaxTokens || marks_of_kind(passed, 1) > kMaxTokens) {
      return corrupt("patterns of too many tokens");
    }
  }
  before[values] = passed;
  StartsOfKinds out;
  for (std::size_t k = 0; k < kTokenKinds; ++k) {
    const std::uint64_t total = marks_of_kind(passed, k);
    if (marks_of_kind(differing, k) == 0) {
      out.emplace_back(marks_of_kind(first, k), total);
    } else {
      out.emplace_back(before, k, total);
    }
  }
  return out;
}

Result<std::unique_ptr<TextChunk>> parse(ByteReader& in, const ChunkContext& context) {
  ChunkContext inner = context;
  ++inner.depth;
  std::vector<std::uint16_t> shapes;  // of the values; computed once for several inner chunks
  const auto value_shapes = [&]() -> const std::vector<std::uint16_t>& {
    if (shapes.empty()) shapes = context.value_shapes();
    return shapes;
  };
  if (context.value_shapes) inner.value_shapes = value_shapes;
  FORTNIGHT_ASSIGN(auto patterns, parse_text_chunk(in.text(), inner));
  FORTNIGHT_ASSIGN(StartsOfKinds starts, read_starts(*patterns, context.values));
  std::array<std::unique_ptr<TextChunk>, kTokenKinds> tokens;
  for (std::size_t kind = 0; kind < kTokenKinds; ++kind) {
    const TokenStarts& of = starts[kind];
    const std::uint64_t count = in.varint();
    if (!in.ok() || count != of.total()) return corrupt("patterns and tokens disagree");
    if (count == 0) continue;
    ChunkContext token_context = inner;
    token_context.dictionary = nullptr;
    token_context.values = static_cast<std::uint32_t>(count);
    if (context.value_shapes) {
      token_context.value_shapes = [&] {
        std::vector<std::uint16_t> token_shapes(of.total());
        const std::vector<std::uint16_t>& of_values = value_shapes();
        if (of_values.size() != context.values) return std::vector<std::uint16_t>();
        auto next = token_shapes.begin();
        for (std::uint32_t value = 0; value < context.values; ++value) {
          next = std::fill_n(next, of[value + 1] - of[value], of_values[value]);
        }
        return token_shapes;
      };
    }
    FORTNIGHT_ASSIGN(tokens[kind], parse_text_chunk(in.text(), token_context));
  }
  return std::make_unique<PatternChunk>(std::move(patterns), std::move(tokens), std::move(starts));
}

}  // namespace

constinit const TextCodec kPatternCodec = {.id = Encoding::pattern,
                                           .name = "pattern",
                                           .stage = Stage::thorough,
                                           .effort = Effort::sealed,
                                           .encode = encode,
                                           .parse = parse,
                                           .search = search_pattern};

}  // namespace fortnight::storage
