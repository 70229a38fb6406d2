#include "storage/part/footer_search.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/checksum.h"
#include "storage/part/block_walk.h"

namespace fortnight::storage {
namespace {

constexpr std::uint64_t kPieceBytes = 256U << 10;
// A part has two footers, but lines of its calls may contain bytes that look like one.
constexpr int kMaxCandidates = 64;
// The common prefix of both magics.
constexpr std::string_view kMark = kPartEndMagic.substr(0, 6);
static_assert(kPartEarlyEndMagic.starts_with(kMark));

class Search {
 public:
  explicit Search(const ReadableFile& file) : file_(file) {}

  Result<FoundFooter> run() {
    each_end([&](std::uint64_t magic) { return try_end(magic); });
    if (found_) return std::move(*found_);
    if (!without_table_) return corrupt("no footer in it is whole");
    FoundFooter found{std::move(*without_table_), {}};
    found.blocks = walk_blocks(file_, found.footer.sections.front().offset);
    return found;
  }

 private:
  // Visits the positions of the end magics, last first, until `visit` returns true. Skips what
  // can't be read.
  template <typename Visit>
  void each_end(Visit&& visit) const {
    const std::uint64_t size = file_.size();
    int left = kMaxCandidates;
    for (std::uint64_t end = size; end > kPartHeaderBytes && left > 0;) {
      const std::uint64_t begin = end - std::min(end - kPartHeaderBytes, kPieceBytes);
      // A magic may begin in this piece and end in the next.
      const std::uint64_t to = std::min(size, end + kMark.size() - 1);
      end = begin;
      const std::optional<std::string> piece = read(begin, to - begin);
      if (!piece) continue;
      std::size_t at = piece->rfind(kMark);
      for (; at != std::string::npos && left > 0; --left) {
        if (visit(begin + at)) return;
        at = at == 0 ? std::string::npos : piece->rfind(kMark, at - 1);
      }
    }
  }

  [[nodiscard]] std::optional<std::string> read(std::uint64_t offset, std::uint64_t length) const {
    std::string bytes(length, '\0');
    if (!file_.read(offset, bytes)) return std::nullopt;
    return bytes;
  }

  // Returns true if a whole footer, with a whole block table, ends at `magic`.
  bool try_end(std::uint64_t magic) {
    const std::uint64_t trailer = magic + kPartEndMagic.size() - kPartTrailerBytes;
    if (magic < kPartHeaderBytes + kPartTrailerBytes) return false;
    const auto lengths = read(trailer, kPartTrailerBytes);
    if (!lengths) return false;
    ByteReader in(*lengths);
    const std::uint64_t length = in.u32();
    const std::uint64_t sum = in.u64();
    const std::string_view end = in.bytes(kPartEndMagic.size());
    if (end != kPartEndMagic && end != kPartEarlyEndMagic) return false;
    if (length > kMaxFooterBytes || length > trailer - kPartHeaderBytes) return false;
    const auto bytes = read(trailer - length, length);
    if (!bytes || checksum64(*bytes) != sum) return false;
    auto footer = PartFooter::parse(*bytes, file_.size());
    if (!footer || !adjoin(footer->sections, trailer - length)) return false;
    if (auto blocks = read_blocks(*footer)) {
      found_ = FoundFooter{std::move(*footer), std::move(*blocks)};
    } else if (!without_table_) {
      without_table_ = std::move(*footer);
    }
    return found_.has_value();
  }

  // Whether the sections and the footer leave no gaps.
  static bool adjoin(const std::vector<SectionEntry>& sections, std::uint64_t footer_at) {
    if (sections.empty() || sections.front().offset < kPartHeaderBytes) return false;
    std::uint64_t end = sections.front().offset;
    for (const SectionEntry& section : sections) {
      if (section.offset != end) return false;
      end += section.length;
    }
    return end == footer_at;
  }

  // The table's blocks, if it is whole and they fill the file up to the sections.
  [[nodiscard]] std::optional<std::vector<BlockEntry>> read_blocks(const PartFooter& footer) const {
    const SectionEntry* table = footer.find(Section::blocks);
    if (table == nullptr) return std::nullopt;
    const auto bytes = read(table->offset, table->length);
    if (!bytes || checksum64(*bytes) != table->checksum) return std::nullopt;
    auto blocks = parse_block_table(*bytes, footer);
    if (!blocks) return std::nullopt;
    std::uint64_t end = kPartHeaderBytes;
    for (const BlockEntry& block : *blocks) {
      if (block.offset != end) return std::nullopt;
      end += block.bytes;
    }
    if (end != footer.sections.front().offset) return std::nullopt;
    return std::move(*blocks);
  }

  const ReadableFile& file_;
  std::optional<FoundFooter> found_;
  std::optional<PartFooter> without_table_;
};

}  // namespace

Result<FoundFooter> find_footer(const ReadableFile& file) { return Search(file).run(); }

}  // namespace fortnight::storage
