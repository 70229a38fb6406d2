#include "storage/part/id_index.h"

#include <algorithm>
#include <bit>
#include <span>

#include "base/bytes.h"
#include "storage/packing/bit_stream.h"
#include "storage/packing/packed.h"

namespace fortnight::storage {
namespace {

constexpr unsigned kIdsPerBucketBits = 7;
constexpr unsigned kExtraBits = 5;  // per fingerprint; they determine the odds of a false hit
constexpr unsigned kMaxBucketBits = 28;

// The number of hash bits that select the bucket, for `ids` IDs.
unsigned bucket_bits_for(std::uint64_t ids) {
  const auto id_bits = static_cast<unsigned>(std::bit_width(ids));
  return id_bits > kIdsPerBucketBits ? id_bits - kIdsPerBucketBits : 0;
}

// The Rice parameter for the mean distance of `count` sorted values of `bits` bits.
unsigned rice_parameter(std::size_t count, unsigned bits) {
  const std::uint64_t mean = (std::uint64_t{1} << bits) / (count + 1);
  return mean < 2 ? 0 : static_cast<unsigned>(std::bit_width(mean) - 1);
}

// Writes entries, which come in ascending order, to the pages of their buckets.
class PageWriter {
 public:
  struct Bits {
    unsigned bucket;
    unsigned rest;
    unsigned block;
  };

  PageWriter(const Bits& bits, std::string& pages) : bits_(bits), pages_(pages) {}

  void add(std::uint64_t entry) {
    const std::uint64_t bucket = bits_.bucket == 0 ? 0 : entry >> (64 - bits_.bucket);
    while (lengths_.size() < bucket) close();
    bucket_.push_back(entry);
  }
  // The lengths of all buckets' pages.
  const std::vector<std::uint64_t>& finish() {
    while (lengths_.size() < std::uint64_t{1} << bits_.bucket) close();
    return lengths_;
  }

 private:
  void close() {
    const std::size_t start = pages_.size();
    if (!bucket_.empty()) write_page();
    lengths_.push_back(pages_.size() - start);
    bucket_.clear();
  }

  void write_page() {
    page_.clear();
    ByteWriter(page_).varint(bucket_.size());
    const unsigned parameter = rice_parameter(bucket_.size(), bits_.rest);
    BitWriter bits(page_);
    std::uint64_t previous = 0;
    for (const std::uint64_t entry : bucket_) {
      const std::uint64_t rest =
          (entry >> (64 - bits_.bucket - bits_.rest)) & bit_pack_detail::low_bits(bits_.rest);
      bits.rice(rest - previous, parameter);
      bits.bits(entry & bit_pack_detail::low_bits(IdPairs::kBlockBits), bits_.block);
      previous = rest;
    }
    bits.finish();
    ByteWriter(pages_).u32(checksum32(page_));
    pages_ += page_;
  }

