// The words of a pasted text that may be IDs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::query {

// Returns the words of the text, and the parts of URLs, paths, forms and JSON in them, without
// quotes and brackets around them: each once, at most `most`, words with digits first, otherwise in
// the order of the text. Words shorter than 3 or longer than 200 bytes are left out.
std::vector<std::string> id_tokens(std::string_view text, std::size_t most);

}  // namespace fortnight::query
