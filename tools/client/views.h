// Answers as a person on a terminal gets them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/client/terminal.h"

namespace fortnight::client {

// An answer that closed with OK.
struct Answer {
  std::vector<std::string> rows;  // JSON objects
  std::string summary;            // a JSON object
};

// `verb` in small letters; one that has no view of its own gets a table of its rows' members.
std::string render_answer(std::string_view verb, const Answer& answer, const Terminal& terminal);

// Whether an answer of so many rows says that there is nothing.
bool found_nothing(std::string_view verb, std::size_t rows, std::string_view summary);

}  // namespace fortnight::client
