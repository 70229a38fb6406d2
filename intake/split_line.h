// Splits a line into its skeleton and its scalars, and checks that it is JSON on the way. Every
// line passes through here, so it walks the structural characters that simdjson has found, which is
// faster than base/json_walk.h and checks the grammar.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight::intake {

// Maximum nesting of containers: far more than APIs log, and bounded against hostile input.
inline constexpr std::size_t kMaxDepth = 1024;

// A scalar's bytes in its line; of a string, the bytes between its quotes.
struct Span {
  std::uint32_t begin = 0;
  std::uint32_t length = 0;
};

class LineSplitter {
 public:
  // `structurals` are those of `line`, which must have no BOM: see Structurals. Returns whether the
  // line is JSON, except for its escapes, which the caller checks. If true, the accessors describe
  // the line until the next call.
  bool split(std::string_view line, std::span<const std::uint32_t> structurals);

  // Begins at the first structural and has storage::kHole for each scalar. Only valid if the root
  // is an object.
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
  std::vector<char> open_;    // closing brackets that are still missing
  std::uint32_t copied_ = 0;  // bytes of the line copied to the skeleton
};

}  // namespace fortnight::intake
