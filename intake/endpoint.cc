#include "intake/endpoint.h"

#include <algorithm>

#include "intake/identifiers.h"

namespace fortnight::intake {
namespace {

std::string_view without_rest(std::string_view path) {
  path = path.substr(0, std::min(path.find_first_of("?#"), path.size()));
  if (!path.starts_with('/')) {
    if (const std::size_t scheme = path.find("://"); scheme != std::string_view::npos) {
      const std::size_t root = path.find('/', scheme + 3);
      path = root == std::string_view::npos ? std::string_view("/") : path.substr(root);
    }
  }
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

// Calls visit(segment) for each segment until it returns false.
template <typename Visit>
bool each_segment(std::string_view path, Visit&& visit) {
  std::size_t from = path.starts_with('/') ? 1 : 0;
  for (;;) {
    const std::size_t slash = std::min(path.find('/', from), path.size());
    if (!visit(path.substr(from, slash - from))) return false;
    if (slash == path.size()) return true;
    from = slash + 1;
  }
}

std::size_t count_segments(std::string_view path) {
  return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/')) +
         (path.starts_with('/') ? 0 : 1);
}

}  // namespace

EndpointRule::EndpointRule(const std::vector<std::string>& templates) {
  for (const std::string& text : templates) {
    Template entry{std::string(without_rest(text)), {}};
    each_segment(entry.text, [&](std::string_view segment) {
      const bool any = segment.starts_with('{') && segment.ends_with('}');
      entry.segments.emplace_back(any ? std::string_view() : segment);
      return true;
    });
    const std::size_t count = entry.segments.size();
    if (by_segments_.size() <= count) by_segments_.resize(count + 1);
    by_segments_[count].push_back(std::move(entry));
  }
}

std::string_view EndpointRule::endpoint_of(std::string_view path, std::string& scratch) const {
  path = without_rest(path);
  if (!by_segments_.empty()) {
    if (const Template* found = match(path)) return found->text;
  }
  scratch.clear();
  std::size_t copied = 0;
  each_segment(path, [&](std::string_view segment) {
    if (const auto found = find_identifier(segment)) {
      const auto at = static_cast<std::size_t>(segment.data() - path.data());
      scratch.append(path, copied, at + found->begin - copied);
      scratch.append("{id}");
      copied = at + found->end;
    }
    return true;
  });
  if (copied == 0) return path;
  scratch.append(path, copied);
  return scratch;
}

const EndpointRule::Template* EndpointRule::match(std::string_view path) const {
  const std::size_t count = count_segments(path);
  if (count >= by_segments_.size()) return nullptr;
  for (const Template& entry : by_segments_[count]) {
    std::size_t i = 0;
    const bool fits = each_segment(path, [&](std::string_view segment) {
      const std::string& wanted = entry.segments[i++];
      return wanted.empty() ? !segment.empty() : wanted == segment;
    });
    if (fits) return &entry;
  }
  return nullptr;
}

}  // namespace fortnight::intake
