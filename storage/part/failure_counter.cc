#include "storage/part/failure_counter.h"

#include <boost/container_hash/hash.hpp>

namespace fortnight::storage {
namespace {

FailureSighting sighting(const BlockReader& block, std::uint32_t row) {
  return {block.number_field(FieldColumn::ts, row),
          static_cast<unsigned>(block.number_field(FieldColumn::ts_digits, row)),
          {block.part().footer().summary.day,
           static_cast<std::uint64_t>(block.number_field(FieldColumn::seq, row))}};
}

}  // namespace

std::size_t FailureCounter::HashOfCodes::operator()(const Codes& codes) const {
  std::size_t hash = 0;
  boost::hash_combine(hash, codes.endpoint);
  boost::hash_combine(hash, codes.status);
  boost::hash_combine(hash, codes.column);
  boost::hash_combine(hash, codes.error);
  return hash;
}

FailureCounter::FailureCounter(const FailureQuery& query, const Budget& budget, Failures& failures)
    : query_(query),
      budget_(budget),
      failures_(failures),
      pointers_(query.codes.begin(), query.codes.end()) {}

// The last row first. Then only the first call found of each kind is its last one, and only that
// call's ID is read.
Result<void> FailureCounter::add(const BlockReader& block, const std::vector<std::uint32_t>& rows) {
  if (rows.empty()) return {};
  for (const FieldColumn column :
       {FieldColumn::seq, FieldColumn::ts, FieldColumn::ts_digits, FieldColumn::status}) {
    FORTNIGHT_TRY(block.numbers(column));
  }
  const TextChunk* account = block.text(column_of(TextField::account));
  const TextChunk* endpoint = block.text(column_of(TextField::endpoint));
  if (account == nullptr || endpoint == nullptr) return block.damaged();
  const Block of{block, *account, *endpoint};
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    FORTNIGHT_TRY(add(of, *row));
    FORTNIGHT_TRY(budget_.check_memory(failures_.bytes()));
  }
  return {};
}

// The call is added only after all of it was read, so that a damaged block leaves no kind without
// calls.
Result<void> FailureCounter::add(const Block& block, std::uint32_t row) {
  const FailureSighting seen = sighting(block.reader, row);
  FORTNIGHT_TRY(block.reader.status());
  if (seen.ts < query_.from || seen.ts >= query_.to) {
    return corrupt("block with a time that its part's table doesn't have");
  }
  FORTNIGHT_ASSIGN(const Failures::Account by, account_of(block, row));
  FORTNIGHT_ASSIGN(const Failures::Kind kind, kind_of(block, row));
  text_.clear();
  // A call is counted even if its ID can't be read.
  if (failures_.is_last(kind, seen)) {
    block.reader.append_text_field(TextField::call_id, row, text_);
  }
  failures_.add(kind, by, seen, text_);
  return block.reader.status();
}

Result<void> FailureCounter::read(const BlockReader& block, TextField field, std::uint32_t row) {
  text_.clear();
  block.append_text_field(field, row, text_);
  return block.status();
}

// A value with a code comes from a dictionary that was read before, so an error can't be cached.
Result<Failures::Account> FailureCounter::account_of(const Block& block, std::uint32_t row) {
  Result<void> done;
  const Failures::Account account = accounts_.find(block.account.code(row), [&] {
    done = read(block.reader, TextField::account, row);
    return done ? failures_.account_of(text_) : 0;
  });
  if (!done) return done.error();
  return account;
}

Result<Failures::Kind> FailureCounter::kind_of(const Block& block, std::uint32_t row) {
  Codes codes;
  const bool coded = find_codes(block, row, codes);
  FORTNIGHT_TRY(block.reader.status());
  if (coded) {
    const auto known = kinds_.find(codes);
    if (known != kinds_.end()) return known->second;
  }
  FORTNIGHT_ASSIGN(const auto found, read_kind(block.reader, row));
  const auto [kind, of_codes] = found;
  if (coded && of_codes) kinds_.emplace(codes, kind);
  return kind;
}

bool FailureCounter::find_codes(const Block& block, std::uint32_t row, Codes& codes) {
  const BlockReader& reader = block.reader;
  if (reader.plain(row)) return false;
  codes.endpoint = block.endpoint.code(row);
  codes.status = reader.number_field(FieldColumn::status, row);
  for (PointerPlaces& pointer : pointers_) {
    const std::vector<PointerPlaces::Place>& places = pointer.of(reader, reader.shape(row));
    if (places.empty()) continue;
    const PointerPlaces::Place& place = places[0];
    const TextChunk* chunk = reader.text(place.column);
    if (chunk == nullptr) return false;
    codes.column = place.column;
    codes.error = chunk->code(reader.positions().before(place.column, row) + place.ordinal);
    break;
  }
  return codes.endpoint >= 0 && codes.error >= 0;
}

// If the first pointer that leads anywhere leads to an empty text, a later pointer decides, and the
// codes don't identify the kind.
Result<std::pair<Failures::Kind, bool>> FailureCounter::read_kind(const BlockReader& block,
                                                                  std::uint32_t row) {
  std::string error;
  bool of_codes = true;
  for (PointerPlaces& pointer : pointers_) {
    error = pointer.text(block, row);
    if (!error.empty()) break;
    of_codes = of_codes && (block.plain(row) || pointer.of(block, block.shape(row)).empty());
  }
  const auto status = static_cast<std::int32_t>(block.number_field(FieldColumn::status, row));
  FORTNIGHT_TRY(read(block, TextField::endpoint, row));
  return std::pair(failures_.kind_of({.endpoint = text_, .status = status, .code = error}),
                   of_codes);
}

}  // namespace fortnight::storage
