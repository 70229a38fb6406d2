#include "storage/part/row_filter.h"

#include <algorithm>

#include "storage/base/json_number.h"
#include "storage/call/time_text.h"

namespace fortnight::storage {
namespace {

using Subject = Predicate::Subject;

// What a value costs to be tested: numbers, fields, values of one path, IDs, whole calls.
int cost(const Predicate& predicate) {
  switch (predicate.subject) {
    case Subject::status:
      return 0;
    case Subject::duration:
      return 1;
    case Subject::field:
      return 2;
    case Subject::pointer:
      return 3;
    case Subject::id_of_kind:
    case Subject::any_id:
      return 4;
    case Subject::text:
      return 5;
  }
  return 5;
}

bool value_matches(const Predicate& predicate, std::string_view text) {
  if (predicate.bounds.empty()) return matches_any(predicate.patterns, text);
  const std::optional<double> number = number_of(text);
  return number && meets(predicate.bounds, *number);
}

void keep(std::vector<std::uint32_t>& rows, const std::vector<bool>& found, bool wanted) {
  std::erase_if(rows, [&](std::uint32_t row) { return found[row] != wanted; });
}

// The answer for a value that is a code of its column's dictionary, found once a code.
template <typename Find>
bool cached(std::vector<std::uint8_t>& by_code, std::int64_t code, Find&& find) {
  constexpr std::int64_t kMaxCodes = 1 << 20;
  if (code < 0 || code >= kMaxCodes) return find();
  const auto index = static_cast<std::size_t>(code);
  if (index >= by_code.size()) by_code.resize(index + 1);
  if (by_code[index] == 0) by_code[index] = find() ? 2 : 1;
  return by_code[index] == 2;
}

// Marks the rows that have `needle` in a value that stands in a column of its own.
Result<void> mark_values(const BlockReader& block, std::string_view needle,
                         std::vector<bool>& found) {
  std::string raw;
  std::string scratch;
  for (const std::uint32_t column : block.hole_columns()) {
    const TextChunk* chunk = block.text(column);
    if (chunk == nullptr) return block.status();
    if (!chunk->may_contain(needle)) continue;
    block.each_value(column, [&](const Place& place) {
      if (found[place.row] || block.plain(place.row)) return;
      raw.clear();
      chunk->append(place, block, raw);
      if (decode_json_string(raw, scratch).find(needle) != std::string_view::npos) {
        found[place.row] = true;
      }
    });
  }
  return block.status();
}

// Rows that have to be looked at whole: those kept whole, those in whose canonical fields the
// needle stands (values that repeat a field are not looked at), those with the needle in a key's
// name.
Result<std::vector<std::uint32_t>> doubtful_rows(const BlockReader& block, std::string_view needle,
                                                 const std::vector<std::uint32_t>& rows,
                                                 const std::vector<bool>& found) {
  std::vector<bool> doubtful(block.rows());
  for (std::size_t field = 0; field < kTextFields; ++field) {
    const TextChunk* chunk = block.text(kFirstTextColumn + static_cast<std::uint32_t>(field));
    if (chunk == nullptr || !chunk->may_contain(needle)) continue;
    std::string text;
    for (const std::uint32_t row : rows) {
      text.clear();
      chunk->append({row, 0, row}, block, text);
      if (decoded_contains(text, needle)) doubtful[row] = true;
    }
  }
  std::vector<std::uint8_t> in_keys(block.shapes().shapes.size());
  std::vector<std::uint32_t> whole;
  for (const std::uint32_t row : rows) {
    if (found[row]) continue;
    const std::uint32_t shape = block.shape(row);
    std::uint8_t& keys = in_keys[shape];
    if (keys == 0) {
      keys = decoded_contains(block.shapes().shapes[shape].shape.skeleton, needle) ? 2 : 1;
    }
    if (doubtful[row] || keys == 2 || block.plain(row)) whole.push_back(row);
  }
  return whole;
}

}  // namespace

RowFilter::Test::Test(const Predicate& tested)
    : predicate(tested), ns_bounds(in_nanoseconds(tested.bounds)) {
  if (predicate.subject == Subject::pointer) {
    pointer = JsonPointer::parse(predicate.name).value_or(JsonPointer());
  }
  Predicate alone = predicate;
  alone.negated = false;
  whole = std::make_unique<CallMatcher>(std::vector<Predicate>{alone});
}

RowFilter::RowFilter(const std::vector<Predicate>& predicates) {
  for (const Predicate& predicate : predicates) tests_.emplace_back(predicate);
  std::stable_sort(tests_.begin(), tests_.end(), [](const Test& a, const Test& b) {
    return cost(a.predicate) < cost(b.predicate);
  });
}

Result<void> RowFilter::apply(const BlockReader& block, std::vector<std::uint32_t>& rows) {
  for (Test& test : tests_) {
    if (rows.empty()) return {};
    switch (test.predicate.subject) {
      case Subject::status:
      case Subject::duration:
        FORTNIGHT_TRY(apply_numbers(test, block, rows));
        break;
      case Subject::field:
        FORTNIGHT_TRY(apply_field(test, block, rows));
        break;
      case Subject::pointer:
        FORTNIGHT_TRY(apply_pointer(test, block, rows));
        break;
      case Subject::id_of_kind:
      case Subject::any_id:
        FORTNIGHT_TRY(apply_id(test, block, rows));
        break;
      case Subject::text:
        FORTNIGHT_TRY(apply_text(test, block, rows));
        break;
    }
  }
  return {};
}

Result<void> RowFilter::apply_numbers(Test& test, const BlockReader& block,
                                      std::vector<std::uint32_t>& rows) {
  const Predicate& predicate = test.predicate;
  std::string text;
  std::erase_if(rows, [&](std::uint32_t row) {
    if (predicate.subject == Subject::status) {
      const std::int64_t status = block.number_field(FieldColumn::status, row);
      return status_matches(predicate, static_cast<std::int32_t>(status)) == predicate.negated;
    }
    const std::int64_t duration = block.number_field(FieldColumn::duration, row);
    const bool present = duration != kNoDuration;
    if (!test.ns_bounds.empty()) {
      const bool met = present && meets(test.ns_bounds, static_cast<double>(duration));
      return met == predicate.negated;
    }
    text.clear();
    if (present) append_duration(duration, DurationUnit::ms, text);
    return matches_any(predicate.patterns, text) == predicate.negated;
  });
  return block.status();
}

Result<void> RowFilter::apply_field(Test& test, const BlockReader& block,
                                    std::vector<std::uint32_t>& rows) {
  const auto column = kFirstTextColumn + static_cast<std::uint32_t>(test.predicate.field);
  const TextChunk* chunk = block.text(column);
  if (chunk == nullptr) return block.damaged();
  std::vector<std::uint8_t>& by_code = test.by_code[column];
  std::string text;
  std::erase_if(rows, [&](std::uint32_t row) {
    const bool match = cached(by_code, chunk->code(row), [&] {
      text.clear();
      block.append_text_field(test.predicate.field, row, text);
      return value_matches(test.predicate, text);
    });
    return match == test.predicate.negated;
  });
  return block.status();
}

const RowFilter::Test::Place& RowFilter::place_of(Test& test, const BlockReader& block,
                                                  std::uint32_t shape) {
  test.places.resize(block.shapes().shapes.size());
  Test::Place& place = test.places[shape];
  if (place.known) return place;
  place.known = true;
  const PartShape& of = block.shapes().shapes[shape];
  place.scalar = find_scalar(of.shape.skeleton, test.pointer);
  if (!place.scalar) return place;
  place.column = of.columns[place.scalar->ordinal];
  place.ordinal = of.ordinal_of(place.scalar->ordinal);
  return place;
}

Result<void> RowFilter::apply_pointer(Test& test, const BlockReader& block,
                                      std::vector<std::uint32_t>& rows) {
  const Predicate& predicate = test.predicate;
  const bool absent_matches = value_matches(predicate, {});
  std::vector<bool> found(block.rows());
  std::vector<std::uint32_t> whole;
  std::string raw;
  std::string scratch;
  for (const std::uint32_t row : rows) {
    if (block.plain(row)) {
      whole.push_back(row);
      continue;
    }
    const Test::Place& place = place_of(test, block, block.shape(row));
    if (!place.scalar) {
      found[row] = absent_matches;
      continue;
    }
    const TextChunk* chunk = block.text(place.column);
    if (chunk == nullptr) return block.damaged();
    const std::uint32_t index = block.values_before(place.column, row) + place.ordinal;
    found[row] = cached(test.by_code[place.column], chunk->code(index), [&] {
      raw.clear();
      chunk->append({row, place.ordinal, index}, block, raw);
      return value_matches(predicate, scalar_text(raw, place.scalar->is_string, scratch));
    });
  }
  FORTNIGHT_TRY(block.status());
  FORTNIGHT_TRY(mark_whole(test, block, whole, found));
  keep(rows, found, !predicate.negated);
  return {};
}

Result<void> RowFilter::apply_id(Test& test, const BlockReader& block,
                                 std::vector<std::uint32_t>& rows) {
  const Predicate& predicate = test.predicate;
  if (!predicate.bounds.empty()) {
    std::vector<bool> found(block.rows());
    FORTNIGHT_TRY(mark_whole(test, block, rows, found));
    keep(rows, found, !predicate.negated);
    return {};
  }
  const std::string_view kind =
      predicate.subject == Subject::any_id ? std::string_view() : predicate.name;
  std::vector<TextPattern> present;
  bool absent = false;  // whether a call without such an ID matches too
  for (const TextPattern& pattern : predicate.patterns) {
    if (pattern.exact() && pattern.pieces[0].empty()) {
      absent = true;
    } else {
      present.push_back(pattern);
    }
  }
  FORTNIGHT_ASSIGN(std::vector<bool> found, block.rows_with_id(kind, present));
  if (absent) {
    FORTNIGHT_ASSIGN(const std::vector<bool> any,
                     block.rows_with_id(kind, {TextPattern{{"", ""}}}));
    for (std::size_t i = 0; i < found.size(); ++i) found[i] = found[i] || !any[i];
  }
  keep(rows, found, !predicate.negated);
  return {};
}

Result<void> RowFilter::apply_text(Test& test, const BlockReader& block,
                                   std::vector<std::uint32_t>& rows) {
  // The rows that have all needles; doubts are settled for all of them at once.
  std::vector<bool> sure(block.rows(), true);
  std::vector<bool> doubtful(block.rows());
  for (const TextPattern& pattern : test.predicate.patterns) {
    const std::string_view needle = pattern.pieces.front();
    std::vector<bool> found(block.rows());
    FORTNIGHT_TRY(mark_values(block, needle, found));
    FORTNIGHT_ASSIGN(const auto whole, doubtful_rows(block, needle, rows, found));
    std::vector<bool> maybe(block.rows());
    for (const std::uint32_t row : whole) maybe[row] = true;
    for (std::size_t row = 0; row < sure.size(); ++row) {
      doubtful[row] = (sure[row] || doubtful[row]) && (found[row] || maybe[row]) &&
                      (doubtful[row] || !found[row]);
      sure[row] = sure[row] && found[row];
    }
  }
  std::vector<std::uint32_t> candidates;
  for (const std::uint32_t row : rows) {
    if (doubtful[row]) candidates.push_back(row);
  }
  FORTNIGHT_TRY(mark_whole(test, block, candidates, sure));
  keep(rows, sure, !test.predicate.negated);
  return {};
}

Result<void> RowFilter::mark_whole(Test& test, const BlockReader& block,
                                   const std::vector<std::uint32_t>& candidates,
                                   std::vector<bool>& found) {
  if (candidates.empty()) return {};
  FORTNIGHT_ASSIGN(const Batch batch, block.decode(candidates));
  test.whole->bind(batch);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (test.whole->matches(batch.calls[i])) found[candidates[i]] = true;
  }
  return {};
}

}  // namespace fortnight::storage
