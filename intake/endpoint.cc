#include "intake/endpoint.h"

#include <algorithm>

#include "base/ascii.h"

namespace fortnight::intake {
namespace {

// Kinds of characters in a segment, as bits.
constexpr unsigned kDigit = 1;
constexpr unsigned kLower = 2;
constexpr unsigned kUpper = 4;
constexpr unsigned kBeyondHex = 8;  // letters after f
constexpr unsigned kDash = 16;
constexpr unsigned kOther = 32;

unsigned class_of(char c) {
  if (is_digit(c)) return kDigit;
  const char low = static_cast<char>(c | 0x20);
  if (!is_letter(c)) return c == '-' ? kDash : kOther;
  return (c == low ? kLower : kUpper) | (low > 'f' ? kBeyondHex : 0);
}

// Minimum length of ULIDs, CUIDs and XIDs, which have one case and more digits than words have.
constexpr std::size_t kRandomLength = 20;
constexpr std::ptrdiff_t kRandomDigits = 4;

std::ptrdiff_t count_digits(std::string_view segment) {
  return std::count_if(segment.begin(), segment.end(),
                       [](char c) { return class_of(c) == kDigit; });
}

bool has_uuid_dashes(std::string_view segment) {
  for (std::size_t i = 0; i < segment.size(); ++i) {
    const bool due = i == 8 || i == 13 || i == 18 || i == 23;
    if ((segment[i] == '-') != due) return false;
  }
  return true;
}

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

bool is_identifier(std::string_view segment) {
  if (segment.empty()) return false;
  unsigned classes = 0;
  for (const char c : segment) classes |= class_of(c);
  if ((classes & kOther) != 0) return false;
  if (classes == kDigit) return true;
  const bool hex = (classes & kBeyondHex) == 0;
  if ((classes & kDash) != 0) return segment.size() == 36 && hex && has_uuid_dashes(segment);
  if ((classes & kDigit) == 0 || segment.size() < 16) return false;
  if (hex) return true;
  const bool mixed_case = (classes & kLower) != 0 && (classes & kUpper) != 0;
  return mixed_case || (segment.size() >= kRandomLength && count_digits(segment) >= kRandomDigits);
}

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
    if (is_identifier(segment)) {
      const auto at = static_cast<std::size_t>(segment.data() - path.data());
      scratch.append(path, copied, at - copied);
      scratch.append("{id}");
      copied = at + segment.size();
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
