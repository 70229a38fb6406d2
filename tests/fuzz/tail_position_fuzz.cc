// A tail position of arbitrary bytes with a corrected checksum; if it is valid, encoding it again
// restores its content.
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
