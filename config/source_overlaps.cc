#include "config/source_overlaps.h"

#include <iterator>
#include <utility>

namespace fortnight::config {

void SourceOverlaps::add_listener(const Node& node, const std::string& where) {
  const auto [known, added] = listeners_.try_emplace(where, node.Mark().line + 1);
  if (added) return;
  problems_.add(
      node, "`" + where + "` is listened on twice, also by line " + std::to_string(known->second));
}

// That two patterns with wildcards have files in common can't be told without looking.
void SourceOverlaps::add_glob(const Node& node, const Glob& glob) {
  for (const Tailed& other : tailed_) {
    const bool same = other.glob.text() == glob.text();
    const bool covers = (glob.literal() && other.glob.matches(glob.text())) ||
                        (other.glob.literal() && glob.matches(other.glob.text()));
    if (!same && !covers) continue;
    problems_.add(node, "two sources read the same file: `" + glob.text() + "`, and `" +
                            other.glob.text() + "` of line " + std::to_string(other.line));
    break;
  }
  of_this_.push_back({glob, node.Mark().line + 1});
}

void SourceOverlaps::end_source() {
  std::move(of_this_.begin(), of_this_.end(), std::back_inserter(tailed_));
  of_this_.clear();
}

}  // namespace fortnight::config
