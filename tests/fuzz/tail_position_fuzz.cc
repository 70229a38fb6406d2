// A tail's position of any bytes, its checksum put right; what it says is said again by its own
// encoding.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "daemon/tail/position.h"
#include "tests/support/checksums.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using fortnight::daemon::TailPosition;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  fortnight::tests::repair_last_32(bytes);
  const auto position = TailPosition::decode(bytes);
  if (position && TailPosition::decode(position->encode()) != position) std::abort();
  return 0;
}
