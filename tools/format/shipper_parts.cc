#include "tools/format/shipper_parts.h"

#include <fstream>
#include <iterator>

#include "base/ascii.h"

namespace fortnight::format {

void add_word(ShippedFiles& files, const std::string& word) {
  if (!word.empty()) files.words.push_back(lower(word));
}

std::string escaped(const std::string& path, std::string_view characters) {
  if (path.find("${") != std::string::npos) return path;
  std::string out;
  for (const char c : path) {
    if (characters.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string pattern(std::string path) {
  for (std::size_t i = path.find("[^"); i != std::string::npos; i = path.find("[^", i + 2)) {
    path[i + 1] = '!';
  }
  return path.ends_with("/**") ? path + "/*" : path;
}

void note_excluded(ShippedFiles& files, const std::vector<std::string>& excluded) {
  for (const std::string& path : excluded) {
    files.notes.push_back("it leaves out " + path + ": choose `paths` that don't match these");
  }
}

Result<std::string> text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return io_error("can't read " + path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return io_error("can't read " + path);
  return text;
}

}  // namespace fortnight::format