  const Bits bits_;
  std::string& pages_;
  std::vector<std::uint64_t> lengths_;
  std::vector<std::uint64_t> bucket_;  // the entries of the current bucket
  std::string page_;
};

}  // namespace

Result<void> encode_id_index(IdPairs& pairs, std::string& directory,
                             const std::function<Result<void>(std::string_view)>& write_pages) {
  FORTNIGHT_ASSIGN(const std::uint64_t ids, pairs.settle());
  const auto id_bits = static_cast<unsigned>(std::bit_width(ids));
  const unsigned bucket_bits = bucket_bits_for(ids);
  const unsigned rest_bits = std::min(id_bits + kExtraBits, IdPairs::kHashBits) - bucket_bits;
  ByteWriter writer(directory);
  writer.varint(ids);
  writer.u8(static_cast<std::uint8_t>(bucket_bits));
  writer.u8(static_cast<std::uint8_t>(rest_bits));
  const unsigned block_bits = bit_width_for(pairs.last_block());
  writer.u8(static_cast<std::uint8_t>(block_bits));
  std::string pages;
  PageWriter page_writer({bucket_bits, rest_bits, block_bits}, pages);
  const auto write = [&] {
    const auto written = write_pages(pages);
    pages.clear();
    return written;
  };
  for (std::size_t share = 0; share < IdPairs::kShares; ++share) {
    FORTNIGHT_ASSIGN(const std::span<const std::uint64_t> entries, pairs.sorted(share));
    for (const std::uint64_t entry : entries) page_writer.add(entry);
    FORTNIGHT_TRY(write());
  }
  const std::vector<std::uint64_t>& lengths = page_writer.finish();
  FORTNIGHT_TRY(write());
  const unsigned width = bit_width_for(*std::max_element(lengths.begin(), lengths.end()));
  writer.u8(static_cast<std::uint8_t>(width));
  append_packed(lengths, width, directory);
  return {};
}

Result<IdDirectory> IdDirectory::parse(std::string_view bytes, std::uint64_t pages_bytes) {
  ByteReader in(bytes);
  IdDirectory directory;
  directory.ids_ = in.varint();
  directory.bucket_bits_ = in.u8();
  directory.rest_bits_ = in.u8();
  directory.block_bits_ = in.u8();
  const unsigned width = in.u8();
  // An ID takes at least a bit of its page, so the size of the pages bounds the buckets.
  if (!in.ok() || directory.ids_ > pages_bytes * 8 ||
      directory.bucket_bits_ != bucket_bits_for(directory.ids_) ||
      directory.bucket_bits_ > kMaxBucketBits || directory.rest_bits_ == 0 ||
      directory.bucket_bits_ + directory.rest_bits_ > IdPairs::kHashBits ||
      directory.block_bits_ > IdPairs::kBlockBits || width > 64) {
    return corrupt("damaged ID directory");
  }
  const std::uint64_t buckets = std::uint64_t{1} << directory.bucket_bits_;
  if (packed_size(buckets, width) > in.remaining() + kPackPadding) {
    return corrupt("ID directory cut short");
  }
  // Packed arrays need padding, and these bytes may be at the end of their buffer.
  std::string padded(in.bytes(in.remaining()));
  padded.append(kPackPadding, '\0');
  directory.ends_.resize(buckets);
  std::uint64_t end = 0;
  for (std::uint64_t i = 0; i < buckets; ++i) {
    end += unpack_one(padded.data(), i, width);
    if (end > pages_bytes) return corrupt("ID directory and pages disagree");
    directory.ends_[i] = end;
  }
  if (end != pages_bytes) return corrupt("ID directory and pages disagree");
  return directory;
}

IdDirectory::Page IdDirectory::page(std::size_t bucket) const {
  const std::uint64_t begin = bucket == 0 ? 0 : ends_[bucket - 1];
  return {begin, ends_[bucket] - begin};
}

IdDirectory::Page IdDirectory::page_of(std::uint64_t hash) const {
  return page(bucket_bits_ == 0 ? 0 : hash >> (64 - bucket_bits_));
}

Result<void> IdDirectory::each(
    std::string_view page, const std::function<void(std::uint64_t, std::uint32_t)>& visit) const {
  ByteReader in(page);
  const std::uint32_t sum = in.u32();
  if (!in.ok() || checksum32(page.substr(4)) != sum) return corrupt("damaged page of the ID index");
  const std::uint64_t count = in.varint();
  if (!in.ok() || count > page.size() * 8) return corrupt("damaged page of the ID index");
  const unsigned parameter = rice_parameter(count, rest_bits_);
  BitReader bits(in.bytes(in.remaining()));
  std::uint64_t rest = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    rest += bits.rice(parameter);
    const auto block = static_cast<std::uint32_t>(bits.bits(block_bits_));
    if (!bits.ok()) return corrupt("page of the ID index cut short");
    visit(rest, block);
  }
  return {};
}

Result<void> IdDirectory::find(std::uint64_t hash, std::string_view page,
                               std::vector<std::uint32_t>& blocks) const {
  const std::uint64_t wanted =
      (hash >> (64 - bucket_bits_ - rest_bits_)) & bit_pack_detail::low_bits(rest_bits_);
  blocks.clear();
  FORTNIGHT_TRY(each(page, [&](std::uint64_t rest, std::uint32_t block) {
    if (rest == wanted) blocks.push_back(block);
  }));
  // Different IDs with the same fingerprint may be out of order, since the index lacks the bits
  // that order them.
  std::sort(blocks.begin(), blocks.end());
  blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
  return {};
}

}  // namespace fortnight::storage
