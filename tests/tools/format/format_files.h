// Samples for the tests of fortnight-format.
#pragma once

#include <fstream>
#include <string>

#include "base/time.h"
#include "tests/support/temporary_directory.h"
#include "tools/format/sample.h"

namespace fortnight::format {

// 2026-11-20T12:00:00Z
inline constexpr TimeNs kTestNow = 1'795'176'000 * kNsPerSecond;

// Lines in a file of their own.
class SampleFile {
 public:
  explicit SampleFile(const std::string& text, const std::string& name = "shop.json")
      : path_(directory_.path() + "/" + name) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  tests::TemporaryDirectory directory_;
  std::string path_;
};

// A line with the bytes after it that parsers read.
class PaddedLine {
 public:
  explicit PaddedLine(const std::string& text) : text_(text + std::string(64, '\0')) {
    line_.bytes = std::string_view(text_).substr(0, text.size());
  }
  [[nodiscard]] const Line& line() const { return line_; }

 private:
  std::string text_;
  Line line_;
};

}  // namespace fortnight::format
