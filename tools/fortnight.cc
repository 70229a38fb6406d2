// fortnight: asks fortnightd, from a shell.
#include <cstdio>
#include <cstdlib>
#include <span>

#include "tools/client/options.h"
#include "tools/client/run.h"

int main(int argc, char** argv) {
  using namespace fortnight::client;
  const char* const connect = std::getenv("FORTNIGHT_CONNECT");
  const auto options = parse_options(std::span(argv + 1, static_cast<std::size_t>(argc - 1)),
                                     connect == nullptr ? "" : connect);
  if (!options) {
    std::fprintf(stderr, "fortnight: %s\n", options.error().message.c_str());
    return kWrong;
  }
  if (options->help) {
    const std::string_view text = help_text();
    std::fwrite(text.data(), 1, text.size(), stdout);
    return kAnswered;
  }
  if (options->version) {
    std::puts("fortnight " FORTNIGHT_VERSION);
    return kAnswered;
  }
  return run(*options);
}
