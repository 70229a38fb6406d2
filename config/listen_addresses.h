// Addresses that sources and the query port listen on: no two can have the same.
#pragma once

#include <map>
#include <string>

#include "config/yaml_reader.h"

namespace fortnight::config {

class ListenAddresses {
 public:
  explicit ListenAddresses(Problems& problems) : problems_(problems) {}

  // HOST:PORT or a socket's path. Reports one that was added before. A port of 0 is nobody's.
  void add(const Node& node, const std::string& where);

 private:
  Problems& problems_;
  std::map<std::string, int> lines_;
};

}  // namespace fortnight::config
