// A proposal as a configuration to paste.
#pragma once

#include <string>

#include "tools/format/proposal.h"

namespace fortnight::format {

// A format's name for a sample: of the file's name, and of no preset.
std::string format_name(const std::string& sample);

// The YAML of the format alone, without its name, each line indented by `indent` blanks and, if
// `commented`, with its confidence and example.
std::string mapping_yaml(const Proposal& proposal, std::size_t indent, bool commented);

// A whole configuration: the format (if `mapping` isn't empty), and a source that tails the sample
// with it.
std::string configuration_yaml(const std::string& format, const std::string& mapping,
                               const std::string& sample);

// What the proposal couldn't find, one sentence each.
std::vector<std::string> not_found(const Proposal& proposal);

}  // namespace fortnight::format
