#include "storage/part/text_filter.h"

#include <algorithm>

#include "base/json_text.h"
#include "base/json_walk.h"
#include "storage/call/terms.h"

namespace fortnight::storage {
namespace {

// The class of the bytes that mark tokens in patterns.
const CharacterClasses kMarks = CharacterClasses::of("\x01\x02");

// Only the sealed effort looks for patterns.
bool may_have_patterns(const PartFile& part) { return part.footer().effort != Effort::fast; }

}  // namespace

bool TextFilter::Sought::found_in(std::string_view text) const {
  return whole ? contains_whole(text, needle.text())
               : text.find(needle.text()) != std::string_view::npos;
}

bool TextFilter::Sought::found_in_json(std::string_view json, bool scalars) const {
  using Token = JsonWalk::Token;
  std::string scratch;
  JsonWalk walk(json);
  for (Token token = walk.next(); token != Token::end; token = walk.next()) {
    const bool scalar = token == Token::string || token == Token::primitive;
    if (token != Token::key && !(scalar && scalars)) continue;
    if (found_in(decode_json_string(walk.raw(), scratch))) return true;
  }
  return false;
}

TextFilter::TextFilter(const Predicate& predicate) {
  for (const TextPattern& pattern : predicate.patterns) {
    sought_.emplace_back(pattern.pieces.front(), predicate.whole);
  }
}

Result<std::vector<bool>> TextFilter::find(const BlockReader& block,
                                           const std::vector<std::uint32_t>& rows) {
  std::vector<bool> left(block.rows());
  for (const std::uint32_t row : rows) left[row] = true;
  const auto wanted = [&](std::uint32_t column) { return may_have_values(block, column); };
  FORTNIGHT_ASSIGN(const RawChunks chunks, read_raw_chunks(block, wanted, bytes_));
  for (Sought& sought : sought_) FORTNIGHT_TRY(narrow(sought, block, chunks, left));
  return left;
}

const CharacterTable& TextFilter::characters_in(const PartFile& part) {
  if (characters_ == nullptr) {
    const auto table = part.characters();
    characters_ = table ? *table : std::make_shared<const CharacterTable>();
  }
  return *characters_;
}

bool TextFilter::in_some_keys(Sought& sought, const PartFile& part) {
  if (!sought.in_some_keys) {
    const auto shapes = part.shapes();
    bool some = !shapes;  // opening a block will report the error
    for (std::uint32_t i = 0; !some && i < (*shapes)->shapes.size(); ++i) {
      some = in_keys(sought, **shapes, i);
    }
    sought.in_some_keys = some;
  }
  return *sought.in_some_keys;
}

// Fields are also searched for the bytes that mark tokens in patterns.
bool TextFilter::may_have_values(const BlockReader& block, std::uint32_t column) {
  const CharacterTable& characters = characters_in(block.part());
  const auto may_hold = [&](CharacterClasses text) {
    return characters.may_hold(block.number(), column, text);
  };
  if (column < kFieldColumns && may_have_patterns(block.part()) && may_hold(kMarks)) return true;
  return std::any_of(sought_.begin(), sought_.end(),
                     [&](const Sought& sought) { return may_hold(sought.characters); });
}

Result<void> TextFilter::look_up(Sought& sought, const PartFile& part, const RawChunks& chunks) {
  if (!sought.words) {
    FORTNIGHT_ASSIGN(const auto words, part.passing_dictionary(kWordsDictionary));
    sought.words.emplace(sought.needle, words.get());
  }
  const auto parts = may_have_patterns(part) ? NeedleParts::with : NeedleParts::without;
  for (const RawChunk& chunk : chunks) {
    if (sought.dictionaries.contains(chunk.column)) continue;
    FORTNIGHT_ASSIGN(const auto dictionary, part.passing_dictionary(chunk.column));
    sought.dictionaries.try_emplace(chunk.column, sought.needle, dictionary.get(), parts);
  }
  return {};
}

std::vector<bool> TextFilter::columns_with(const Sought& sought, const BlockReader& block,
                                           const RawChunks& chunks) {
  const SearchedCalls calls{block, block.rows(), block.entry().min_ts, block.entry().max_ts};
  const bool patterns = may_have_patterns(block.part());
  std::vector<bool> marked(kFieldColumns, !patterns);
  std::vector<bool> found(kFieldColumns + block.shapes().columns.size());
  const auto search = [&](const RawChunk& chunk, const Needle& needle,
                          const NeedleInDictionary& dictionary, const NeedleInWords* words) {
    return chunk_may_contain(chunk.bytes, {.needle = needle,
                                           .scratch = scratch_,
                                           .values = chunk.values,
                                           .dictionary = &dictionary,
                                           .words = words,
                                           .found = &found,
                                           .marked = &marked,
                                           .calls = &calls,
                                           .in_patterns = false,
                                           .depth = 0});
  };
  for (const RawChunk& chunk : chunks) {
    if (chunk.column >= kFieldColumns || !patterns) continue;
    const NeedleInDictionary& known = sought.dictionaries.at(chunk.column);
    for (std::size_t i = parts_of(sought.needle) - kMarkParts; i < parts_of(sought.needle); ++i) {
      const NeedleInDictionary mark(known.part(i));
      if (search(chunk, part_of(sought.needle, i), mark, sought.words->part(i))) {
        marked[chunk.column] = true;
      }
    }
  }
  // Another round may find columns that repeat a column found in this one.
  for (bool more = true; more;) {
    more = false;
    for (const RawChunk& chunk : chunks) {
      const bool may = characters_->may_hold(block.number(), chunk.column, sought.characters);
      if (!may || found[chunk.column]) continue;
      found[chunk.column] =
          search(chunk, sought.needle, sought.dictionaries.at(chunk.column), &*sought.words);
      more = more || found[chunk.column];
    }
  }
  return found;
}

Result<void> TextFilter::narrow(Sought& sought, const BlockReader& block, const RawChunks& chunks,
                                std::vector<bool>& left) {
  std::vector<bool> found(block.rows());
  if (in_some_keys(sought, block.part())) {
    for (std::uint32_t row = 0; row < block.rows(); ++row) {
      if (left[row]) found[row] = in_keys(sought, block.shapes(), block.shape(row));
    }
  }
  FORTNIGHT_TRY(look_up(sought, block.part(), chunks));
  // A text that a number or a time may contain is searched in those of all calls.
  if (sought.needle.made_of("-+:.TZ0123456789")) {
    for (const FieldColumn column :
         {FieldColumn::ts, FieldColumn::ts_digits, FieldColumn::duration, FieldColumn::status}) {
      FORTNIGHT_TRY(block.numbers(column));
    }
  }
  const std::vector<bool> columns = columns_with(sought, block, chunks);
  for (std::uint32_t column = kFieldColumns; column < columns.size(); ++column) {
    if (columns[column]) mark_values(sought, block, column, left, found);
  }
  FORTNIGHT_TRY(block.status());
  left = std::move(found);
  return {};
}

void TextFilter::mark_values(Sought& sought, const BlockReader& block, std::uint32_t column,
                             const std::vector<bool>& wanted, std::vector<bool>& found) {
  const TextChunk* chunk = block.text(column);
  if (chunk == nullptr) return;
  CodeAnswers& answers = sought.by_column[column];
  std::string raw;
  std::string scratch;
  block.positions().each_value(column, [&](const Place& place) {
    if (found[place.row] || !wanted[place.row]) return;
    found[place.row] = answers.of(chunk->code(place.index), [&] {
      raw.clear();
      chunk->append(place, block, raw);
      if (block.plain(place.row)) return sought.found_in_json(raw, true);
      return sought.found_in(decode_json_string(raw, scratch));
    });
  });
}

bool TextFilter::in_keys(Sought& sought, const PartShapes& shapes, std::uint32_t shape) {
  sought.in_keys.resize(shapes.shapes.size());
  std::optional<bool>& known = sought.in_keys[shape];
  if (!known) {
    const std::string& skeleton = shapes.shapes[shape].shape.skeleton;
    known = sought.needle.may_stand_in(skeleton) && sought.found_in_json(skeleton, false);
  }
  return *known;
}

}  // namespace fortnight::storage
