// The form of texts of one length, such as dates: for each position the byte there, or that it is
// any digit or any letter.
#pragma once

#include <string>
#include <string_view>

namespace fortnight::storage {

// In a form, these mean any digit and any letter; every other byte means itself.
inline constexpr char kAnyDigit = '\x01';
inline constexpr char kAnyLetter = '\x02';

// Whether a text of the form may contain the needle: no false negatives.
bool may_occur_in_form(std::string_view needle, std::string_view form);

// The form of the texts between two texts of `form`, in byte order: all begin with the common
// prefix of the two.
std::string form_between(std::string_view first, std::string_view last, std::string form);

}  // namespace fortnight::storage
