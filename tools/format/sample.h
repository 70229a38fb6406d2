// The lines of a sample: a file, or standard input.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/error.h"
#include "intake/framing.h"

namespace fortnight::format {

// A line, as the daemon frames it. intake::LineFramer::kPadding bytes after it are readable.
using Line = intake::LineFramer::Line;
using Lines = std::vector<Line>;

// The name of a sample, for people.
std::string sample_name(const std::string& path);

// Reads a sample once, from its beginning. Not thread-safe.
class SampleReader {
 public:
  // "-" is standard input. ErrorCode::io if the file can't be opened.
  static Result<SampleReader> open(const std::string& path, std::size_t max_line_bytes);

  // Reads the first lines and keeps them; they are the next to be visited. Call it once at most.
  // Errors: those of for_each().
  Result<void> keep_first(std::size_t max_lines, std::size_t max_bytes);
  // The kept lines.
  [[nodiscard]] Lines kept() const;
  // Whether the kept lines are all.
  [[nodiscard]] bool kept_all() const { return ended_; }

  // Passes each line to `visit`, which may use it during the visit only. ErrorCode::io: the file
  // can't be read; ErrorCode::invalid: it is compressed.
  Result<void> for_each(const std::function<void(const Line&)>& visit);

 private:
  struct Kept {
    std::string padded;
    Line line;  // without its bytes
    std::size_t length = 0;
    [[nodiscard]] Line whole() const;
  };

  SampleReader(std::string name, Descriptor file, std::size_t max_line_bytes)
      : name_(std::move(name)), file_(std::move(file)), framer_(max_line_bytes) {}
  // The next line; nothing at the end.
  Result<std::optional<Line>> next();
  Result<std::size_t> fill();

  std::string name_;
  Descriptor file_;
  intake::LineFramer framer_;
  std::vector<Kept> kept_;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace fortnight::format
