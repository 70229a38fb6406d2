// Completes command lines of `fortnight`: verbs, keys, options, and values that the server knows.
// The scripts in packaging/completion/ call it for their shells.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/client/options.h"

namespace fortnight::client {

struct Candidate {
  std::string word;  // the whole word as the command takes it; a key ends with "="
  std::string gist;  // a one-line description; may be empty
};

// Returns a field's values that begin with `prefix`, from `server` (members are empty if the
// command line doesn't give them). Returns none if the server can't be reached.
using KnownValues = std::function<std::vector<std::string>(
    const Server& server, std::string_view field, std::string_view prefix)>;

// `words` follow the program's name; the last one is at the cursor and may be incomplete.
// Candidates begin with it.
std::vector<Candidate> complete(std::span<const std::string> words, const KnownValues& values);

// Writes the candidates to standard output, one per line, with a tab before the gist. Exits if the
// server takes longer than a user at a keyboard would wait. `usual` is the server of the
// environment.
void print_completion(std::span<char*> words, const Server& usual);

}  // namespace fortnight::client
