// QR codes, by libqrencode.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::access {

// The rows of the code, from the top, without the quiet zone around it: '1' is a dark module, '0' a
// light one. Error correction M. `text`: at most 1 KiB of ASCII without NUL.
std::vector<std::string> qr_code(const std::string& text);

// The code for a terminal: two rows of modules in each line, as half blocks, with its quiet zone.
// With `colours`, dark on light whatever the terminal's own are. Each line ends with a line feed.
std::string qr_code_for_terminal(const std::vector<std::string>& rows, bool colours);

}  // namespace fortnight::access
