#include "tools/segment/salvage.h"

namespace fortnight::segment {
namespace {

using storage::Batch;
using storage::FileSystem;
using storage::PartReader;
using storage::Result;

constexpr std::size_t kCacheBytes = 16U << 20;
constexpr std::size_t kMaxCounting = 256U << 20;

}  // namespace

Result<Salvage> salvage_part(FileSystem& files, const StoredFile& damaged,
                             const std::string& path) {
  const storage::PartFooter& footer = damaged.part->footer();
  FORTNIGHT_ASSIGN(const auto writer,
                   storage::PartWriter::create(files, path, footer.summary.day, footer.effort));
  Salvage salvage;
  for (std::uint32_t block = 0; block < damaged.calls->blocks(); ++block) {
    const auto batch = damaged.calls->read_block(block);
    if (!batch) {
      ++salvage.lost_blocks;
      salvage.lost_calls += damaged.part->blocks()[block].rows;
      continue;
    }
    for (const storage::Call& call : batch->calls) FORTNIGHT_TRY(writer->add(*batch, call));
  }
  FORTNIGHT_ASSIGN(salvage.summary, writer->finish());
  if (salvage.summary.calls == 0) FORTNIGHT_TRY(files.remove(path));
  return salvage;
}

Result<std::vector<storage::RollupEntry>> count_calls(
    FileSystem& files, storage::Day day, const std::vector<std::string>& parts,
    const std::function<storage::FileName()>& new_name) {
  const auto cache = std::make_shared<storage::BlockCache>(kCacheBytes);
  std::vector<storage::RollupEntry> written;
  auto builder = storage::RollupBuilder::create(day);
  const auto write = [&]() -> Result<void> {
    const storage::FileName name = new_name();
    FORTNIGHT_ASSIGN(const std::uint64_t bytes, builder->write(files, name.path()));
    written.push_back({name, builder->calls(), bytes});
    builder = storage::RollupBuilder::create(day);
    return {};
  };
  for (const std::string& path : parts) {
    FORTNIGHT_ASSIGN(const auto part, PartReader::open(files, path, cache));
    for (std::uint32_t block = 0; block < part->blocks(); ++block) {
      FORTNIGHT_ASSIGN(const Batch batch, part->read_block(block));
      for (const storage::Call& call : batch.calls) builder->add(batch, call);
      if (builder->memory() > kMaxCounting) FORTNIGHT_TRY(write());
    }
  }
  FORTNIGHT_TRY(write());
  return written;
}

}  // namespace fortnight::segment
