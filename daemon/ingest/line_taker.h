// Takes the lines of one request into a source, or only tries them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "access/identity.h"
#include "daemon/ingest/batches.h"
#include "daemon/source_intake.h"
#include "intake/mapper.h"
#include "storage/append.h"

namespace fortnight::daemon {

// What became of a line.
struct Outcome {
  enum class Kind : std::uint8_t { blank, call, duplicate, skipped, rejected };
  Kind kind = Kind::blank;
  const storage::Reject* reject = nullptr;  // of a rejected line; valid until the next line
};

// Threads: the intake thread only.
class LineTaker {
 public:
  // `sender` may be null. Both must outlive it. `dry_run`: nothing is stored or counted.
  LineTaker(SourceIntake& source, const access::Identity* sender, bool dry_run);

  // At least intake::LineFramer::kPadding bytes behind the line are readable.
  Outcome take(std::string_view line, std::uint64_t offset);
  [[nodiscard]] const BatchCounts& counts() const { return counts_; }

 private:
  SourceIntake& source_;
  std::optional<intake::Mapper> tries_;  // of a dry run
  storage::Append tried_;
  BatchCounts counts_;
};

}  // namespace fortnight::daemon
