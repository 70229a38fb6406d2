// Journal files of arbitrary bytes with corrected checksums: replays them and walks the batches of
// their records.
#include <cstdint>
#include <string>
#include <string_view>

#include "storage/files/file_names.h"
#include "storage/journal/format.h"
#include "storage/journal/record.h"
#include "storage/journal/replay.h"
#include "tests/support/checksums.h"
#include "tests/support/simulated_file_system.h"

namespace {

using namespace fortnight;
using namespace fortnight::storage;

void put_file(std::string bytes, fortnight::faults::SimulatedFileSystem& files) {
  fortnight::tests::repair_journal(bytes);
  const auto header = decode_journal_header(bytes);
  const std::uint64_t number = header ? header->number : 1;
  files.put(FileName{FileKind::journal, number, 0}.path(), std::move(bytes));
}

Result<void> visit(std::uint64_t, std::string_view payload) {
  FORTNIGHT_ASSIGN(const Append append, decode_append(payload));
  std::string line;
  for (const Call& call : append.batch.calls) {
    line.clear();
    append_line(append.batch, call, line);
    for_each_id(append.batch, call, [](std::string_view, std::string_view) {});
  }
  return {};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  fortnight::faults::SimulatedFileSystem files;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t next = std::min(bytes.find(kJournalMagic, at + 1), bytes.size());
    put_file(std::string(bytes.substr(at, next - at)), files);
    at = next;
  }
  static_cast<void>(replay_journal(files, std::nullopt, {}, visit));
  static_cast<void>(replay_journal(files, 2, {1, 3}, visit));
  return 0;
}
