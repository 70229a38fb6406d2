// Reads the configuration's `sources`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/listeners.h"
#include "config/load.h"
#include "config/yaml_reader.h"

namespace fortnight::config {

// What it needs beside the file. All must outlive the call.
struct SourceReading {
  Problems& problems;
  const Surroundings& surroundings;
  Listeners& listeners;
  const std::map<std::string, Format>& formats;
};
void read_sources(const SourceReading& reading, const Node& node, std::vector<Source>& sources);

}  // namespace fortnight::config
