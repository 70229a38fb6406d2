// A request of the API as a request line of the line protocol, without I/O.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/media_type.h"
#include "daemon/http/problem.h"
#include "daemon/http/target.h"
#include "query/request_line.h"
#include "query/vocabulary.h"

namespace fortnight::daemon {

inline constexpr std::string_view kApiRoot = "/api/v1/";

// Where a path leads.
struct Route {
  enum class Kind : std::uint8_t {
    verb,
    call,
    twin,
    openapi,
    session,
    health,
    ready,
    metrics,
    page,
    unknown
  };
  Kind kind = Kind::unknown;
  const query::VerbWords* words = nullptr;  // of `verb`, `call`, `twin` and `metrics`
  bool explains = false;                    // EXPLAIN comes before the verb
  std::string argument = {};                // the positional value, or a call's ref
  std::optional<Media> suffix = {};         // ".csv" behind the verb
  std::string_view nearest = {};            // of an unknown path: the nearest known one
};
Route find_route(const Target& target);

// Whether the API has a route of the verb's name.
bool has_route(const query::VerbWords& words);
// Whether its requests may change what is stored: they are never sent by GET.
bool changes_calls(const query::VerbWords& words);
// The last step of the route's path: "activity".
std::string route_name(const query::VerbWords& words);
// The types that the route's answers have, the default first. CSV of EXPORT needs `fields`.
std::vector<Media> media_offered(const Route& route, bool fields);

// Builds a request line, and remembers where each parameter stands.
class LineBuilder {
 public:
  explicit LineBuilder(const Route& route);
  // Leaves out an option of the verb that has no value. Returns an error if the values can't be
  // split.
  query::Parsed<void> add(WebParameter parameter);
  query::Parsed<void> add(std::vector<WebParameter> parameters);
  [[nodiscard]] bool has(std::string_view name) const { return !values_of(name).empty(); }
  // The values of the first parameter of that name; empty if there is none.
  [[nodiscard]] std::vector<std::string> values_of(std::string_view name) const;
  // The name of the parameter at a column of the line, from 1; empty if there is none.
  [[nodiscard]] std::string parameter_at(std::size_t column) const;
  [[nodiscard]] const std::string& line() const { return line_; }
  // Sent by `reader`.
  [[nodiscard]] query::RequestLine request(access::Reader reader) const;

 private:
  struct Place {
    std::string name;
    std::vector<std::string> values;
    std::size_t begin;
    std::size_t end;
  };
  const query::VerbWords& words_;
  std::string line_;
  std::vector<Place> places_;
  bool positional_ = false;
};

}  // namespace fortnight::daemon
