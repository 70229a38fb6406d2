// The file of tokens, or a token's text, of arbitrary bytes.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "access/tokens.h"
#include "tests/support/simulated_file_system.h"

namespace {

using namespace fortnight;

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  faults::SimulatedFileSystem files;
  files.put(std::string(access::kTokensFile), bytes);
  access::Tokens tokens(files);
  require(tokens.find(bytes, 0) == nullptr);
  const auto issued =
      tokens.issue({"a-name-of-the-fuzzer's", access::Rights::reading(), {}, {}}, 0);
  require(!issued);
  const auto added = tokens.issue({"fuzzer", access::Rights::reading(), {}, {}}, 0);
  if (tokens.unreadable()) {
    require(!added && tokens.list().empty());
    return 0;
  }
  // What was read is written so that it is read again.
  const std::size_t count = tokens.list().size();
  if (!added) return 0;
  require(tokens.find(*added, 0) != nullptr);
  const access::Tokens again(files);
  require(!again.unreadable() && again.list().size() == count);
  return 0;
}
