// What the configuration of another log shipper says of the files that it follows: Promtail,
// Filebeat or Vector.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace fortnight::format {

// Files that it follows, and what it says of them.
struct ShippedFiles {
  std::string of;                  // the part of the configuration: "sources.web"
  std::string name;                // for a source
  std::vector<std::string> paths;  // patterns, as `paths` of a tail has them (config/glob.h)
  // Labels, tags and names, in lower case, which may name the producer.
  std::vector<std::string> words;
  bool from_end = false;           // lines that the files already have aren't read
  std::vector<std::string> notes;  // what else it does, for people
};

struct Shipper {
  std::string name;  // "Vector"
  std::vector<ShippedFiles> files;
  std::vector<std::string> notes;  // parts that follow no files, for people
};

// Reads YAML, or TOML if the file's name ends in ".toml". ErrorCode::io: the file can't be read;
// ErrorCode::invalid: it is neither, or no such configuration.
Result<Shipper> read_shipper(const std::string& path);
// The same from the file's text. Files that it includes are read, from the path's directory if
// their paths are relative.
Result<Shipper> parse_shipper(const std::string& text, const std::string& path);

}  // namespace fortnight::format
