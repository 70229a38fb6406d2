// Detects what a connection begins with: lines, or another protocol on the wrong port. A browser
// can be made to send HTTP to any port, with a body that looks like lines, so nothing of such a
// connection is accepted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fortnight::daemon {

// Inspects a connection's bytes up to the end of its first line that isn't empty. Holds only the
// last bytes of the line. Not thread-safe.
class Opening {
 public:
  enum class Kind : std::uint8_t { undecided, lines, http, tls };

  // The next bytes, in pieces of any size.
  Kind feed(std::string_view bytes);
  // The stream ended within the line.
  Kind finish();
  // The line is longer than allowed, so its end isn't known. If it begins with a method and a path,
  // it is treated as HTTP.
  Kind give_up();
  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  enum class Part : std::uint8_t { before, method, rest };
  void take(char c);
  [[nodiscard]] bool has_target() const;
  [[nodiscard]] bool ends_with_version() const;

  Kind kind_ = Kind::undecided;
  Part part_ = Part::before;
  char first_of_rest_ = 0;
  std::string method_;  // up to a maximum length
  std::string last_word_;
  bool in_word_ = false;
};

// The last line that the peer gets.
std::string_view wrong_port_line(Opening::Kind kind);
// "HTTP" or "TLS", for the log.
std::string_view name_of(Opening::Kind kind);

}  // namespace fortnight::daemon
