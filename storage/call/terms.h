// The terms of a text: the whole words, numbers, addresses and identifiers in it.
//
// A term is a run of ASCII letters, digits and bytes beyond ASCII. One of the joiners
//
//   @ . _ - + %
//
// between two of those bytes belongs to the term, too: "jo.smith@example.com", "10.5", "a-b" and
// "cus_123" are one term each, but "end." has the term "end", and "a--b" has two. Upper and lower
// case differ.
//
// The index of terms (storage/part/term_index.h) is made of these rules: changing them is a change
// of the format.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/ascii.h"

namespace fortnight::storage {

// What a byte is for terms.
enum class TermByte : std::uint8_t { other, letter, joiner };
inline constexpr std::array<TermByte, 256> kTermBytes = [] {
  std::array<TermByte, 256> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = static_cast<char>(i);
    if (i >= 0x80 || is_alphanumeric(c)) bytes[i] = TermByte::letter;
    for (const char joiner : std::string_view("@._-+%")) {
      if (c == joiner) bytes[i] = TermByte::joiner;
    }
  }
  return bytes;
}();
constexpr bool is_term_letter(char c) {
  return kTermBytes[static_cast<unsigned char>(c)] == TermByte::letter;
}
constexpr bool is_term_joiner(char c) {
  return kTermBytes[static_cast<unsigned char>(c)] == TermByte::joiner;
}

// Calls `visit(begin, end)` for each term, in order.
template <typename Visit>
void for_each_term(std::string_view text, Visit&& visit) {
  const std::size_t size = text.size();
  for (std::size_t at = 0; at < size; ++at) {
    if (!is_term_letter(text[at])) continue;
    const std::size_t begin = at;
    do {
      ++at;
      if (at + 1 < size && is_term_joiner(text[at]) && is_term_letter(text[at + 1])) ++at;
    } while (at < size && is_term_letter(text[at]));
    visit(begin, at);
  }
}

// Whether `text` contains `sought`, which isn't empty, at a place that neither begins nor ends
// within a term of `text`. If so, all terms of `sought` are terms of `text`.
bool contains_whole(std::string_view text, std::string_view sought);

// Terms of fewer bytes are too frequent to be worth an index.
inline constexpr std::size_t kLeastTermBytes = 4;

// The hashes of the terms, of at least kLeastTermBytes bytes, that every text has which contains
// `sought`: all of them if `whole` (contains_whole()), otherwise those that don't touch its ends,
// where the term in the text may be longer.
std::vector<std::uint64_t> terms_sought(std::string_view sought, bool whole);

}  // namespace fortnight::storage
