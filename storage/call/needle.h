// A text that is searched for in many values. It is prepared for ruling out the bytes of a whole
// column at once, since most columns of most blocks don't contain it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"

namespace fortnight::storage {

// Immutable, thread-safe.
class Needle {
 public:
  explicit Needle(std::string text);

  [[nodiscard]] const std::string& text() const { return text_; }
  // Its runs of name characters and its runs of other ASCII characters, in order. Empty if the
  // whole text is one such run.
  [[nodiscard]] const std::vector<Needle>& pieces() const { return pieces_; }
  [[nodiscard]] bool made_of(std::string_view characters) const {
    return text_.find_first_not_of(characters) == std::string::npos;
  }
  // Returns false if no JSON string in `raw` contains the text once decoded. `raw` has the strings
  // as they are written, concatenated. May return false positives, never false negatives.
  [[nodiscard]] bool may_stand_in(std::string_view raw) const;
  // The same for strings with other bytes in between. A byte before an escape may look like part of
  // it, so that escapes are not decoded.
  [[nodiscard]] bool may_stand_amid(std::string_view bytes) const;

 private:
  [[nodiscard]] bool lacks_a_name(std::string_view raw) const;
  // For bytes that don't contain the text literally.
  [[nodiscard]] bool may_be_escaped_in(std::string_view raw) const;

  std::string text_;
  bool ascii_;
  bool short_escapes_;  // has characters with an escape other than \u
  std::vector<Needle> pieces_;
};

// ASCII letters and digits, '-' and '_'. Producers usually don't escape them.
constexpr bool is_name_character(char c) { return is_alphanumeric(c) || c == '-' || c == '_'; }

// Whether `bytes` contain `part`. Optimised for long `bytes`.
bool contains(std::string_view bytes, std::string_view part);

// Whether `raw` may have an escaped name character, such as "u0061", which a search would miss.
bool escapes_names(std::string_view raw);

}  // namespace fortnight::storage
