// A line in, a call out: parses a line, maps its fields, takes out secrets, and adds a call, a
// reject or a skip to an append.
//
// One for each source (and one for each connection of a port, if they run on several threads): it
// caches what it learns about its lines' shapes.
//
// Threads: none of its own; one at a time.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "intake/mapper_settings.h"
#include "storage/store.h"

namespace fortnight::intake {

// Why a line is no call. In the order of reject_name().
enum class Reason : std::uint8_t {
  not_json,
  not_object,
  no_time,
  bad_time,
  too_long,
  not_utf8,
  too_old,
  future,
};
inline constexpr std::size_t kReasons = 8;
// "not-json", "no-time", ...
std::string_view reason_name(Reason reason);

struct Counters {
  std::uint64_t lines = 0;  // blank ones don't count
  std::uint64_t bytes = 0;  // of those lines
  std::uint64_t calls = 0;
  std::uint64_t skipped = 0;    // lines that their format says are no calls
  std::uint64_t mended = 0;     // of the calls: lines that were no JSON until mended
  std::uint64_t truncated = 0;  // of the calls: the first parts of lines that were too long
  std::array<std::uint64_t, kReasons> rejected{};
  [[nodiscard]] std::uint64_t rejected_total() const;
  Counters& operator+=(const Counters& other);
};

class Mapper {
 public:
  explicit Mapper(MapperSettings settings);
  ~Mapper();
  Mapper(Mapper&&) noexcept;
  Mapper& operator=(Mapper&&) noexcept;

  // Takes a line without its LF. At least simdjson::SIMDJSON_PADDING bytes behind it must be
  // readable (a LineFramer's lines are); their content doesn't matter. `offset` is the line's, for
  // a reject. A blank line is nothing. Adds to `append`: its batch must have been filled by mappers
  // alone. Of a line that is longer than allowed, the first part is taken, as map_cut_off() does.
  void map(std::string_view line, std::uint64_t offset, TimeNs now, storage::Append& append);
  // The same for a line without readable bytes behind it: copies it.
  void map_copy(std::string_view line, std::uint64_t offset, TimeNs now, storage::Append& append);
  // Takes a line of which only the first part is at hand (a LineFramer's that is too long): where
  // that tells enough, it becomes a call of it. See intake/cut_line.h. Copies it.
  void map_cut_off(std::string_view first_bytes, std::uint64_t offset, TimeNs now,
                   storage::Append& append);

  [[nodiscard]] const Counters& counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fortnight::intake
