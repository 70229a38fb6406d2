#include "tools/client/pager.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace fortnight::client {
namespace {

// Whether the shell finds the command's program.
bool exists(const std::string& command) {
  const std::string word = command.substr(0, command.find(' '));
  return std::system(("command -v '" + word + "' >/dev/null 2>&1").c_str()) == 0;
}

bool write_through(const std::string& command, std::string_view text) {
  FILE* const pipe = popen(command.c_str(), "w");
  if (pipe == nullptr) return false;
  // Ignores SIGPIPE, which the user causes by quitting the pager early.
  auto* const before = std::signal(SIGPIPE, SIG_IGN);
  std::fwrite(text.data(), 1, text.size(), pipe);
  pclose(pipe);
  std::signal(SIGPIPE, before);
  return true;
}

}  // namespace

void page(std::string_view text, const Terminal& terminal) {
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  const char* const chosen = std::getenv("PAGER");
  const std::string command = chosen == nullptr ? "less" : chosen;
  if (lines >= terminal.height && !command.empty() && exists(command)) {
    setenv("LESS", "FRX", 0);  // colours; don't clear the screen at the end
    if (write_through(command, text)) return;
  }
  std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace fortnight::client
