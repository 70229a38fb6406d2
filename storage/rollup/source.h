// The input of writing a rollup file: a builder's memory, or another file.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "storage/rollup/codes.h"
#include "storage/rollup/footer.h"
#include "storage/rollup/format.h"
#include "storage/rollup/keys.h"
#include "storage/rollup/rows.h"

namespace fortnight::storage {

// All rows of one name, ascending, without repeated keys.
struct NamedRows {
  std::string name;
  std::vector<RollupRow> rows;
};

class RollupSource {
 public:
  RollupSource() = default;
  RollupSource(const RollupSource&) = delete;
  RollupSource& operator=(const RollupSource&) = delete;
  virtual ~RollupSource() = default;

  [[nodiscard]] virtual const RollupKeys& keys() const = 0;
  // What the source counts under `(other)`.
  [[nodiscard]] virtual const RollupFold& fold() const = 0;
  // Null if an older version wrote the source: its failed calls aren't counted by code.
  [[nodiscard]] virtual const RollupCodes* codes() const = 0;
  // Returns the table's next name, ascending, with rows in terms of keys() and
  // codes(); false after the last.
  virtual Result<bool> next(RollupTable table, NamedRows& out) = 0;
  // Restarts the table.
  virtual void rewind(RollupTable table) = 0;
};

}  // namespace fortnight::storage
