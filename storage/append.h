// What a store takes in at once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/call/batch.h"
#include "storage/reject.h"

namespace fortnight::storage {

// How far a source has been read once a batch is stored; journalled with the batch. The store keeps
// the newest value of each key and forgets a key whose value is empty.
struct Position {
  std::string key;
  std::string value;
};

// Everything that one append makes durable at once.
struct Append {
  Batch batch;
  std::vector<Reject> rejects;
  std::vector<Position> positions;
  std::uint64_t skipped = 0;  // lines that are not calls by the rules of their format
  // The positions should soon survive even the loss of what records recent appends (of the
  // journal).
  bool checkpoint = false;
};

}  // namespace fortnight::storage
