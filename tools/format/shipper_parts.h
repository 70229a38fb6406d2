// What the readers of the shippers' configurations share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/format/shippers.h"

namespace fortnight::format {

// Where Kubernetes and Docker have the logs of containers.
inline constexpr const char* kPods = "/var/log/pods/*/*/*.log";
inline constexpr const char* kContainers = "/var/lib/docker/containers/*/*-json.log";

// Appends the word in lower case, unless it is empty.
void add_word(ShippedFiles& files, const std::string& word);
// Escapes characters that only Fortnight's patterns have a meaning for. A path with a variable of
// the environment can't be taken over anyway.
std::string escaped(const std::string& path, std::string_view characters);
// "[^a]" is "[!a]" here, and "/var/log/**" is every file below it.
std::string pattern(std::string path);
void note_excluded(ShippedFiles& files, const std::vector<std::string>& excluded);

// ErrorCode::io: it can't be read.
Result<std::string> text_of_file(const std::string& path);

}  // namespace fortnight::format
