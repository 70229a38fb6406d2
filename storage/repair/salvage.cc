#include "storage/repair/salvage.h"

#include <algorithm>

#include "storage/part/block_calls.h"
#include "storage/part/block_reader.h"
#include "storage/rollup/rollup.h"

namespace fortnight::storage {
namespace {

constexpr std::size_t kSalvageCacheBytes = 16U << 20;
constexpr std::size_t kMaxCounting = 256U << 20;

}  // namespace

DamagedBlock damaged_block(std::uint32_t number, const BlockEntry& entry, std::string reason) {
  return {number, entry.rows, entry.min_ts, entry.max_ts, std::move(reason), false};
}

void add_seqs(const std::shared_ptr<const PartFile>& part, Seqs& seqs) {
  for (std::uint32_t block = 0; block < part->blocks().size(); ++block) {
    const auto reader = BlockReader::open(part, block);
    if (!reader) continue;
    const auto numbers = (*reader)->numbers(FieldColumn::seq);
    if (numbers) seqs.insert(seqs.end(), numbers->begin(), numbers->end());
  }
  std::sort(seqs.begin(), seqs.end());
}

Seqs live_seqs(const Inspection& store, Day day) {
  Seqs seqs;
  for (const StoredFile& file : store.opened) {
    const auto& part = file.part ? file.part : file.remains;
    if (part && part->footer().summary.day == day) add_seqs(part, seqs);
  }
  return seqs;
}

Result<Salvage> salvage(const std::shared_ptr<const PartFile>& part, const Seqs& known,
                        PartWriter* writer) {
  Salvage salvage;
  std::uint64_t listed = 0;
  for (std::uint32_t block = 0; block < part->blocks().size(); ++block) {
    const BlockEntry& entry = part->blocks()[block];
    listed += entry.rows;
    const auto batch = decode_calls(part, block);
    if (!batch) {
      salvage.lost.push_back(damaged_block(block, entry, batch.error().message));
      salvage.lost.back().partly_readable = BlockReader::open(part, block).has_value();
      salvage.lost_calls += entry.rows;
      continue;
    }
    for (const Call& call : batch->calls) {
      if (std::binary_search(known.begin(), known.end(), call.seq)) continue;
      ++salvage.saved;
      if (writer != nullptr) FORTNIGHT_TRY(writer->add(*batch, call));
    }
  }
  const std::uint64_t calls = part->footer().summary.calls;
  salvage.unfound_calls = calls > listed ? calls - listed : 0;
  salvage.lost_calls += salvage.unfound_calls;
  return salvage;
}

Result<std::vector<RollupEntry>> count_calls(FileSystem& files, Day day,
                                             const std::vector<std::string>& parts,
                                             const std::function<FileName()>& new_name) {
  const auto cache = std::make_shared<BlockCache>(kSalvageCacheBytes);
  std::vector<RollupEntry> written;
  auto builder = RollupBuilder::create(day);
  const auto write = [&]() -> Result<void> {
    const FileName name = new_name();
    FORTNIGHT_ASSIGN(const std::uint64_t bytes, builder->write(files, name.path()));
    written.push_back({name, builder->calls(), bytes});
    builder = RollupBuilder::create(day);
    return {};
  };
  for (const std::string& path : parts) {
    FORTNIGHT_ASSIGN(const auto part, PartReader::open(files, path, cache));
    for (std::uint32_t block = 0; block < part->blocks(); ++block) {
      FORTNIGHT_ASSIGN(const Batch batch, part->read_block(block));
      for (const Call& call : batch.calls) builder->add(batch, call);
      if (builder->memory() > kMaxCounting) FORTNIGHT_TRY(write());
    }
  }
  FORTNIGHT_TRY(write());
  return written;
}

}  // namespace fortnight::storage
