// The model's test of a predicate: storage/call/predicate.h, taken literally.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/json_number.h"
#include "base/number_text.h"
#include "tests/support/model_store.h"

namespace fortnight::tests {

namespace {

using namespace storage;
using Subject = Predicate::Subject;

// The textbook definition of a pattern: whether pieces[i] and those after it match.
bool rest_matches(const std::vector<std::string>& pieces, std::size_t i, std::string_view text) {
  const bool last = i + 1 == pieces.size();
  if (!text.starts_with(pieces[i])) return false;
  text.remove_prefix(pieces[i].size());
  if (last) return text.empty();
  for (std::size_t skip = 0; skip <= text.size(); ++skip) {
    if (rest_matches(pieces, i + 1, text.substr(skip))) return true;
  }
  return false;
}

bool pattern_matches(const TextPattern& pattern, std::string_view text) {
  if (text.empty()) return pattern.exact() && pattern.pieces[0].empty();
  return rest_matches(pattern.pieces, 0, text);
}

bool any_pattern(const Predicate& predicate, std::string_view text) {
  for (const TextPattern& pattern : predicate.patterns) {
    if (pattern_matches(pattern, text)) return true;
  }
  return false;
}

// As exact as long double is.
bool bounds_hold(const Predicate& predicate, long double value) {
  for (const NumberBound& bound : predicate.bounds) {
    const long double of =
        bound.text.empty() ? bound.value : std::strtold(bound.text.c_str(), nullptr);
    const bool holds = bound.comparison == Comparison::less         ? value < of
                       : bound.comparison == Comparison::less_equal ? value <= of
                       : bound.comparison == Comparison::greater    ? value > of
                                                                    : value >= of;
    if (!holds) return false;
  }
  return true;
}

bool text_holds(const Predicate& predicate, std::string_view text) {
  if (predicate.bounds.empty()) return any_pattern(predicate, text);
  return number_of(text) &&
         bounds_hold(predicate, std::strtold(std::string(text).c_str(), nullptr));
}

bool status_holds(const Predicate& predicate, std::int32_t status) {
  if (!predicate.bounds.empty()) return status != kNoStatus && bounds_hold(predicate, status);
  for (const StatusRange& range : predicate.statuses) {
    if (range.first <= status && status <= range.last) return true;
  }
  return false;
}

bool duration_holds(const Predicate& predicate, std::int64_t duration_ns) {
  if (duration_ns == kNoDuration) {
    return predicate.bounds.empty() && any_pattern(predicate, "");
  }
  if (!predicate.bounds.empty()) {
    return bounds_hold(predicate, static_cast<long double>(duration_ns) / 1e6L);
  }
  std::string text;
  append_milliseconds(duration_ns, text);
  return any_pattern(predicate, text);
}

bool id_holds(const Predicate& predicate, const CallRecord& record) {
  std::vector<std::string> ids;
  const bool any_kind = predicate.subject == Subject::any_id;
  if (any_kind) ids.push_back(record.field(TextField::call_id));
  for (const auto& [kind, value] : record.ids) {
    if (any_kind || kind == predicate.name) ids.push_back(value);
  }
  std::erase(ids, "");
  if (ids.empty()) ids.emplace_back();
  return std::any_of(ids.begin(), ids.end(),
                     [&](const std::string& id) { return text_holds(predicate, id); });
}

// By byte, the number of its term; 0 outside of terms.
std::vector<int> terms_by_byte(const std::string& text) {
  const auto letter = [&](std::size_t at) {
    const auto c = static_cast<unsigned char>(at < text.size() ? text[at] : ' ');
    return c >= 0x80 || std::isalnum(c) != 0;
  };
  std::vector<int> numbers(text.size());
  int terms = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool joins = std::string("@._-+%").find(text[i]) != std::string::npos && i > 0 &&
                       letter(i - 1) && letter(i + 1);
    if (!letter(i) && !joins) continue;
    numbers[i] = i > 0 && numbers[i - 1] > 0 ? numbers[i - 1] : ++terms;
  }
  return numbers;
}

// Whether the word occurs where it cuts no term in two.
bool stands_whole(const std::string& text, const std::string& word) {
  const std::vector<int> terms = terms_by_byte(text);
  const auto cuts = [&](std::size_t at) {
    return at > 0 && at < text.size() && terms[at] > 0 && terms[at - 1] == terms[at];
  };
  for (std::size_t at = 0; at + word.size() <= text.size(); ++at) {
    if (text.compare(at, word.size(), word) != 0) continue;
    if (!cuts(at) && !cuts(at + word.size())) return true;
  }
  return false;
}

bool word_found(const FlatLine& flat, const std::string& word, bool whole) {
  const auto bears = [&](const std::string& text) {
    return whole ? stands_whole(text, word) : text.find(word) != std::string::npos;
  };
  return std::any_of(flat.keys.begin(), flat.keys.end(), bears) ||
         std::any_of(flat.scalars.begin(), flat.scalars.end(),
                     [&](const FlatScalar& scalar) { return bears(scalar.text); });
}

bool words_hold(const Predicate& predicate, const FlatLine& flat) {
  return std::all_of(predicate.patterns.begin(), predicate.patterns.end(),
                     [&](const TextPattern& word) {
                       return word_found(flat, word.pieces.at(0), predicate.whole);
                     });
}

}  // namespace

bool ModelStore::holds(const Entry& entry, const Predicate& predicate) {
  switch (predicate.subject) {
    case Subject::field:
      return text_holds(predicate, entry.record.field(predicate.field));
    case Subject::status:
      return status_holds(predicate, entry.record.status);
    case Subject::duration:
      return duration_holds(predicate, entry.record.duration_ns);
    case Subject::id_of_kind:
    case Subject::any_id:
      return id_holds(predicate, entry.record);
    case Subject::pointer: {
      std::vector<std::string> texts = entry.flat.all_at(predicate.name);
      if (texts.empty()) texts.emplace_back();
      return std::any_of(texts.begin(), texts.end(),
                         [&](const std::string& text) { return text_holds(predicate, text); });
    }
    case Subject::code:
      for (const std::string& pointer : predicate.pointers) {
        const std::string text = entry.flat.at(pointer);
        if (!text.empty()) return text_holds(predicate, text);
      }
      return text_holds(predicate, "");
    case Subject::text:
      return words_hold(predicate, entry.flat);
  }
  return false;
}

bool ModelStore::matches(const Entry& entry, const std::vector<Predicate>& predicates) {
  return std::all_of(predicates.begin(), predicates.end(), [&](const Predicate& predicate) {
    return holds(entry, predicate) != predicate.negated;
  });
}

}  // namespace fortnight::tests
