// What two sources, or a source and the query port, can't both have: an address, or a file.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/glob.h"
#include "config/yaml_reader.h"

namespace fortnight::config {

// Sees what is listened on and tailed as it is read, and reports what was seen before.
class SourceOverlaps {
 public:
  explicit SourceOverlaps(Problems& problems) : problems_(problems) {}

  // HOST:PORT or a socket's path. A port of 0 is nobody's.
  void add_listener(const Node& node, const std::string& where);
  // A pattern of the source at hand. Within one source patterns may overlap: each file is read
  // once.
  void add_glob(const Node& node, const Glob& glob);
  void end_source();

 private:
  struct Tailed {
    Glob glob;
    int line;
  };
  Problems& problems_;
  std::map<std::string, int> listeners_;  // by line
  std::vector<Tailed> tailed_;            // by other sources
  std::vector<Tailed> of_this_;
};

}  // namespace fortnight::config
