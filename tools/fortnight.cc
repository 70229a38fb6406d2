// fortnight: the command-line client of fortnightd.
#include <cstdio>
#include <span>
#include <string_view>

#include "tools/client/completion.h"
#include "tools/client/options.h"
#include "tools/client/run.h"
#include "tools/client/server_address.h"

int main(int argc, char** argv) {
  using namespace fortnight::client;
  const std::span<char*> arguments(argv + 1, static_cast<std::size_t>(argc - 1));
  const Server usual = usual_server();
  if (!arguments.empty() && arguments[0] == std::string_view("--complete")) {
    print_completion(arguments.subspan(1), usual);
    return written(kAnswered);
  }
  auto options = parse_options(arguments, usual);
  if (!options) {
    std::fprintf(stderr, "fortnight: %s\n", options.error().message.c_str());
    return kWrong;
  }
  if (options->help) {
    const std::string of_verb = verb_help(options->verb);
    const std::string text = of_verb.empty() ? help_text() : of_verb;
    std::fwrite(text.data(), 1, text.size(), stdout);
    return written(kAnswered);
  }
  if (options->version) {
    std::puts("fortnight " FORTNIGHT_VERSION);
    return written(kAnswered);
  }
  return run(*options);
}
