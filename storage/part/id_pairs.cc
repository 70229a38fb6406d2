#include "storage/part/id_pairs.h"

#include <algorithm>
#include <boost/sort/spreadsort/integer_sort.hpp>
#include <string_view>

#include "base/bytes.h"
#include "base/require.h"

namespace fortnight::storage {
namespace {

// In memory order: only this process reads the file.
std::span<char> bytes_of(std::vector<std::uint32_t>& hashes) {
  return {reinterpret_cast<char*>(hashes.data()), hashes.size() * sizeof(hashes[0])};
}

}  // namespace

IdPairs::~IdPairs() {
  if (file_ == nullptr) return;
  reading_.reset();
  file_.reset();
  (void)files_.remove(path_);  // otherwise the next start removes it, by its temporary name
}

void IdPairs::add(std::uint64_t hash, std::uint32_t block) {
  FORTNIGHT_REQUIRE(block >= last_block_ && block < 1U << 24);
  Share& share = shares_[hash >> 56];
  const std::size_t before = share.steps.size();
  share.hashes.push_back(static_cast<std::uint32_t>(hash >> 24));
  ByteWriter(share.steps).varint(block - share.block);
  share.block = block;
  last_block_ = block;
  held_ += sizeof(share.hashes[0]) + share.steps.size() - before;
}

Result<void> IdPairs::make_room() { return held_ > memory_ ? write_out() : Result<void>(); }

Result<void> IdPairs::write_out() {
  if (file_ == nullptr) {
    FORTNIGHT_ASSIGN(file_, files_.create(path_));
  }
  std::string bytes;
  std::uint64_t offset = written_;
  for (Share& share : shares_) {
    if (share.hashes.empty()) continue;
    share.runs.push_back({offset, static_cast<std::uint32_t>(share.hashes.size()),
                          static_cast<std::uint32_t>(share.steps.size())});
    const std::span<const char> hashes = bytes_of(share.hashes);
    bytes.append(hashes.data(), hashes.size());
    bytes += share.steps;
    offset = written_ + bytes.size();
    share.hashes.clear();
    share.steps.clear();
  }
  FORTNIGHT_TRY(file_->write(written_, bytes));
  written_ = offset;
  held_ = 0;
  return {};
}

Result<std::uint64_t> IdPairs::settle() {
  if (settled_) return *settled_;
  std::uint64_t count = 0;
  for (std::size_t share = 0; share < kShares; ++share) {
    Entries& entries = file_ == nullptr ? sorted_[share] : scratch_;
    FORTNIGHT_TRY(sort(share, entries));
    count += entries.size();
    if (file_ == nullptr) shares_[share] = {};
  }
  settled_ = count;
  return count;
}

Result<std::vector<std::uint64_t>> IdPairs::drop_frequent(std::uint32_t most) {
  FORTNIGHT_TRY(settle());
  std::vector<std::uint64_t> frequent;
  for (std::size_t share = 0; share < kShares; ++share) {
    FORTNIGHT_ASSIGN(const std::span<const std::uint64_t> entries, sorted(share));
    for (auto begin = entries.begin(); begin != entries.end();) {
      const std::uint64_t hash = *begin >> kBlockBits;
      const auto end = std::find_if(
          begin, entries.end(), [&](std::uint64_t entry) { return entry >> kBlockBits != hash; });
      if (end - begin > most) frequent.push_back(hash);
      begin = end;
    }
  }
  dropped_ = frequent;
  std::uint64_t count = 0;
  for (std::size_t share = 0; share < kShares; ++share) {
    if (file_ == nullptr) drop(sorted_[share]);
    FORTNIGHT_ASSIGN(const std::span<const std::uint64_t> entries, sorted(share));
    count += entries.size();
  }
  settled_ = count;
  return frequent;
}

void IdPairs::drop(Entries& entries) const {
  if (dropped_.empty()) return;
  std::erase_if(entries, [&](std::uint64_t entry) {
    return std::binary_search(dropped_.begin(), dropped_.end(), entry >> kBlockBits);
  });
}

Result<std::span<const std::uint64_t>> IdPairs::sorted(std::size_t share) {
  if (file_ == nullptr) return std::span<const std::uint64_t>(sorted_[share]);
  FORTNIGHT_TRY(sort(share, scratch_));
  return std::span<const std::uint64_t>(scratch_);
}

Result<void> IdPairs::sort(std::size_t share, Entries& entries) {
  if (file_ != nullptr && reading_ == nullptr) {
    FORTNIGHT_ASSIGN(reading_, files_.open(path_));
  }
  const Share& of = shares_[share];
  std::uint64_t block = 0;
  entries.clear();
  entries.reserve(of.hashes.size());
  const auto take = [&](std::span<const std::uint32_t> hashes, std::string_view bytes) {
    ByteReader steps(bytes);
    for (const std::uint32_t hash : hashes) {
      block += steps.varint();
      entries.push_back(std::uint64_t{share} << 56 | std::uint64_t{hash} << kBlockBits | block);
    }
  };
  std::vector<std::uint32_t> hashes;
  std::string steps;
  for (const Run& run : of.runs) {
    hashes.resize(run.hashes);
    steps.resize(run.step_bytes);
    FORTNIGHT_TRY(reading_->read(run.offset, bytes_of(hashes)));
    FORTNIGHT_TRY(reading_->read(run.offset + bytes_of(hashes).size(), steps));
    take(hashes, steps);
  }
  take(of.hashes, of.steps);
  boost::sort::spreadsort::integer_sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  drop(entries);
  return {};
}

}  // namespace fortnight::storage
