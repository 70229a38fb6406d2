#include "storage/encoding/codecs/text_form.h"

#include "base/ascii.h"

namespace fortnight::storage {
namespace {

bool admits(char in_form, char c) {
  if (in_form == kAnyDigit && is_digit(c)) return true;
  if (in_form == kAnyLetter && is_letter(c)) return true;
  return in_form == c;
}

}  // namespace

bool may_occur_in_form(std::string_view needle, std::string_view form) {
  for (std::size_t at = 0; at + needle.size() <= form.size(); ++at) {
    std::size_t i = 0;
    while (i < needle.size() && admits(form[at + i], needle[i])) ++i;
    if (i == needle.size()) return true;
  }
  return false;
}

std::string form_between(std::string_view first, std::string_view last, std::string form) {
  for (std::size_t i = 0; i < form.size() && first[i] == last[i]; ++i) form[i] = first[i];
  return form;
}

}  // namespace fortnight::storage
