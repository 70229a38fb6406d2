// Splits a line into its skeleton and its scalars, and checks that it is JSON on the way.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight::intake {

// Containers within containers: far beyond what APIs log, and no input can exhaust a stack.
inline constexpr std::size_t kMaxDepth = 1024;

// A scalar's bytes in its line; of a string, those between its quotes.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t length = 0;
};

class LineSplitter {
 public:
  // `structurals` are those of `line` (which has no BOM): see Structurals. Whether it is JSON, but
  // for its escapes, which are the caller's to check; if so, the accessors describe it until the
  // next call.
  bool split(std::string_view line, std::span<const std::uint32_t> structurals);

  // From the first structural on, with storage::kHole for each scalar. Not for the root's being
  // none but an object.
  [[nodiscard]] const std::string& skeleton() const { return skeleton_; }
  [[nodiscard]] const std::vector<Span>& spans() const { return spans_; }

 private:
  bool add_scalar(std::uint32_t begin, std::uint32_t next);
  bool skip_key(std::uint32_t begin, std::uint32_t next);
  [[nodiscard]] std::uint32_t trimmed_end(std::uint32_t begin, std::uint32_t next) const;
  void copy_up_to(std::uint32_t end);

  std::string_view line_;
  std::string skeleton_;
  std::vector<Span> spans_;
  std::vector<char> open_;    // the closing brackets that are due
  std::uint32_t copied_ = 0;  // of the line, to the skeleton
};

}  // namespace fortnight::intake
