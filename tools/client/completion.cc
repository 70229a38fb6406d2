#include "tools/client/completion.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <utility>

#include "base/ascii.h"
#include "tools/client/command_line.h"
#include "tools/client/connection.h"
#include "tools/client/json.h"
#include "tools/client/request_line.h"
#include "tools/client/terminal.h"

namespace fortnight::client {
namespace {

using query::Verb;
using query::VerbWords;

constexpr unsigned kPatienceSeconds = 3;
constexpr std::string_view kOperatorCharacters = "=!<>";

// Values that are suggested in addition to those that the server knows.
std::vector<std::string_view> suggested(std::string_view key) {
  if (key == "date") {
    return {"today",       "yesterday",   "last-30-minutes", "last-3-hours", "last-24-hours",
            "last-3-days", "last-7-days", "last-30-days",    "last-90-days", "all"};
  }
  if (key == "status") return {"all", "success", "failed", "none", "2xx", "3xx", "4xx", "5xx"};
  if (key == "step") return {"auto", "15m", "1h", "1d"};
  if (key == "quantiles") return {"0.5,0.95,0.99"};
  if (key == "fields") return query::exported_names({});
  return query::choices_of(key);
}

// Whether its values come from a fixed list.
bool is_listed(std::string_view key) {
  return key == "account" || key == "method" || key == "endpoint" || key == "status" ||
         key == "revision" || key == "source";
}

// Whether a value needs no quoting in a list of values and is printable.
bool is_plain(std::string_view value) {
  return !value.empty() && value.find_first_of(",\"*\\") == std::string_view::npos &&
         safe_text(value) == value;
}

// Whether the key takes several values.
bool takes_list(std::string_view key) {
  return !query::is_option(key) || query::takes_several(key);
}

// The parsed words before the cursor.
struct Line {
  Options options;
  CommandLine grammar{options};
  const VerbWords* verb = nullptr;
  bool wants_verb = true;                // also behind EXPLAIN and HELP
  const CLI::Option* pending = nullptr;  // the option whose value comes next

  explicit Line(std::span<const std::string> words) {
    // An unknown option doesn't prevent completion of other words.
    const bool parsed = grammar.parse(words).has_value();
    const CLI::Option* const last = words.empty() ? nullptr : grammar.option_named(words.back());
    if (!parsed && last != nullptr && takes_value(*last)) pending = last;
    take_verb(options.verb);
    for (const std::string& word : options.arguments) take_verb(word);
  }

 private:
  void take_verb(const std::string& word) {
    if (!wants_verb || word.empty()) return;
    verb = query::find_verb(upper(word));
    wants_verb = verb != nullptr && (verb->verb == Verb::explain || verb->verb == Verb::help);
  }
};

class Completion {
 public:
  Completion(const Line& line, std::string_view word, const KnownValues& values)
      : line_(line), word_(word), values_(values) {}

  std::vector<Candidate> run() {
    const std::size_t end_of_key = word_.find_first_of(kOperatorCharacters);
    if (line_.pending != nullptr) {
      add_values(line_.pending->get_lnames().front(), 0);
    } else if (word_.starts_with("-")) {
      add_options(end_of_key);
    } else if (line_.wants_verb) {
      add_verbs();
    } else if (line_.verb == nullptr || end_of_key == std::string_view::npos) {
      add_keys();
    } else {
      const std::size_t value = word_.find_first_not_of(kOperatorCharacters, end_of_key);
      add_values(word_.substr(0, end_of_key), std::min(value, word_.size()));
    }
    return std::move(found_);
  }

 private:
  void add(std::string word, std::string gist = {}) {
    if (word.starts_with(word_)) found_.push_back({std::move(word), std::move(gist)});
  }

  // Completes an option's name, or the value that follows its "=".
  void add_options(std::size_t equals) {
    if (equals != std::string_view::npos) {
      const std::string name(word_.substr(0, equals));
      const CLI::Option* const option = line_.grammar.option_named(name);
      if (option != nullptr) add_values(option->get_lnames().front(), equals + 1);
      return;
    }
    for (const CLI::Option* const option : line_.grammar.options_of(lower(line_.options.verb))) {
      add(name_of(*option), option->get_description());
    }
  }

  void add_verbs() {
    for (const VerbWords* const words : offered_verbs()) {
      add(lower(words->name), std::string(words->gist));
    }
    for (const LocalCommand& command : local_commands()) {
      add(std::string(command.name), std::string(command.gist));
    }
  }

  void add_keys() {
    if (line_.verb == nullptr) return;
    for (const std::string_view key : line_.verb->options) add(std::string(key) + "=");
    if (!line_.verb->filters) return;
    for (const std::string_view key : query::filter_names({})) add(std::string(key) + "=");
  }

  // Completes the last of several values and keeps those before it.
  void add_values(std::string_view key, std::size_t first) {
    std::size_t begin = first;
    const std::size_t comma = word_.rfind(',');
    if (comma != std::string_view::npos && comma >= begin) begin = comma + 1;
    const std::string given(word_.substr(0, begin));
    const std::vector<std::string_view> before = split_values(word_.substr(first, begin - first));
    if (before.size() > 1 && !takes_list(key)) return;
    const auto add_value = [&](std::string_view value) {
      const bool again = std::find(before.begin(), before.end(), value) != before.end();
      if (!again) add(given + std::string(value));
    };
    for (const std::string_view value : suggested(key)) add_value(value);
    if (!is_listed(key)) return;
    for (const std::string& value : values_(line_.options.server, key, word_.substr(begin))) {
      if (is_plain(value)) add_value(value);
    }
  }

  const Line& line_;
  std::string_view word_;
  const KnownValues& values_;
  std::vector<Candidate> found_;
};

// What the command line doesn't give is as usual.
Server completed(Server given, const Server& usual) {
  for (std::string Server::*const member :
       {&Server::address, &Server::token, &Server::ca, &Server::certificate, &Server::key}) {
    if ((given.*member).empty()) given.*member = usual.*member;
  }
  return given;
}

std::vector<std::string> ask(const Server& server, std::string_view field,
                             std::string_view prefix) {
  std::vector<std::string> values;
  Connection connection;
  if (!connection.open(server)) return values;
  std::vector<std::string> arguments = {"field=" + std::string(field), "date=last-7-days",
                                        "limit=50"};
  if (!prefix.empty()) arguments.push_back("prefix=" + std::string(prefix));
  const auto row = [&](std::string_view line) {
    values.push_back(text_of(member_of(line, "value")));
    return true;
  };
  if (!connection.ask(request_line("values", arguments), row)) values.clear();
  return values;
}

}  // namespace

std::vector<Candidate> complete(std::span<const std::string> words, const KnownValues& values) {
  if (words.empty()) return {};
  const Line line(words.first(words.size() - 1));
  return Completion(line, words.back(), values).run();
}

void print_completion(std::span<char*> words, const Server& usual) {
  // Exits normally: after a death by signal, shells would print a message.
  std::signal(SIGALRM, [](int) { ::_exit(0); });
  ::alarm(kPatienceSeconds);
  const std::vector<std::string> written(words.begin(), words.end());
  const auto known = [&](const Server& server, std::string_view field, std::string_view prefix) {
    return ask(completed(server, usual), field, prefix);
  };
  for (const Candidate& candidate : complete(written, known)) {
    std::printf("%s%s%s\n", candidate.word.c_str(), candidate.gist.empty() ? "" : "\t",
                candidate.gist.c_str());
  }
}

}  // namespace fortnight::client
