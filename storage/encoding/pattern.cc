// Texts made of a few patterns with tokens in them: "/api/profiles/01HZY…?page=3" is the pattern
// "/api/profiles/*?page=*" and two tokens. Patterns and tokens are columns of their own, and
// encoded as such: tokens as numbers, packed IDs, or the repetition of another column of the call.
//
// A token is a run of letters, digits, '-' and '_' that has a digit in it or is long. In a pattern
// the byte 1 stands for a token that is a canonical integer, 2 for any other; each of the two kinds
// is one column, its values in the order in which they stand.
#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "storage/base/bit_pack.h"
#include "storage/base/number_text.h"
#include "storage/encoding/encodings.h"

namespace fortnight::storage {
namespace {

constexpr std::size_t kKinds = 2;
constexpr std::size_t kLongToken = 24;
constexpr std::size_t kMaxTokens = 1U << 22;  // of a chunk

bool is_token(std::string_view name) {
  return name.size() >= kLongToken ||
         std::any_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_mark(char c) { return c == 1 || c == 2; }
std::size_t kind_of_mark(char c) { return static_cast<std::size_t>(c - 1); }

// Splits a text into its pattern (appended to `pattern`) and tokens.
template <typename Visit>
void split(std::string_view text, std::string& pattern, Visit&& visit) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (!is_name_character(text[at])) {
      pattern.push_back(text[at++]);
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_name_character(text[end])) ++end;
    const std::string_view token = text.substr(at, end - at);
    if (is_token(token)) {
      const std::size_t kind = parse_decimal_text(token, 0) ? 0 : 1;
      pattern.push_back(static_cast<char>(kind + 1));
      visit(kind, token);
    } else {
      pattern.append(token);
    }
    at = end;
  }
}

// How many tokens of each kind: the first kind's in the lower half.
using Marks = std::uint64_t;
std::uint32_t marks_of_kind(Marks marks, std::size_t kind) {
  return static_cast<std::uint32_t>(marks >> (32 * kind));
}

// Where each value's tokens of one kind begin among all of that kind, and where the last one's end.
// Packed: it is what a chunk of patterns adds to a cache.
class TokenStarts {
 public:
  // Where every value has as many tokens.
  TokenStarts(std::uint32_t each, std::uint64_t total) : total_(total), each_(each) {}
  // From the marks before each value and behind the last, of which it is `kind` that counts.
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
  std::uint32_t each_ = 0;  // where packed_ is empty
  unsigned width_ = 0;
  std::string packed_;
};

using StartsOfKinds = std::vector<TokenStarts>;  // by kind

class PatternChunk final : public TextChunk {
 public:
  PatternChunk(std::unique_ptr<TextChunk> patterns,
               std::array<std::unique_ptr<TextChunk>, kKinds> tokens, StartsOfKinds starts)
      : patterns_(std::move(patterns)), tokens_(std::move(tokens)), starts_(std::move(starts)) {}

  void append(const Place& place, const RowSource& rows, std::string& out) const override {
    thread_local std::string pattern;
    std::string mine;
    mine.swap(pattern);  // a token may be another pattern's, further down
    mine.clear();
    patterns_->append(place, rows, mine);
    std::array<std::uint32_t, kKinds> ordinal{};
    for (const char c : mine) {
      if (!is_mark(c)) {
        out.push_back(c);
        continue;
      }
      const std::size_t kind = kind_of_mark(c);
      const std::uint32_t k = ordinal[kind]++;
      const TokenStarts& starts = starts_[kind];
      // A forged chunk's patterns may tell another number of tokens each time.
      if (k >= starts[place.index + 1] - starts[place.index]) continue;
      tokens_[kind]->append({place.row, k, starts[place.index] + k}, rows, out);
    }
    pattern.swap(mine);
  }
  // By its first token; a text without any, by its pattern.
  void find(std::string_view text, std::uint32_t values, Whereabouts& where) const override {
    std::string pattern;
    std::optional<std::pair<std::size_t, std::string_view>> first;
    split(text, pattern, [&](std::size_t kind, std::string_view token) {
      if (!first) first.emplace(kind, token);
    });
    if (!first) return patterns_->find(text, values, where);
    patterns_->find("\\", values, where);  // those with escapes
    const auto& [kind, token] = *first;
    if (tokens_[kind] == nullptr) return;
    const TokenStarts& starts = starts_[kind];
    Whereabouts found;
    tokens_[kind]->find(token, static_cast<std::uint32_t>(starts.total()), found);
    where.anywhere = where.anywhere || found.anywhere;
    // Another column has what the token is: it may be anywhere there, too.
    if (!found.columns.empty()) where.anywhere = true;
    std::sort(found.values.begin(), found.values.end());
    std::uint32_t value = 0;
    for (const std::uint32_t index : found.values) {
      while (value + 1 < values && starts[value + 1] <= index) ++value;
      where.values.push_back(value);
    }
  }
  std::size_t memory() const override {
    std::size_t bytes = sizeof(*this) + patterns_->memory();
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
      bytes += starts_[kind].memory();
      if (tokens_[kind] != nullptr) bytes += tokens_[kind]->memory();
    }
    return bytes;
  }

