// A manifest of arbitrary bytes with a corrected checksum; if it is valid, encoding it again
// restores its content.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "storage/engine/manifest.h"
#include "tests/support/checksums.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fortnight;
  using namespace fortnight::storage;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  fortnight::tests::repair_last_64(bytes);
  const auto manifest = decode_manifest(bytes);
  if (!manifest) return 0;
  static_cast<void>(manifest->names());
  const std::string encoded = encode_manifest(*manifest);
  const auto again = decode_manifest(encoded);
  if (!again || encode_manifest(*again) != encoded) std::abort();
  return 0;
}
