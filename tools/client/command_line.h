// The grammar of `fortnight`'s command line. Parsing, --help and completion read the same CLI11
// app; verbs and their parameters come from query/vocabulary.h.
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "query/vocabulary.h"
#include "tools/client/options.h"

namespace fortnight::client {

class CommandLine {
 public:
  // Parses into `options`, which must outlive this object.
  explicit CommandLine(Options& options);

  // Reads options and the words of the request, in any order. Words after "--" belong to the
  // request. ErrorCode::invalid: an unknown option, whose other words are read all the same, or an
  // option with a missing or wrong value.
  Result<void> parse(std::span<const std::string> words);
  // ErrorCode::invalid: an option was given that the verb doesn't use.
  Result<void> check_use() const;

  // The options that the verb uses, in the order of --help. `verb` is in lower case. If it is
  // empty, these are all options.
  [[nodiscard]] std::vector<const CLI::Option*> options_of(std::string_view verb) const;
  // The option that has this name, such as "--fields". Null if there is none.
  [[nodiscard]] const CLI::Option* option_named(const std::string& name) const;

 private:
  void declare();
  [[nodiscard]] Result<std::vector<std::string>> with_separate_empty_values(
      std::span<const std::string> words) const;
  Result<void> take_words(const std::vector<std::string>& words);

  CLI::App app_;
  Options& options_;
  const CLI::Option* watch_ = nullptr;
};

// Returns the name with its dashes.
std::string name_of(const CLI::Option& option);
// Whether a word with its value must follow. The value of --watch is optional and follows a "=".
bool takes_value(const CLI::Option& option);

// A command that isn't a verb of the protocol.
struct LocalCommand {
  std::string_view name;
  std::string_view usage;
  std::string_view gist;  // one line
};
const std::vector<LocalCommand>& local_commands();

// The verbs that are useful here. AUTH applies to its own connection only, and QUIT ends one.
std::vector<const query::VerbWords*> offered_verbs();

}  // namespace fortnight::client
