#include "storage/repair/salvage.h"

#include <algorithm>

#include "storage/part/block_calls.h"
#include "storage/part/block_reader.h"
#include "storage/rollup/rollup.h"

namespace fortnight::storage {
namespace {

constexpr std::size_t kSalvageCacheBytes = 16U << 20;
constexpr std::size_t kMaxCounting = 256U << 20;

// Adds the numbers of the rows that `wanted` accepts.
template <typename Wanted>
void add_seqs_if(const std::shared_ptr<const PartFile>& part, Wanted&& wanted, Seqs& seqs) {
  for (std::uint32_t block = 0; block < part->blocks().size(); ++block) {
    const auto reader = BlockReader::open(part, block);
    if (!reader) continue;
    const auto numbers = (*reader)->numbers(FieldColumn::seq);
    if (!numbers) continue;
    for (std::size_t row = 0; row < numbers->size(); ++row) {
      if (!wanted(part->blocks()[block].first_row + row)) continue;
      seqs.push_back(static_cast<std::uint64_t>((*numbers)[row]));
    }
  }
  std::sort(seqs.begin(), seqs.end());
}

}  // namespace

DamagedBlock damaged_block(std::uint32_t number, const BlockEntry& entry, std::string reason) {
  return {number, entry.rows, entry.min_ts, entry.max_ts, std::move(reason), false};
}

void add_seqs(const std::shared_ptr<const PartFile>& part, Seqs& seqs) {
  add_seqs_if(
      part, [](std::uint64_t) { return true; }, seqs);
}

void add_seqs(const std::shared_ptr<const PartFile>& part, const ErasedRows& rows, Seqs& seqs) {
  if (rows == nullptr) return;
  add_seqs_if(
      part, [&](std::uint64_t row) { return rows->contains(static_cast<std::uint32_t>(row)); },
      seqs);
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
