// What a shell may complete a command line of `fortnight` with: verbs, keys, options, and values
// that the server knows of. The scripts of packaging/completion/ ask for it and tell their shells.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight::client {

struct Candidate {
  std::string word;  // the whole word as the command would take it; a key ends with "="
  std::string gist;  // one line about it; may be empty
};

// Values of a field that begin with `prefix`, as the server at `address` knows them (empty: where
// nobody said --connect); none where it can't be asked.
using KnownValues = std::function<std::vector<std::string>(
    const std::string& address, std::string_view field, std::string_view prefix)>;

// `words` stand behind the program's name, the last one at the cursor: as far as it is written.
// Candidates begin with it.
std::vector<Candidate> complete(std::span<const std::string> words, const KnownValues& values);

// The same, written to standard output, a line a candidate, its gist behind a tab; ends the process
// where the server takes longer than somebody at a keyboard waits. `connect` as parse_options()
// takes it.
void print_completion(std::span<char*> words, std::string_view connect);

}  // namespace fortnight::client
