// From a path to its endpoint: query and IDs taken out, so that endpoints stay few.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::intake {

// Whether a segment of a path is plainly an identifier: digits alone, a UUID, hex of 16 or more
// with a digit in it, letters of both cases and digits, 16 or more, or letters and at least four
// digits, 20 or more (ULIDs, CUIDs, XIDs).
bool is_identifier(std::string_view segment);

class EndpointRule {
 public:
  // `templates` such as "/api/orders/{id}"; of several that fit, the first counts. `{...}` stands
  // for one segment that isn't empty.
  explicit EndpointRule(const std::vector<std::string>& templates);

  // The template that fits, or the path with `{id}` for each identifier; without scheme and host,
  // query, fragment and trailing slash. A view of a template, of `path`, or of `scratch`.
  std::string_view endpoint_of(std::string_view path, std::string& scratch) const;

 private:
  struct Template {
    std::string text;
    std::vector<std::string> segments;  // empty: any
  };
  [[nodiscard]] const Template* match(std::string_view path) const;

  std::vector<std::vector<Template>> by_segments_;  // by the number of their segments
};

}  // namespace fortnight::intake
