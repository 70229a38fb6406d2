#include "config/problem.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace fortnight::config {
namespace {

std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t above = row[j + 1];
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      row[j + 1] = std::min({above + 1, row[j] + 1, replaced});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::string Problem::to_string() const {
  std::string text = file;
  if (line > 0) text += ":" + std::to_string(line) + ":" + std::to_string(column);
  text += ": " + message;
  if (!expected.empty()) text += ", expected " + expected;
  if (!nearest.empty()) text += "; did you mean `" + nearest + "`?";
  return text;
}

std::string nearest_name(std::string_view name, std::span<const std::string> known) {
  std::string nearest;
  std::size_t fewest = std::string::npos;
  for (const std::string& candidate : known) {
    const std::size_t edits = edits_between(name, candidate);
    const bool near = 2 * edits <= std::max(name.size(), candidate.size());
    if (near && edits < fewest) {
      fewest = edits;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace fortnight::config