 private:
  std::unique_ptr<TextChunk> patterns_;
  std::array<std::unique_ptr<TextChunk>, kKinds> tokens_;
  StartsOfKinds starts_;
};

struct Tokens {
  Strings values;
  std::vector<Place> places;
};

// For parsing alone: patterns need nothing of their calls but their shapes.
class NoRows final : public RowSource {
 public:
  void append_text_field(TextField, std::uint32_t, std::string&) const override {}
  std::int64_t number_field(FieldColumn, std::uint32_t) const override { return 0; }
  void append_sibling(std::uint32_t, std::uint32_t, std::uint32_t, std::string&) const override {}
};

}  // namespace

bool encode_pattern(const ColumnInput& input, std::string& out) {
  const Strings& values = *input.values;
  if (input.dictionary == nullptr || values.size() < 32) return false;
  Strings patterns;
  std::array<Tokens, kKinds> tokens;
  boost::unordered_flat_set<std::string> distinct;
  std::string pattern;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::any_of(values[i].begin(), values[i].end(), is_mark)) return false;
    pattern.clear();
    std::array<std::uint32_t, kKinds> ordinal{};
    split(values[i], pattern, [&](std::size_t kind, std::string_view token) {
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
  // A pattern that is one token says nothing: the text is the token.
  if (distinct.size() == 1 && distinct.begin()->size() < 2) return false;

  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::pattern));
  ColumnInput inner = input;
  ++inner.depth;
  inner.hint = {};
  inner.values = &patterns;
  inner.codes = {};
  std::string chunk;
  if (!encode_constant(inner, chunk)) {
    std::string grouped;
    encode_dictionary(inner, chunk);
    if (encode_by_shape(inner, grouped) && grouped.size() < chunk.size()) chunk = grouped;
  }
  writer.text(chunk);
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    const Tokens& of = tokens[kind];
    inner.place = input.place + "#" + std::to_string(kind);
    writer.varint(of.values.size());
    if (of.values.empty()) continue;
    inner.values = &of.values;
    inner.places = of.places;
    inner.dictionary = nullptr;  // the column's is for patterns
    chunk.clear();
    encode_text(inner, chunk);
    writer.text(chunk);
  }
  return true;
}

