// Any text as a configuration is either loaded or has problems, never both and never neither.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  fortnight::config::Surroundings surroundings;
  surroundings.zone_known = [](std::string_view name) { return name.size() % 2 == 0; };
  const auto loaded = fortnight::config::load_text(text, "fuzz.yaml", surroundings);
  if (loaded.config.has_value() != loaded.problems.empty()) std::abort();
  return 0;
}
