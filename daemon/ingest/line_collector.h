// Collects the lines of a request, up to a limit.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "daemon/http/problem.h"

namespace fortnight::daemon {

class LineCollector {
 public:
  explicit LineCollector(std::size_t most) : most_(most) {}

  // To append a line's bytes to. They must have no LF.
  [[nodiscard]] std::string& text() { return text_; }
  // Ends the line. Returns false if there are too many bytes: nothing more is needed.
  bool end_line() {
    text_ += '\n';
    return !full();
  }
  // Adds a line. Its line breaks become blanks: those of JSON are between its tokens.
  bool add(std::string_view line) {
    const std::size_t begin = text_.size();
    text_ += line;
    for (std::size_t lf = text_.find('\n', begin); lf != std::string::npos;
         lf = text_.find('\n', lf)) {
      text_[lf] = ' ';
    }
    return end_line();
  }
  [[nodiscard]] bool full() const { return text_.size() > most_; }
  [[nodiscard]] Problem too_long() const {
    return {413, "too-long",
            "the request's records have more than " + std::to_string(most_ >> 10) + " KiB"};
  }
  // Requires that it isn't full.
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  const std::size_t most_;
  std::string text_;
};

}  // namespace fortnight::daemon
