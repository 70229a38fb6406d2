#include "storage/part/row_filter.h"

#include <algorithm>

#include "base/number_text.h"
#include "storage/part/block_calls.h"
#include "storage/part/id_search.h"

namespace fortnight::storage {
namespace {

using Subject = Predicate::Subject;

// The cost of testing a value, ascending: numbers, fields, values of one path, IDs, whole calls.
int cost(const Predicate& predicate) {
  switch (predicate.subject) {
    case Subject::status:
      return 0;
    case Subject::duration:
      return 1;
    case Subject::field:
      return 2;
    case Subject::pointer:
    case Subject::code:
      return 3;
    case Subject::id_of_kind:
    case Subject::any_id:
      return 4;
    case Subject::text:
      return 5;
  }
  return 5;
}

// Without a branch for each row, which could not be predicted.
void keep(std::vector<std::uint32_t>& rows, const std::vector<bool>& found, bool wanted) {
  std::size_t kept = 0;
  for (const std::uint32_t row : rows) {
    rows[kept] = row;
    kept += found[row] == wanted ? 1 : 0;
  }
  rows.resize(kept);
}

}  // namespace

RowFilter::Test::Test(const Predicate& tested)
    : predicate(tested), ns_bounds(in_nanoseconds(tested.bounds)) {
  if (predicate.subject == Subject::pointer) {
    places.emplace(predicate.name, PointerPlaces::Reach::all);
  }
  if (predicate.subject == Subject::code) codes.emplace(predicate.pointers);
  if (predicate.subject == Subject::text) text.emplace(predicate);
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
      case Subject::code:
        FORTNIGHT_TRY(apply_code(test, block, rows));
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
    if (present) append_milliseconds(duration, text);
    return matches_any(predicate.patterns, text) == predicate.negated;
  });
  return block.status();
}

Result<void> RowFilter::apply_field(Test& test, const BlockReader& block,
                                    std::vector<std::uint32_t>& rows) {
  const auto column = column_of(test.predicate.field);
  const TextChunk* chunk = block.text(column);
  if (chunk == nullptr) return block.damaged();
  CodeAnswers& answers = test.by_column[column];
  std::string text;
  std::erase_if(rows, [&](std::uint32_t row) {
    const bool match = answers.of(chunk->code(row), [&] {
      text.clear();
      block.append_text_field(test.predicate.field, row, text);
      return value_matches(test.predicate, text);
    });
    return match == test.predicate.negated;
  });
  return block.status();
}

Result<void> RowFilter::apply_pointer(Test& test, const BlockReader& block,
                                      std::vector<std::uint32_t>& rows) {
  const Predicate& predicate = test.predicate;
  const bool absent_matches = value_matches(predicate, {});
  // Where the calls of a shape have a value; resolved once per block.
  struct Source {
    PointerPlaces::Place place;
    const TextChunk* chunk = nullptr;
    CodeAnswers* answers = nullptr;
  };
  struct Sources {
    bool known = false;
    std::vector<Source> all;  // empty: the value is absent
  };
  std::vector<Sources> by_shape(block.shapes().shapes.size());
  std::vector<bool> found(block.rows());
  std::vector<std::uint32_t> whole;
  std::string raw;
  std::string scratch;
  for (const std::uint32_t row : rows) {
    if (block.plain(row)) {
      whole.push_back(row);
      continue;
    }
    Sources& sources = by_shape[block.shape(row)];
    if (!sources.known) {
      sources.known = true;
      for (const PointerPlaces::Place& place : test.places->of(block, block.shape(row))) {
        const TextChunk* chunk = block.text(place.column);
        if (chunk == nullptr) return block.damaged();
        sources.all.push_back({place, chunk, &test.by_column[place.column]});
      }
    }
    const auto matches = [&](const Source& source) {
      const PointerPlaces::Place& place = source.place;
      const std::uint32_t index = block.positions().before(place.column, row) + place.ordinal;
      return source.answers->of(source.chunk->code(index), [&] {
        raw.clear();
        source.chunk->append({row, place.ordinal, index}, block, raw);
        return value_matches(predicate, scalar_text(raw, place.is_string, scratch));
      });
    };
    found[row] = sources.all.empty() ? absent_matches
                                     : std::any_of(sources.all.begin(), sources.all.end(), matches);
  }
  FORTNIGHT_TRY(block.status());
  FORTNIGHT_TRY(mark_whole(test, block, whole, found));
  keep(rows, found, !predicate.negated);
  return {};
}

Result<void> RowFilter::apply_code(Test& test, const BlockReader& block,
                                   std::vector<std::uint32_t>& rows) {
  std::erase_if(rows, [&](std::uint32_t row) {
    return value_matches(test.predicate, test.codes->of(block, row)) == test.predicate.negated;
  });
  return block.status();
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
  FORTNIGHT_ASSIGN(std::vector<bool> found, rows_with_id(block, kind, present));
  if (absent) {
    FORTNIGHT_ASSIGN(const std::vector<bool> any,
                     rows_with_id(block, kind, {TextPattern{{"", ""}}}));
    for (std::size_t i = 0; i < found.size(); ++i) found[i] = found[i] || !any[i];
  }
  keep(rows, found, !predicate.negated);
  return {};
}

Result<void> RowFilter::apply_text(Test& test, const BlockReader& block,
                                   std::vector<std::uint32_t>& rows) {
  FORTNIGHT_ASSIGN(const std::vector<bool> found, test.text->find(block, rows));
  keep(rows, found, !test.predicate.negated);
  return {};
}

Result<void> RowFilter::mark_whole(Test& test, const BlockReader& block,
                                   const std::vector<std::uint32_t>& candidates,
                                   std::vector<bool>& found) {
  if (candidates.empty()) return {};
  FORTNIGHT_ASSIGN(const Batch batch, decode_calls(block, candidates));
  test.whole->bind(batch);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (test.whole->matches(batch.calls[i])) found[candidates[i]] = true;
  }
  return {};
}

}  // namespace fortnight::storage
