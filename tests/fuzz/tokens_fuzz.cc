// The file of tokens and people, or a token's text, of arbitrary bytes.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "access/people.h"
#include "access/tokens.h"
#include "tests/support/simulated_file_system.h"

namespace {

using namespace fortnight;

void require(bool condition) {
  if (!condition) std::abort();
}

struct Loaded {
  explicit Loaded(storage::FileSystem& files) : file(files), tokens(file) {}
  access::AccessFile file;
  access::Tokens tokens;
  access::PasswordHasher hasher;
  access::Sessions sessions;
  access::People people{file, hasher, sessions};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  faults::SimulatedFileSystem files;
  files.put(std::string(access::kAccessFile), bytes);
  Loaded loaded(files);
  access::Tokens& tokens = loaded.tokens;
  require(tokens.find(bytes, 0) == nullptr);
  const access::Grant grant{access::Rights::reading()};
  require(!tokens.issue({"a-name-of-the-fuzzer's", grant, {}}, 0));
  const auto added = tokens.issue({"fuzzer", grant, {}}, 0);
  if (loaded.file.unreadable()) {
    require(!added && !loaded.people.find("fuzzer"));
    require(!loaded.people.set_disabled("fuzzer", true));
    require(files.contents(std::string(access::kAccessFile)) == bytes);
    return 0;
  }
  for (const access::Person& person : loaded.people.list()) {
    require(access::person_name(person.name) == person.name);
    require(access::is_password_hash(person.password));
    require(loaded.people.set_disabled(person.name, true).has_value());
  }
  // What was read is written so that it is read again.
  const std::size_t count = tokens.list().size();
  if (!added) return 0;
  require(tokens.find(*added, 0) != nullptr);
  const Loaded again(files);
  require(!again.file.unreadable() && again.tokens.list().size() == count);
  require(again.people.list().size() == loaded.people.list().size());
  for (const access::Person& person : again.people.list()) require(person.disabled);
  return 0;
}
