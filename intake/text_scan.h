// One level of a text that is searched for secrets: see intake/text_secrets.h.
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
  // `names` and `text` must outlive it; `depth` counts from 0. `budget` is how many bytes may still
  // be searched on all levels together, which this and the levels below it use up.
  TextScan(const RedactNames& names, std::string_view text, int depth, std::size_t& budget)
      : names_(names), text_(text), depth_(depth), budget_(budget) {}

  // In any order; some may overlap.
  std::vector<Secret> find();

 private:
  // Of JSON within the text: an object or array that is open.
  struct Container {
    bool is_array = false;
    std::size_t element = 0;           // of an array
    bool secret_next = false;          // the value that comes next is secret
    bool named_secret = false;         // of an object: a member names the value, which is secret
    std::optional<std::size_t> value;  // where that value begins, if it came first
  };
  enum class Member { other, tells_a_name, has_the_value };

  void meet_quote();
  void meet_key(std::string_view name, std::size_t value);
  void meet_text(std::string_view content, std::size_t begin);
  void meet_apostrophe();
  void meet_equals();
  void meet_colon();
  void meet_tag();
  void meet_bracket(char c);

  // These return where to go on, behind the value that begins at `at`.
  std::size_t take_value(std::size_t at);
  std::size_t take_container(std::size_t at);
  std::size_t take_bare(std::size_t at);
  std::size_t take_form_value(std::size_t at);
  std::size_t take_part(std::size_t at);
  bool take_named_value();

  void add(std::size_t begin, std::size_t end);
  void add_bare(std::size_t begin, std::size_t end);
  void look_into_string(std::string_view content, std::size_t begin);
  void look_into_percents();

  [[nodiscard]] std::size_t skip_blanks(std::size_t at) const;
  [[nodiscard]] std::size_t string_end(std::size_t at, char quote) const;
  [[nodiscard]] std::size_t line_end(std::size_t at) const;
  [[nodiscard]] std::string_view key_before(std::size_t at) const;
  // What stands at `at` makes the string before it a name: a colon, or `=>`. Where its value
  // begins; npos where it isn't so.
  [[nodiscard]] std::size_t value_after_name(std::size_t at) const;

  const RedactNames& names_;
  std::string_view text_;
  int depth_;
  std::size_t& budget_;
  std::size_t at_ = 0;
  std::optional<bool> is_form_;  // the text begins with a key and `=`
  std::vector<Container> open_;
  Member member_ = Member::other;  // of the value that comes next
  std::vector<Secret> found_;
};

}  // namespace fortnight::intake
