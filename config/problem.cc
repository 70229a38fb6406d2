#include "config/problem.h"

namespace fortnight::config {

std::string Problem::to_string() const {
  std::string text = file;
  if (line > 0) text += ":" + std::to_string(line) + ":" + std::to_string(column);
  text += ": " + message;
  if (!expected.empty()) text += ", expected " + expected;
  if (!nearest.empty()) text += "; did you mean `" + nearest + "`?";
  return text;
}

}  // namespace fortnight::config
