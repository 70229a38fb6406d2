// The addresses that sources and the query port listen on. Each may be used once.
#pragma once

#include <map>
#include <string>

#include "config/yaml_reader.h"

namespace fortnight::config {

class ListenAddresses {
 public:
  explicit ListenAddresses(Problems& problems) : problems_(problems) {}

  // Adds HOST:PORT or a socket's path, or reports it as a duplicate. Requires a port other than 0.
  void add(const Node& node, const std::string& where);

 private:
  Problems& problems_;
  std::map<std::string, int> lines_;
};

}  // namespace fortnight::config
