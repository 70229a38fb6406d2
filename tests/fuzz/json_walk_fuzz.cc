// A walk over arbitrary bytes, and a search for a pointer in them, stay within the bytes and end.
// The pointer is the input before the first LF.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/json_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fortnight;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t line_end = bytes.find('\n');
  if (line_end == std::string_view::npos) return 0;
  const std::string_view json = bytes.substr(line_end + 1);
  std::size_t tokens = 0;
  for (JsonWalk walk(json); walk.next() != JsonWalk::Token::end; ++tokens) {
    if (tokens > json.size()) std::abort();
  }
  const auto pointer = JsonPointer::parse(bytes.substr(0, line_end));
  if (!pointer) return 0;
  const auto scalar = find_scalar(json, *pointer);
  if (scalar && scalar->ordinal >= json.size()) std::abort();
  return 0;
}
