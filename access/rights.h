// What a reader may do. Each right stands alone: `bodies` without `calls` shows no call.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace fortnight::access {

enum class Right : std::uint8_t {
  counts,  // numbers of calls by account, method, endpoint, status, revision and source
  calls,   // fields and IDs of single calls
  bodies,  // whole lines: requests and responses, and searches within them
  erase,   // to make calls go for good
  admin,   // who may what
  ingest,  // to bring calls to a source
};
inline constexpr std::array<std::string_view, 6> kRightNames = {"counts", "calls", "bodies",
                                                                "erase",  "admin", "ingest"};
inline std::string_view name_of(Right right) {
  return kRightNames[static_cast<std::size_t>(right)];
}

// A set of rights.
class Rights {
 public:
  constexpr Rights() = default;
  constexpr Rights(std::initializer_list<Right> rights) {
    for (const Right right : rights) bits_ |= bit(right);
  }
  static constexpr Rights all() {
    return {Right::counts, Right::calls, Right::bodies, Right::erase, Right::admin, Right::ingest};
  }
  // Everything that answers are made of.
  static constexpr Rights reading() { return {Right::counts, Right::calls, Right::bodies}; }

  [[nodiscard]] constexpr bool has(Right right) const { return (bits_ & bit(right)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  constexpr void add(Right right) { bits_ |= bit(right); }
  friend constexpr bool operator==(const Rights&, const Rights&) = default;

 private:
  static constexpr unsigned bit(Right right) { return 1U << static_cast<unsigned>(right); }
  unsigned bits_ = 0;
};

// The right of that name; nothing if there is none.
std::optional<Right> find_right(std::string_view name);
// The names, separated by commas: "counts,calls".
std::string to_string(Rights rights);

}  // namespace fortnight::access
