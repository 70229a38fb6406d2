// A line as a flat list of its scalars, each with the JSON pointer that a format would name it by.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "intake/line_marks.h"
#include "intake/split_line.h"
#include "intake/structurals.h"

namespace fortnight::format {

struct FlatValue {
  std::string pointer;
  std::string text;  // a string decoded; another scalar as written
  bool is_string = false;

  [[nodiscard]] bool is_null() const { return !is_string && text == "null"; }
};

// Not thread-safe.
class Flattener {
 public:
  // Nothing if the line isn't a JSON object. Of an array, only the first element is listed; if that
  // is a scalar, under the pointer to the array. Each pointer is listed once.
  // intake::LineFramer::kPadding bytes after the line must be readable.
  std::optional<std::vector<FlatValue>> flatten(std::string_view line);

 private:
  [[nodiscard]] bool is_object(std::string_view line);

  intake::Structurals structurals_;
  intake::LineMarks marks_;
  intake::LineSplitter splitter_;
};

// Appends a step to a JSON pointer, escaped.
void append_step(std::string_view step, std::string& pointer);
// The last step of a pointer, decoded; empty if there is none.
std::string last_step(std::string_view pointer);

}  // namespace fortnight::format
