// Maps a path to its endpoint: removes the query and replaces IDs, so that endpoints stay few.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::intake {

class EndpointRule {
 public:
  // `templates` such as "/api/orders/{id}". The first one that matches is used. `{...}` matches one
  // segment that isn't empty.
  explicit EndpointRule(const std::vector<std::string>& templates);

  // Returns the matching template, or the path with `{id}` for each identifier
  // (intake/identifiers.h), without scheme, host, query, fragment and trailing slash. The result is
  // a view of a template, `path` or `scratch`.
  std::string_view endpoint_of(std::string_view path, std::string& scratch) const;

 private:
  struct Template {
    std::string text;
    std::vector<std::string> segments;  // empty: matches any segment
  };
  [[nodiscard]] const Template* match(std::string_view path) const;

  std::vector<std::vector<Template>> by_segments_;  // by number of segments
};

}  // namespace fortnight::intake
