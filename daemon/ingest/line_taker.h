// Takes the lines of one request into a source, or only tries them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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

  // At least intake::LineFramer::kPadding bytes behind the line are readable. The line may be a
  // piece, which is joined with the next ones.
  Outcome take(std::string_view line, std::uint64_t offset);
  // The same for a record, which isn't joined with the next ones: a piece is rejected.
  Outcome take_record(std::string_view line, std::uint64_t offset);
  // Rejects lines whose last pieces didn't come. The result is valid until the next line.
  std::span<const storage::Reject> end();
  [[nodiscard]] const BatchCounts& counts() const { return counts_; }

 private:
  template <class Take>
  Outcome count(const Take& take);
  [[nodiscard]] storage::Append& append();
  void map(std::string_view line, std::uint64_t offset);
  void end_lines();

  SourceIntake& source_;
  std::optional<intake::Mapper> tries_;  // of a dry run
  storage::Append tried_;
  BatchCounts counts_;
};

}  // namespace fortnight::daemon
