#include "intake/part_reader.h"

#include <re2/re2.h>

#include <algorithm>
#include <optional>

#include "base/ascii.h"
#include "config/part_names.h"

namespace fortnight::intake {
namespace {

constexpr std::size_t kMaxMethod = 32;
constexpr std::size_t kNotFound = std::string_view::npos;

bool is_method(std::string_view text) {
  const auto fits = [](char c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; };
  return !text.empty() && text.size() <= kMaxMethod && std::all_of(text.begin(), text.end(), fits);
}

// Removes what is before `end`, and `end`, from the front of `text`. Nothing if `end` is missing.
std::optional<std::string_view> take_until(std::string_view& text, std::string_view end) {
  const std::size_t at = text.find(end);
  if (at == kNotFound) return std::nullopt;
  const std::string_view piece = text.substr(0, at);
  text.remove_prefix(at + end.size());
  return piece;
}

// A text in quotes; a backslash escapes the next character. Nothing if there is none.
std::optional<std::string_view> take_quoted(std::string_view& text) {
  if (!text.starts_with('"')) return std::nullopt;
  std::size_t end = 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  if (end >= text.size()) return std::nullopt;
  const std::string_view piece = text.substr(1, end - 1);
  text.remove_prefix(end + 1);
  return piece;
}

std::string_view take_word(std::string_view& text) {
  if (text.starts_with(' ')) text.remove_prefix(1);
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

}  // namespace

RequestLine parse_request_line(std::string_view text) {
  const std::size_t first = text.find(' ');
  if (first == kNotFound || !is_method(text.substr(0, first))) return {};
  RequestLine line{text.substr(0, first), text.substr(first + 1), {}};
  const std::size_t last = line.path.rfind(' ');
  if (last != kNotFound && line.path.substr(last + 1).starts_with("HTTP/")) {
    line.protocol = line.path.substr(last + 1);
    line.path = line.path.substr(0, last);
  }
  return line.path.empty() ? RequestLine{} : line;
}

ClfLine parse_clf_line(std::string_view text) {
  ClfLine line;
  line.client = take_word(text);
  take_word(text);  // the user by RFC 1413
  if (text.starts_with(' ')) text.remove_prefix(1);
  const auto user = take_until(text, " [");
  const auto time = user ? take_until(text, "] ") : std::nullopt;
  const auto request = time ? take_quoted(text) : std::nullopt;
  if (!request || line.client.empty()) return {};
  line.user = *user;
  line.time = *time;
  line.request = parse_request_line(*request);
  line.status = take_word(text);
  line.bytes = take_word(text);
  for (std::string_view* piece : {&line.referer, &line.user_agent}) {
    if (text.starts_with(' ')) text.remove_prefix(1);
    *piece = take_quoted(text).value_or(std::string_view());
  }
  return line;
}

UrlParts parse_url(std::string_view text) {
  UrlParts url;
  const std::size_t scheme = text.find("://");
  if (scheme == kNotFound || text.starts_with('/')) {
    url.path = text;
    return url;
  }
  url.scheme = text.substr(0, scheme);
  const std::string_view rest = text.substr(scheme + 3);
  const std::size_t path = std::min(rest.find_first_of("/?#"), rest.size());
  url.authority = rest.substr(0, path);
  url.path = rest.substr(path);
  if (url.path.empty()) url.path = "/";
  return url;
}

PartReader::PartReader(const config::Part& part, const std::vector<std::string>& names)
    : as_(part.as) {
  for (const std::string& name : config::part_names(part)) {
    const auto found = std::find(names.begin(), names.end(), name);
    numbers_.push_back(name.empty() || found == names.end()
                           ? kNowhere
                           : static_cast<std::uint32_t>(found - names.begin()));
  }
  if (as_ == config::Part::As::expression) {
    expression_ = std::make_unique<re2::RE2>(part.expression, RE2::Quiet);
  }
}

PartReader::~PartReader() = default;
PartReader::PartReader(PartReader&&) noexcept = default;

void PartReader::take_apart(std::string_view text, std::vector<std::string_view>& pieces) {
  switch (as_) {
    case config::Part::As::request_line: {
      const RequestLine line = parse_request_line(text);
      set(0, line.method, pieces);
      set(1, line.path, pieces);
      return set(2, line.protocol, pieces);
    }
    case config::Part::As::clf: {
      const ClfLine line = parse_clf_line(text);
      const std::string_view all[] = {
          line.client,           line.user,   line.time,  line.request.method, line.request.path,
          line.request.protocol, line.status, line.bytes, line.referer,        line.user_agent};
      for (std::size_t i = 0; i < std::size(all); ++i) set(i, all[i], pieces);
      return;
    }
    case config::Part::As::url: {
      const UrlParts url = parse_url(text);
      set(0, url.scheme, pieces);
      set(1, url.authority, pieces);
      return set(2, url.path, pieces);
    }
    case config::Part::As::expression:
      break;
  }
  std::vector<re2::StringPiece> groups(numbers_.size() + 1);
  const re2::StringPiece input(text.data(), text.size());
  if (!expression_->Match(input, 0, text.size(), RE2::UNANCHORED, groups.data(),
                          static_cast<int>(groups.size()))) {
    return;
  }
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    set(i, {groups[i + 1].data(), groups[i + 1].size()}, pieces);
  }
}

void PartReader::set(std::size_t piece, std::string_view text,
                     std::vector<std::string_view>& pieces) const {
  const std::uint32_t number = numbers_[piece];
  if (number != kNowhere && pieces[number].empty()) pieces[number] = text;
}

}  // namespace fortnight::intake
