// A walk over the tokens of one JSON text, and JSON pointers (RFC 6901) looked up by it. It reads
// whole lines and skeletons alike: a skeleton's holes are scalars to it, in the same order.
//
// It is meant for text that was found to be JSON when it was taken in. On anything else it stays
// within the text and ends, and what it finds means nothing. No recursion, no memory of its own.
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
    key,        // raw(): what stands between its quotes
    string,     // raw(): what stands between its quotes
    primitive,  // raw(): a number, true, false, null, or a skeleton's hole
    end,        // of the text
  };

  explicit JsonWalk(std::string_view text) : text_(text) {}

  Token next();
  [[nodiscard]] std::string_view raw() const { return raw_; }
  // Scalars passed so far: the one that next() just gave is number scalars() - 1.
  [[nodiscard]] std::uint32_t scalars() const { return scalars_; }
  // Passes by the value that begins with `token`, which next() just gave.
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
  // Nothing where `text` is no pointer: it is empty or begins with "/", and "~" stands before 0
  // or 1.
  static std::optional<JsonPointer> parse(std::string_view text);
  [[nodiscard]] const std::vector<std::string>& steps() const { return steps_; }
  // The first step behind one that ends in "headers": find_scalars() matches it and what follows
  // without case. The number of all steps where there is none.
  [[nodiscard]] std::size_t first_header() const;

 private:
  std::vector<std::string> steps_;
};

// A scalar within a JSON text.
struct JsonScalar {
  std::string_view raw;   // a string's is what stands between its quotes
  std::uint32_t ordinal;  // among the text's scalars: in a skeleton, the number of its hole
  bool is_string;
};

// The scalar at the pointer; nothing where there is none, or an object or array. Where a key stands
// twice, the first counts.
std::optional<JsonScalar> find_scalar(std::string_view json, const JsonPointer& pointer);

// The scalars that a filter by the pointer is about, in the text's order: like find_scalar(), but
//   - an array stands for each of its elements, where the pointer ends there and where its next
//     step is no place in it;
//   - behind a step that ends in "headers" (in any case), names match without the case of ASCII
//     letters; of several such names the first counts.
struct FoundScalars {
  std::vector<JsonScalar> scalars;
  bool in_array = false;  // it led through an array that stands for its elements
};
FoundScalars find_scalars(std::string_view json, const JsonPointer& pointer);

// A scalar as filters see it: a string decoded, null as the empty text. `scratch` keeps what had to
// be decoded.
std::string_view scalar_text(std::string_view raw, bool is_string, std::string& scratch);

}  // namespace fortnight