namespace {

Marks marks_of(std::string_view pattern) {
  Marks marks = 0;
  for (const char c : pattern) {
    if (is_mark(c)) marks += Marks{1} << (32 * kind_of_mark(c));
  }
  return marks;
}

// Which value has how many tokens is in the patterns.
Result<StartsOfKinds> read_starts(const TextChunk& patterns, std::uint32_t values) {
  constexpr Marks kUnread = ~Marks{0};
  const NoRows no_rows;
  std::string pattern;
  const auto read = [&](std::uint32_t value) {
    pattern.clear();
    patterns.append({0, 0, value}, no_rows, pattern);
    return marks_of(pattern);
  };
  const std::vector<std::uint32_t> alike = patterns.alike(values);
  std::uint32_t largest = 0;
  for (const std::uint32_t number : alike) {
    if (number != TextChunk::kUnlike) largest = std::max(largest, number);
  }
  std::vector<Marks> known(largest + std::size_t{1}, kUnread);  // patterns are few
  std::vector<Marks> before(values + std::size_t{1});
  Marks passed = 0;
  Marks first = 0;
  Marks differing = 0;  // its bits from the first one's
  for (std::uint32_t i = 0; i < values; ++i) {
    Marks marks = alike[i] == TextChunk::kUnlike ? kUnread : known[alike[i]];
    if (marks == kUnread) {
      marks = read(i);
      if (alike[i] != TextChunk::kUnlike) known[alike[i]] = marks;
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
  for (std::size_t k = 0; k < kKinds; ++k) {
    const std::uint64_t total = marks_of_kind(passed, k);
    if (marks_of_kind(differing, k) == 0) {
      out.emplace_back(marks_of_kind(first, k), total);
    } else {
      out.emplace_back(before, k, total);
    }
  }
  return out;
}

}  // namespace

Result<std::unique_ptr<TextChunk>> parse_pattern(ByteReader& in, const ChunkContext& context) {
  ChunkContext inner = context;
  ++inner.depth;
  std::vector<std::uint16_t> shapes;  // of the values, once asked for: then by several
  const auto value_shapes = [&]() -> const std::vector<std::uint16_t>& {
    if (shapes.empty()) shapes = context.value_shapes();
    return shapes;
  };
  if (context.value_shapes) inner.value_shapes = value_shapes;
  FORTNIGHT_ASSIGN(auto patterns, parse_text_chunk(in.text(), inner));
  FORTNIGHT_ASSIGN(StartsOfKinds starts, read_starts(*patterns, context.values));
  std::array<std::unique_ptr<TextChunk>, kKinds> tokens;
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
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

namespace {

// A chunk of patterns, taken apart as far as a search needs.
class PatternSearch {
 public:
  PatternSearch(ByteReader& in, const ChunkSearch& search) : search_(search), patterns_(in.text()) {
    for (Tokens& tokens : tokens_) {
      tokens.values = static_cast<std::uint32_t>(in.varint());
      if (tokens.values != 0) tokens.bytes = in.text();
    }
  }

  [[nodiscard]] bool may_contain() const {
    const std::size_t pieces = search_.needle.pieces().size();
    const bool escapes = in_patterns(pieces);
    for (std::size_t i = 1; escapes && i < kEscapeParts; ++i) {
      if (in_patterns(pieces + i)) return true;
    }
    if (is_name(search_.needle)) {
      const NeedleInDictionary* listed = search_.dictionary;
      return in_patterns(search_.needle, listed != nullptr && listed->whole(), search_.words) ||
             in_tokens(search_.needle, search_.found, search_.words);
    }
    for (std::size_t i = 0; i < pieces; ++i) {
      if (!has_piece(i, i == 0 || i + 1 == pieces, escapes)) return false;
    }
    return true;
  }

 private:
  struct Tokens {
    std::uint32_t values = 0;
    std::string_view bytes;
  };

  static bool is_name(const Needle& needle) {
    return std::all_of(needle.text().begin(), needle.text().end(), is_name_character);
  }

  // Whether a piece of the needle may stand in a value. At the needle's end it may go on beyond it.
  [[nodiscard]] bool has_piece(std::size_t i, bool at_end, bool escapes) const {
    const Needle& piece = part_of(search_.needle, i);
    if (!is_name(piece)) {
      // What is escaped has a backslash between.
      return (escapes && piece.text().size() > 1) || in_patterns(i);
    }
    if (at_end && in_patterns(i)) return true;
    if (!at_end && !is_token(piece.text())) return in_patterns(i);
    // Whatever has the piece alone, a token may repeat.
    return in_tokens(piece, nullptr, words_of(i));
  }

  [[nodiscard]] bool in_patterns(std::size_t i) const {
    const NeedleInDictionary* listed = search_.dictionary;
    return in_patterns(part_of(search_.needle, i), listed != nullptr && listed->part(i),
                       words_of(i));
  }
  [[nodiscard]] bool in_patterns(const Needle& needle, bool listed,
                                 const NeedleInWords* words) const {
    const NeedleInDictionary dictionary(listed);
    return chunk_may_contain(patterns_, {.needle = needle,
                                         .scratch = search_.scratch,
                                         .values = search_.values,
                                         .dictionary = &dictionary,
                                         .words = words,
                                         .found = search_.found,
                                         .marked = search_.marked,
                                         .calls = search_.calls,
                                         .in_patterns = true,
                                         .depth = search_.depth + 1});
  }
  [[nodiscard]] bool in_tokens(const Needle& needle, const std::vector<bool>* found,
                               const NeedleInWords* words) const {
    return std::any_of(tokens_.begin(), tokens_.end(), [&](const Tokens& tokens) {
      return tokens.values != 0 && chunk_may_contain(tokens.bytes, {.needle = needle,
                                                                    .scratch = search_.scratch,
                                                                    .values = tokens.values,
                                                                    .dictionary = nullptr,
                                                                    .words = words,
                                                                    .found = found,
                                                                    .marked = search_.marked,
                                                                    .calls = search_.calls,
                                                                    .in_patterns = false,
                                                                    .depth = search_.depth + 1});
    });
  }
  [[nodiscard]] const NeedleInWords* words_of(std::size_t i) const {
    return search_.words == nullptr ? nullptr : search_.words->part(i);
  }

  const ChunkSearch& search_;
  std::string_view patterns_;
  std::array<Tokens, kKinds> tokens_;
};

}  // namespace

bool search_pattern(ByteReader& in, const ChunkSearch& search) {
  const PatternSearch parts(in, search);
  return !in.ok() || parts.may_contain();
}

}  // namespace fortnight::storage
