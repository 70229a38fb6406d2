// A text that is looked for in many values, made ready to be found missing in the bytes of a whole
// column at once: most columns of most blocks don't have it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::storage {

// Immutable, thread-safe.
class Needle {
 public:
  explicit Needle(std::string text);

  [[nodiscard]] const std::string& text() const { return text_; }
  // Its runs of name characters, and its runs of other ASCII characters, in their order. A needle
  // that is one such run has no pieces.
  [[nodiscard]] const std::vector<Needle>& pieces() const { return pieces_; }
  [[nodiscard]] bool made_of(std::string_view characters) const {
    return text_.find_first_not_of(characters) == std::string::npos;
  }
  // False: no JSON string contains the text, decoded, of those that stand in `raw` as they are
  // written, one behind the other. True: one may.
  [[nodiscard]] bool may_stand_in(std::string_view raw) const;
  // The same of strings between which other bytes stand. (One of those before an escape would hide
  // it.)
  [[nodiscard]] bool may_stand_amid(std::string_view bytes) const;

 private:
  [[nodiscard]] bool lacks_a_name(std::string_view raw) const;
  // Of bytes in which it doesn't stand as it is.
  [[nodiscard]] bool may_be_escaped_in(std::string_view raw) const;

  std::string text_;
  bool ascii_;
  bool short_escapes_;  // some of it may be written as an escape that isn't \u
  std::vector<Needle> pieces_;
};

// Letters and digits of ASCII, '-' and '_': what nobody writes as an escape, as a rule.
constexpr bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

// Whether `bytes` contain `part`: for long `bytes`.
bool contains(std::string_view bytes, std::string_view part);

// Whether a name character may be written as an escape, which hides it: "u0061" stands in `raw`.
bool escapes_names(std::string_view raw);

}  // namespace fortnight::storage
