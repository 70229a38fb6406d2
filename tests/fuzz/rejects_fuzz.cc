// A file of rejects of arbitrary bytes with a corrected checksum.
#include <cstdint>
#include <string>

#include "storage/engine/rejects.h"
#include "tests/support/checksums.h"
#include "tests/support/simulated_file_system.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  fortnight::tests::repair_last_64(bytes);
  fortnight::faults::SimulatedFileSystem files;
  files.put("rejects", std::move(bytes));
  static_cast<void>(fortnight::storage::read_rejects(files, "rejects"));
  return 0;
}
