#include "bench/generated_calls.h"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "config/config.h"
#include "intake/mapper.h"
#include "tools/generate/call_writer.h"
#include "tools/generate/traffic.h"
#include "tools/generate/world.h"

namespace fortnight::bench {
namespace {

constexpr std::uint64_t kKeptCalls = 65'536;
constexpr std::uint64_t kSeed = 1;
constexpr std::uint32_t kAccounts = 2000;

}  // namespace

void for_each_batch(std::uint64_t calls, const std::function<void(const storage::Batch&)>& visit) {
  const generate::World world(kSeed, kAccounts);
  generate::CallWriter writer(world, kSeed);
  const generate::Micros start = day_start(kDay) / 1000;
  generate::Traffic traffic(start, start + generate::kDay, calls, kSeed);
  generate::Random random(kSeed);
  const config::Config config = config::default_config();
  intake::Mapper mapper(intake::mapper_settings(config, config.sources.front()));
  storage::Append append;
  std::uint64_t seq = 0;
  const auto flush = [&] {
    for (storage::Call& call : append.batch.calls) call.seq = ++seq;
    visit(append.batch);
    append.batch.clear();
  };
  while (const auto time = traffic.next(random)) {
    mapper.map_copy(writer.write(*time).line, 0, day_start(kDay + 1), append);
    if (append.batch.calls.size() == kBatchCalls) flush();
  }
  if (!append.batch.empty()) flush();
}

const std::vector<storage::Batch>& kept_batches() {
  static const std::vector<storage::Batch> kept = [] {
    std::vector<storage::Batch> batches;
    for_each_batch(kKeptCalls, [&](const storage::Batch& batch) { batches.push_back(batch); });
    return batches;
  }();
  return kept;
}

ScratchDirectory::ScratchDirectory()
    : path_(std::filesystem::temp_directory_path() / "fortnight-bench-XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp: " + path_);
  files_ = storage::posix_file_system(path_);
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace fortnight::bench
