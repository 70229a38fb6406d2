// The form of texts of one length, such as dates: what stands at each position, or of which kind it
// is.
#pragma once

#include <string>
#include <string_view>

namespace fortnight::storage {

// In a form, these stand for any digit and any letter; every other byte for itself.
inline constexpr char kAnyDigit = '\x01';
inline constexpr char kAnyLetter = '\x02';

// False: no text of the form contains the needle.
bool may_stand_in_form(std::string_view needle, std::string_view form);

// The form of those texts of a form that come between two others of it, in the order of bytes: they
// begin with what both of them begin with.
std::string form_between(std::string_view first, std::string_view last, std::string form);

}  // namespace fortnight::storage
