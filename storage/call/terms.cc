#include "storage/call/terms.h"

#include "base/checksum.h"

namespace fortnight::storage {
namespace {

// Whether the byte at `at` belongs to a term.
bool in_term(std::string_view text, std::size_t at) {
  if (is_term_letter(text[at])) return true;
  return is_term_joiner(text[at]) && at > 0 && at + 1 < text.size() &&
         is_term_letter(text[at - 1]) && is_term_letter(text[at + 1]);
}

// Whether a term has bytes on both sides of this place.
bool within_term(std::string_view text, std::size_t at) {
  return at > 0 && at < text.size() && in_term(text, at - 1) && in_term(text, at);
}

}  // namespace

bool contains_whole(std::string_view text, std::string_view sought) {
  for (std::size_t at = text.find(sought); at != std::string_view::npos;
       at = text.find(sought, at + 1)) {
    if (!within_term(text, at) && !within_term(text, at + sought.size())) return true;
  }
  return false;
}

std::vector<std::uint64_t> terms_sought(std::string_view sought, bool whole) {
  std::vector<std::uint64_t> hashes;
  // A joiner at an end may join the term to what is beyond.
  const auto open = [&](std::size_t bytes, char next) {
    return bytes == 0 || (bytes == 1 && is_term_joiner(next));
  };
  for_each_term(sought, [&](std::size_t begin, std::size_t end) {
    const bool touches = open(begin, begin == 0 ? ' ' : sought[begin - 1]) ||
                         open(sought.size() - end, end == sought.size() ? ' ' : sought[end]);
    if (end - begin < kLeastTermBytes || (touches && !whole)) return;
    hashes.push_back(checksum64(sought.substr(begin, end - begin)));
  });
  return hashes;
}

}  // namespace fortnight::storage
