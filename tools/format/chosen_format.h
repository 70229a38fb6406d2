// The format that a command line names.
#pragma once

#include <string>

#include "base/error.h"
#include "config/config.h"

namespace fortnight::format {

struct ChosenFormat {
  std::string name;
  // Has the format under its name. Its redaction, retention and limits apply.
  config::Config config;
};

// `format` is the name of a preset or of a format in the file `configuration` (may be empty), or
// the path of a YAML file that has one format: the format alone, or a configuration.
// ErrorCode::invalid if there is none, or if a file has mistakes; the message lists them.
Result<ChosenFormat> choose_format(const std::string& format, const std::string& configuration);

// A daemon's configuration. ErrorCode::invalid as above.
Result<config::Config> load_configuration(const std::string& file);

// The format of a YAML text, under this name and with the defaults of a configuration. `file` names
// the text in messages. ErrorCode::invalid as above.
Result<ChosenFormat> parse_format(const std::string& yaml, const std::string& file,
                                  const std::string& name);

}  // namespace fortnight::format
