// Reads a part of arbitrary bytes with corrected checksums in every way. Offsets must stay within
// the file, loops must end, and memory must be bounded.
#include <cstdint>
#include <string>

#include "storage/files/block_cache.h"
#include "storage/part/block_calls.h"
#include "storage/part/block_reader.h"
#include "storage/part/file.h"
#include "storage/part/part.h"
#include "storage/part/verify.h"
#include "tests/support/checksums.h"
#include "tests/support/simulated_file_system.h"

namespace {

using namespace fortnight;
using namespace fortnight::storage;

// Maximum memory and number of calls of each reader.
constexpr std::size_t kCacheBytes = 4U << 20;
constexpr std::uint64_t kMostCalls = 200;

CallQuery asking(Predicate::Subject subject, TextPattern pattern) {
  Predicate predicate;
  predicate.subject = subject;
  predicate.patterns = {std::move(pattern)};
  CallQuery query;
  query.predicates = {std::move(predicate)};
  return query;
}

std::vector<CallQuery> questions() {
  CallQuery all;
  all.order = Order::oldest_first;
  all.with_line = true;
  CallQuery by_path = asking(Predicate::Subject::field, {{"", "things/1", ""}});
  by_path.predicates[0].field = TextField::path;
  CallQuery by_pointer = asking(Predicate::Subject::pointer, {{"7"}});
  by_pointer.predicates[0].name = "/price";
  return {all,
          by_path,
          by_pointer,
          asking(Predicate::Subject::field, {{"A7"}}),
          asking(Predicate::Subject::any_id, {{"odd-1"}}),
          asking(Predicate::Subject::text, {{"abc"}})};
}

void ask(const PartReader& part) {
  for (const CallQuery& query : questions()) {
    ScanSummary summary;
    std::uint64_t left = kMostCalls;
    static_cast<void>(part.scan(
        query, {}, [&](CallRecord&&) { return --left > 0; }, summary));
  }
  CountQuery count;
  count.edges = {kMinTime, day_start(part.summary().day), kMaxTime};
  count.by_status = true;
  CountAnswer answer;
  static_cast<void>(part.count(count, {}, answer));
  static_cast<void>(part.fetch({part.summary().day, part.summary().min_seq + 1}, {}));
}

void walk(const Batch& batch) {
  std::string line;
  for (const Call& call : batch.calls) {
    line.clear();
    append_line(batch, call, line);
    for_each_id(batch, call, [](std::string_view, std::string_view) {});
  }
}

// Reads like repair does for a part that can't be opened.
void save(FileSystem& files, const std::shared_ptr<BlockCache>& cache) {
  const auto part = PartFile::open_damaged(files, "part", cache);
  if (!part) return;
  for (std::uint32_t block = 0; block < (*part)->blocks().size(); ++block) {
    const auto reader = BlockReader::open(*part, block);
    const auto batch = reader ? decode_calls(**reader) : reader.error();
    if (batch) walk(*batch);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  fortnight::tests::repair_part(bytes);
  fortnight::faults::SimulatedFileSystem files;
  files.put("part", std::move(bytes));
  const auto cache = std::make_shared<BlockCache>(kCacheBytes);
  const auto part = PartReader::open(files, "part", cache);
  if (!part) {
    save(files, cache);
    return 0;
  }
  ask(**part);
  for (std::uint32_t block = 0; block < (*part)->blocks(); ++block) {
    if (const auto batch = (*part)->read_block(block)) walk(*batch);
  }
  static_cast<void>(verify_part(PartFile::open(files, "part", cache).value()));
  return 0;
}
