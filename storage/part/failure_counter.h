// Adds failed calls of one part to Failures. Compares the codes of their values instead of texts,
// which are read once per kind.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "storage/failures.h"
#include "storage/packing/coded_numbers.h"
#include "storage/part/block_reader.h"
#include "storage/part/pointer_places.h"

namespace fortnight::storage {

// One per query and part; `query`, `budget` and `failures` must outlive it. Not thread-safe.
class FailureCounter {
 public:
  FailureCounter(const FailureQuery& query, const Budget& budget, Failures& failures);

  // Adds `rows` of the block, ascending, all of which failed. On error, each call was added whole
  // or not at all.
  Result<void> add(const BlockReader& block, const std::vector<std::uint32_t>& rows);

 private:
  // Identifies a kind without reading its texts: codes of two dictionaries.
  struct Codes {
    std::int64_t endpoint = 0;
    std::int64_t status = 0;
    std::uint32_t column = 0;  // of the error code; 0: the shape has none
    std::int64_t error = 0;    // in that column's dictionary
    friend bool operator==(const Codes&, const Codes&) = default;
  };
  struct HashOfCodes {
    std::size_t operator()(const Codes& codes) const;
  };
  // The block, and those of its columns that every call has.
  struct Block {
    const BlockReader& reader;
    const TextChunk& account;
    const TextChunk& endpoint;
  };

  Result<void> add(const Block& block, std::uint32_t row);
  Result<Failures::Kind> kind_of(const Block& block, std::uint32_t row);
  Result<Failures::Account> account_of(const Block& block, std::uint32_t row);
  // Returns false if codes can't identify the kind.
  bool find_codes(const Block& block, std::uint32_t row, Codes& codes);
  // Reads the texts. Also returns whether all calls with the same codes are of that kind.
  Result<std::pair<Failures::Kind, bool>> read_kind(const BlockReader& block, std::uint32_t row);
  // Reads a field of a row into text_.
  Result<void> read(const BlockReader& block, TextField field, std::uint32_t row);

  const FailureQuery& query_;
  const Budget& budget_;
  Failures& failures_;
  std::vector<PointerPlaces> pointers_;  // of error codes
  boost::unordered_flat_map<Codes, Failures::Kind, HashOfCodes> kinds_;
  CodedNumbers accounts_;
  std::string text_;
};

}  // namespace fortnight::storage
