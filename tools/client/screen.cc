#include "tools/client/screen.h"

#include <unistd.h>

#include <cstdio>
#include <string>

namespace fortnight::client {
namespace {

// The other screen of terminals, which has no history.
constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view kLeave = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view kHome = "\x1b[H";
constexpr std::string_view kClearLine = "\x1b[K";
constexpr std::string_view kClearBelow = "\x1b[J";

void send(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace

Screen::Screen() : has_keys_(::tcgetattr(STDIN_FILENO, &before_) == 0) { enter(); }

Screen::~Screen() { leave(); }

void Screen::enter() {
  if (entered_) return;
  entered_ = true;
  if (has_keys_) {
    termios keys = before_;
    keys.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &keys);
  }
  send(kEnter);
}

void Screen::leave() {
  if (!entered_) return;
  entered_ = false;
  send(kLeave);
  if (has_keys_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_);
}

// Lines are overwritten, so that the picture doesn't flicker. The last one has no line end, which
// would scroll a full terminal.
void Screen::show(std::string_view text) {
  std::string out(kHome);
  bool first = true;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (!first) out += "\r\n";
    first = false;
    out.append(text.substr(0, end)).append(kClearLine);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  send(out.append(kClearBelow));
}

}  // namespace fortnight::client
