// Formats answers for a terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/client/terminal.h"

namespace fortnight::client {

// A successful answer.
struct Answer {
  std::vector<std::string> rows;  // JSON objects
  std::string summary;            // a JSON object
};

// `verb` in lower case. A verb without its own view gets a table of its rows' members.
std::string render_answer(std::string_view verb, const Answer& answer, const Terminal& terminal);

// Whether an answer with this many rows found nothing.
bool found_nothing(std::string_view verb, std::size_t rows, std::string_view summary);

}  // namespace fortnight::client
