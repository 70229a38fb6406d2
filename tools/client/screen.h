// The whole terminal for as long as the object lives: an empty screen without cursor, where keys
// are read as they are pressed. What was on the terminal before comes back afterwards.
#pragma once

#include <termios.h>

#include <string_view>

namespace fortnight::client {

class Screen {
 public:
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // Gives the terminal back until enter(), as for a suspended program. Both may be repeated.
  void leave();
  void enter();
  // Shows `text`, whose lines end with "\n" and fit the terminal, in place of what is shown.
  void show(std::string_view text);

 private:
  termios before_{};
  bool has_keys_ = false;  // standard input is a terminal
  bool entered_ = false;
};

}  // namespace fortnight::client
