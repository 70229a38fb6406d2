#include "daemon/http/media_type.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/ascii.h"

namespace fortnight::daemon {
namespace {

struct MediaWords {
  Media media;
  std::string_view name;
  std::string_view content_type;
  std::string_view suffix;
};

constexpr MediaWords kMedia[] = {
    {Media::json, "application/json", "application/json", "json"},
    {Media::ndjson, "application/x-ndjson", "application/x-ndjson", "ndjson"},
    {Media::csv, "text/csv", "text/csv; charset=utf-8; header=present", "csv"},
    {Media::event_stream, "text/event-stream", "text/event-stream", ""},
    {Media::metrics, "text/plain", "text/plain; version=0.0.4; charset=utf-8", ""},
};

const MediaWords& words_of(Media media) { return kMedia[static_cast<std::size_t>(media)]; }

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Removes and returns the text before the first `separator`.
std::string_view take_until(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view piece = without_blanks(text.substr(0, end));
  text.remove_prefix(std::min(end + 1, text.size()));
  return piece;
}

// A weight from 0 to 1000; one that isn't well-formed counts as 1000.
int weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view value = take_until(parameters, ';');
    if (lower(take_until(value, '=')) != "q") continue;
    if (value.empty() || (value[0] != '0' && value[0] != '1') || value[0] == '1') return 1000;
    int weight = 0;
    int unit = 100;
    for (const char c : value.substr(std::min<std::size_t>(2, value.size()))) {
      if (!is_digit(c)) return 1000;
      weight += unit * (c - '0');
      unit /= 10;
    }
    return weight;
  }
  return 1000;
}

// Calls `visit` with each element of a header's list, in lower case, and its weight.
template <typename Visit>
void each_weighted(std::string_view header, const Visit& visit) {
  while (!header.empty()) {
    std::string_view element = take_until(header, ',');
    const std::string_view name = take_until(element, ';');
    if (!name.empty()) visit(lower(name), weight_of(element));
  }
}

// How exactly a range names the type: 0 not at all, 3 in full.
int range_match(std::string_view range, std::string_view type) {
  if (range == type) return 3;
  if (range.ends_with("/*") && type.starts_with(range.substr(0, range.size() - 1))) return 2;
  return range == "*/*" || range == "*" ? 1 : 0;
}

int weight_of_type(std::string_view accept, std::string_view type) {
  int best = 0;
  int weight = 0;
  each_weighted(accept, [&](std::string_view range, int of_range) {
    const int exact = range_match(range, type);
    if (exact < best || exact == 0) return;
    weight = exact == best ? std::max(weight, of_range) : of_range;
    best = exact;
  });
  return weight;
}

}  // namespace

std::string_view name_of(Media media) { return words_of(media).name; }
std::string_view content_type(Media media) { return words_of(media).content_type; }

std::optional<Media> media_of_suffix(std::string_view suffix) {
  for (const MediaWords& words : kMedia) {
    if (!words.suffix.empty() && words.suffix == suffix) return words.media;
  }
  return std::nullopt;
}

std::optional<Media> choose_media(std::string_view accept, std::span<const Media> offered) {
  std::optional<Media> chosen;
  int most = 0;
  for (const Media media : offered) {
    const int weight =
        without_blanks(accept).empty() ? 1000 : weight_of_type(accept, name_of(media));
    if (weight <= most) continue;
    most = weight;
    chosen = media;
  }
  return chosen;
}

std::string_view name_of(Coding coding) {
  constexpr std::string_view kNames[] = {"identity", "gzip", "zstd"};
  return kNames[static_cast<std::size_t>(coding)];
}

Coding choose_coding(std::string_view accept_encoding, std::initializer_list<Coding> offered) {
  Coding chosen = Coding::identity;
  int most = weight_of_type(accept_encoding, "identity");
  for (const Coding coding : offered) {
    const int weight = weight_of_type(accept_encoding, name_of(coding));
    if (weight == 0 || weight < most || (weight == most && chosen != Coding::identity)) continue;
    most = weight;
    chosen = coding;
  }
  return chosen;
}

}  // namespace fortnight::daemon
