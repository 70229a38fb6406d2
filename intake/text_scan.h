// Searches one level of a text for secrets: see intake/text_secrets.h. It doesn't use
// base/json_walk.h: such texts mix JSON with headers, forms and URLs, and may be cut off anywhere.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "intake/redact_names.h"
#include "intake/text_secrets.h"

namespace fortnight::intake {

class TextScan {
 public:
  // `names` and `text` must outlive it; `depth` counts from 0. `budget` is the number of bytes that
  // may still be searched on all levels together; this level and those below subtract from it.
  TextScan(const RedactNames& names, std::string_view text, int depth, std::size_t& budget)
      : names_(names), text_(text), depth_(depth), budget_(budget) {}

  // The result isn't sorted, and ranges may overlap.
  std::vector<Secret> find();

 private:
  // An open object or array of JSON within the text.
  struct Container {
    bool is_array = false;
    std::size_t element = 0;           // index, in an array
    bool secret_next = false;          // the next value is secret
    bool named = false;                // in an object: a member's value is the name of the value
    bool named_secret = false;         // in an object: that name is secret
    std::optional<std::size_t> value;  // start of the value, if it precedes the name
  };
  enum class Member { other, tells_a_name, has_the_value };

  void meet_quote();
  void meet_backslash();
  void meet_key(std::string_view name, std::size_t value);
  void meet_text(std::string_view content, std::size_t begin);
  void meet_apostrophe();
  void meet_equals();
  void meet_colon();
  void meet_slash();
  void meet_tag();
  void meet_bracket(char c);

  // Each returns the offset after the value that begins at `at`.
  std::size_t take_value(std::size_t at);
  std::size_t take_container(std::size_t at);
  std::size_t take_bare(std::size_t at);
  std::size_t take_form_value(std::size_t at);
  std::size_t take_part(std::size_t at);
  bool take_named_value();
  void take_unnamed_values();

  void add(std::size_t begin, std::size_t end);
  void add_bare(std::size_t begin, std::size_t end);
  void look_into_string(std::string_view content, std::size_t begin);
  void look_into_percents();

  [[nodiscard]] std::size_t skip_blanks(std::size_t at) const;
  [[nodiscard]] std::size_t string_end(std::size_t at, char quote) const;
  [[nodiscard]] std::size_t line_end(std::size_t at) const;
  [[nodiscard]] std::string_view key_before(std::size_t at) const;
  // Returns the start of the value if a colon or `=>` at `at` makes the preceding string a name;
  // otherwise npos.
  [[nodiscard]] std::size_t value_after_name(std::size_t at) const;

  const RedactNames& names_;
  std::string_view text_;
  int depth_;
  std::size_t& budget_;
  std::size_t at_ = 0;
  std::size_t unquoted_ = 0;     // the end of the last string
  std::optional<bool> is_form_;  // whether the text begins with a key and `=`
  std::vector<Container> open_;
  Member member_ = Member::other;  // of the next value
  std::vector<Secret> found_;
};

}  // namespace fortnight::intake
