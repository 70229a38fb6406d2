// Maps the lines of a sample as the daemon would, and counts what comes out of them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "intake/mapper.h"
#include "tools/format/chosen_format.h"
#include "tools/format/sample.h"

namespace fortnight::format {

// The fields of a call, without its source.
inline constexpr std::array<std::string_view, 9> kFields = {
    "ts", "account", "method", "endpoint", "path", "status", "revision", "duration_ms", "call_id"};

// One call, as text.
struct SeenCall {
  std::uint64_t line = 0;                                // its number, from 1
  std::array<std::string, kFields.size()> fields;        // in the order of kFields; empty: absent
  std::vector<std::pair<std::string, std::string>> ids;  // without its call_id

  [[nodiscard]] const std::string& field(std::string_view name) const;
};

// The lines that were rejected for one reason, and the first of them.
struct Refused {
  std::uint64_t lines = 0;
  std::uint64_t first_line = 0;  // its number, from 1
  std::string detail;            // of the first
  std::string bytes;             // of the first: redacted, at most a kilobyte
};

struct TrialReport {
  std::uint64_t lines = 0;  // without blank ones
  std::uint64_t calls = 0;
  std::uint64_t skipped = 0;
  std::uint64_t rejected = 0;
  std::uint64_t mended = 0;                          // of the calls
  std::uint64_t truncated = 0;                       // of the calls
  std::array<std::uint64_t, kFields.size()> with{};  // calls that have the field
  std::map<std::string, std::uint64_t> ids;  // by kind: IDs found; has all kinds of the format
  std::map<std::string, Refused> refused;    // by reason
  // Of the calls, those that the daemon would count and not keep, reject as `too-old`, and reject
  // as `future`. No call is two of these.
  std::uint64_t past_retention = 0;
  std::uint64_t too_old = 0;
  std::uint64_t future = 0;
  std::optional<std::pair<TimeNs, TimeNs>> times;  // of the earliest and the latest call
  std::vector<SeenCall> first;                     // the first calls

  // Calls that have the field of this name.
  [[nodiscard]] std::uint64_t calls_with(std::string_view name) const;
};

// Not thread-safe.
class Trial {
 public:
  // `source` is the name of the calls' source; `shown` the number of calls in TrialReport::first.
  Trial(const ChosenFormat& chosen, const std::string& source, TimeNs now, std::size_t shown);

  // Calls `see` for each call from now on.
  void on_call(std::function<void(const SeenCall&)> see) { on_call_ = std::move(see); }
  void take(const Line& line);
  // Of all lines taken so far.
  [[nodiscard]] TrialReport report() const;

 private:
  void see(const storage::Call& call, std::uint64_t line);
  [[nodiscard]] SeenCall seen(const storage::Call& call, std::uint64_t line) const;

  TimeNs now_;
  TimeNs max_age_;
  TimeNs future_;
  Day first_kept_;
  std::size_t shown_;
  intake::Mapper mapper_;
  storage::Append append_;
  std::function<void(const SeenCall&)> on_call_;
  std::uint64_t line_ = 0;
  TrialReport report_;
};

}  // namespace fortnight::format
