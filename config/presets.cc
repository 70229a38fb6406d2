#include "config/presets.h"

#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "config/read_format.h"

namespace fortnight::config {

// CMake generates it from config/presets/*.yaml: each file's name without its extension, and its
// text.
extern const std::vector<std::pair<std::string_view, std::string_view>> kPresetTexts;

const std::map<std::string, Format>& preset_formats() {
  static const std::map<std::string, Format> formats = [] {
    std::map<std::string, Format> all;
    for (const auto& [name, text] : kPresetTexts) {
      Problems problems(std::string(name) + ".yaml");
      read_format(problems, YAML::Load(std::string(text)), std::string(name), {},
                  all[std::string(name)]);
      if (!problems.none()) throw std::logic_error(problems.take().front().to_string());
    }
    return all;
  }();
  return formats;
}

const std::vector<std::pair<std::string_view, std::string_view>>& preset_texts() {
  return kPresetTexts;
}

}  // namespace fortnight::config
