// Walks over the tokens of one JSON text, and looks up JSON pointers (RFC 6901). It reads whole
// lines and skeletons alike: it treats a skeleton's hole as a scalar, in the same order.
//
// Requires text that intake has accepted as JSON. On other text it stays within bounds and ends,
// but its results are meaningless. It doesn't recurse and allocates no memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight {

class JsonWalk {
 public:
  enum class Token : std::uint8_t {
    open_object,
    open_array,
    close,      // of an object or array
    key,        // raw(): the text between its quotes
    string,     // raw(): the text between its quotes
    primitive,  // raw(): a number, true, false, null, or a skeleton's hole
    end,        // of the text
  };

  explicit JsonWalk(std::string_view text) : text_(text) {}

  Token next();
  [[nodiscard]] std::string_view raw() const { return raw_; }
  // The position in the text behind the last token.
  [[nodiscard]] std::size_t position() const { return position_; }
  // Scalars passed so far. The scalar that next() has just returned is number scalars() - 1.
  [[nodiscard]] std::uint32_t scalars() const { return scalars_; }
  // Skips the value that begins with `token`, which next() has just returned.
  void skip(Token token);

 private:
  Token quoted();

  std::string_view text_;
  std::size_t position_ = 0;
  std::string_view raw_;
  std::uint32_t scalars_ = 0;
};

class JsonPointer {
 public:
  // Returns nothing if `text` is not a pointer. A pointer is empty or begins with "/", and each "~"
  // is followed by 0 or 1.
  static std::optional<JsonPointer> parse(std::string_view text);
  [[nodiscard]] const std::vector<std::string>& steps() const { return steps_; }
  // The first step after one that ends in "headers". find_scalars() ignores case in that step and
  // all later ones. The number of steps if there is none.
  [[nodiscard]] std::size_t first_header() const;

 private:
  std::vector<std::string> steps_;
};

// A scalar within a JSON text.
struct JsonScalar {
  std::string_view raw;   // of a string: the text between its quotes
  std::uint32_t ordinal;  // index among the text's scalars; in a skeleton, the number of its hole
  bool is_string;
};

// Returns the scalar at the pointer; nothing if the pointer leads nowhere, or to an object or
// array. Of duplicate keys, the first counts.
std::optional<JsonScalar> find_scalar(std::string_view json, const JsonPointer& pointer);

// The scalars that a filter on the pointer tests, in the text's order. Like find_scalar(), but
//  - an array matches with each of its elements, if the pointer ends there or if its next step is
//    not an array index;
//  - after a step that ends in "headers" (in any case), names match regardless of the case of ASCII
//    letters; of several such names, the first counts.
struct FoundScalars {
  std::vector<JsonScalar> scalars;
  bool in_array = false;  // the pointer led through an array whose elements were all searched
};
FoundScalars find_scalars(std::string_view json, const JsonPointer& pointer);

// Returns a scalar as filters compare it: strings decoded, null as the empty text. `scratch` holds
// the decoded bytes if the string has escapes.
std::string_view scalar_text(std::string_view raw, bool is_string, std::string& scratch);

}  // namespace fortnight
