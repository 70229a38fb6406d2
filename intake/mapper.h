// Parses a line, maps its fields, redacts secrets, and adds a call, a reject or a skip to an
// append.
//
// Each source needs its own (and each connection of a port, if connections use several threads): a
// mapper caches what it learns about its lines' shapes.
//
// Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "intake/mapper_settings.h"
#include "intake/recent_calls.h"
#include "storage/append.h"

namespace fortnight::intake {

// Why a line is rejected. In the order of reason_name().
enum class Reason : std::uint8_t {
  not_json,
  not_object,
  no_time,
  bad_time,
  too_long,
  not_utf8,
  too_old,
  future,
  no_zone,
  not_allowed,
};
inline constexpr std::size_t kReasons = 10;
// "not-json", "no-time", ...
std::string_view reason_name(Reason reason);

struct Counters {
  // Without blank ones. A line that holds several calls counts as often, and one that a container
  // runtime has split counts once.
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;  // of those lines
  std::uint64_t calls = 0;
  std::uint64_t skipped = 0;     // lines that aren't calls, by the format's `only`
  std::uint64_t duplicates = 0;  // calls that were dropped since they came before
  std::uint64_t mended = 0;      // of the calls: lines that became JSON by mending
  std::uint64_t truncated = 0;   // of the calls: first parts of overlong lines
  // Of the calls: those without a method, without a path and an endpoint, without a status.
  std::uint64_t without_method = 0;
  std::uint64_t without_path = 0;
  std::uint64_t without_status = 0;
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

  // Maps a line without its LF. At least simdjson::SIMDJSON_PADDING bytes after it must be
  // readable, with any content (a LineFramer's lines have them). `offset` is the line's, for a
  // reject. Blank lines are ignored. The batch of `append` must have been filled by mappers only.
  // Of an overlong line, the first part is mapped, as by map_cut_off().
  void map(std::string_view line, std::uint64_t offset, TimeNs now, storage::Append& append);
  // The same for a line without readable bytes after it; copies the line.
  void map_copy(std::string_view line, std::uint64_t offset, TimeNs now, storage::Append& append);
  // Maps the first part of a line that is too long for a LineFramer. It becomes a call if it has
  // the time and all conditions of `only`. See intake/cut_line.h. Copies the bytes.
  void map_cut_off(std::string_view first_bytes, std::uint64_t offset, TimeNs now,
                   storage::Append& append);

  // Names what the following lines are from: the path of a tailed file; empty: a port.
  void set_origin(std::string_view path);
  // Numbers the delivery that brings the following lines to a port: a connection, an HTTP request,
  // a record in it, or a datagram. Pieces of a line that a container runtime has split are joined
  // only within one. 0: none, as for files.
  void set_delivery(std::uint64_t number);
  // The present delivery has ended: rejects its lines whose last pieces didn't come.
  void end_delivery(TimeNs now, storage::Append& append);
  // Takes over the unfinished lines of an earlier mapper.
  void continue_lines_of(Mapper& earlier);
  // The pieces of lines of this origin that a container runtime has split and that aren't complete,
  // as one text; empty if there are none. restore_held() takes it back.
  [[nodiscard]] std::string held(std::string_view path) const;
  void restore_held(std::string_view path, std::string_view held);

  // Rejects calls of all other accounts from now on. Null: of none. `accounts` is ascending, and
  // must outlive the lines that it holds for.
  void restrict_accounts(const std::vector<std::string>* accounts);
  // From now on, drops calls that `recent` knows, and adds those that it takes. A call without an
  // ID is never known. Null: takes all. `recent` must outlive the lines that it holds for.
  void drop_duplicates(RecentCalls* recent);

  [[nodiscard]] const Counters& counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fortnight::intake
