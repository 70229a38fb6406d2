// repair_part(): a part's checksums are nested four deep; the innermost are recomputed first.
#include <string_view>

#include "base/bytes.h"
#include "base/checksum.h"
#include "storage/part/footer.h"
#include "storage/part/id_index.h"
#include "storage/part/key_index.h"
#include "storage/part/term_index.h"
#include "tests/support/checksums.h"

namespace fortnight::tests {

using namespace storage;

namespace {

class Repair {
 public:
  explicit Repair(std::string& file) : file_(file) {}

  void run() {
    if (file_.size() < kPartHeaderBytes + kPartTrailerBytes) return;
    put(kPartHeaderBytes - 4, checksum32(piece(0, kPartHeaderBytes - 4)));
    const std::uint64_t trailer = file_.size() - kPartTrailerBytes;
    const std::uint64_t size = ByteReader(piece(trailer, 4)).u32();
    if (size > trailer - kPartHeaderBytes) return;
    repair_sections(trailer - size, size);
    put(trailer + 4, checksum64(piece(trailer - size, size)));
  }

 private:
  [[nodiscard]] bool is_place(std::uint64_t offset, std::uint64_t length) const {
    return offset <= file_.size() && length <= file_.size() - offset;
  }
  [[nodiscard]] std::string_view piece(std::uint64_t offset, std::uint64_t length) const {
    return std::string_view(file_).substr(offset, length);
  }
  template <typename T>
  void put(std::uint64_t at, T value) {
    std::string field;
    ByteWriter(field).fixed(value);
    file_.replace(at, field.size(), field);
  }

  void repair_sections(std::uint64_t footer_at, std::uint64_t size) {
    const auto footer = PartFooter::parse(piece(footer_at, size), file_.size());
    if (!footer) return;
    for (const SectionEntry& section : footer->sections) {
      if (section.kind == Section::blocks) repair_blocks(section);
      if (section.kind == Section::key_index) repair_keys(section);
      if (section.kind == Section::id_pages) repair_ids(section, *footer);
      if (section.kind == Section::term_pages) repair_terms(section, *footer);
    }
    ByteReader in(piece(footer_at, size));
    in.signed_varint();
    in.u8();
    for (int field = 0; field < 6; ++field) in.varint();
    in.count(12);
    for (const SectionEntry& section : footer->sections) {
      in.u8();
      for (int field = 0; field < 3; ++field) in.varint();
      put(footer_at + size - in.remaining(), checksum64(piece(section.offset, section.length)));
      in.u64();
    }
  }

  void repair_blocks(const SectionEntry& table) {
    ByteReader in(piece(table.offset, table.length));
    for (std::uint64_t blocks = in.count(13); blocks > 0 && in.ok(); --blocks) {
      const std::uint64_t offset = in.varint();
      const std::uint64_t header_bytes = in.varint();
      const std::uint64_t at = table.offset + table.length - in.remaining();
      in.u32();
      const std::uint64_t bytes = in.varint();
      for (int field = 0; field < 6; ++field) in.varint();
      if (!in.ok() || !is_place(offset, bytes) || header_bytes > bytes) continue;
      repair_chunks(offset, header_bytes);
      put(at, checksum32(piece(offset, header_bytes)));
    }
  }

  void repair_chunks(std::uint64_t header, std::uint64_t header_bytes) {
    ByteReader in(piece(header, header_bytes));
    in.varint();
    std::uint64_t offset = header + header_bytes;
    for (std::uint64_t chunks = in.count(6); chunks > 0; --chunks) {
      in.varint();
      const std::uint64_t length = in.varint();
      const std::uint64_t at = header + header_bytes - in.remaining();
      in.u32();
      if (!in.ok() || !is_place(offset, length)) return;
      put(at, checksum32(piece(offset, length)));
      offset += length;
    }
  }

  void repair_keys(const SectionEntry& section) {
    constexpr std::uint64_t kPrefix = KeyDirectory::kPrefixBytes;
    if (section.length < kPrefix) return;
    const std::uint64_t length = ByteReader(piece(section.offset, 4)).u32();
    if (length > section.length - kPrefix) return;
    const std::uint64_t directory = section.offset + kPrefix;
    std::uint64_t offset = directory + length;
    ByteReader in(piece(directory, length));
    for (std::uint64_t values = in.count(6); values > 0; --values) {
      in.varint();
      const std::uint64_t bytes = in.varint();
      const std::uint64_t at = directory + length - in.remaining();
      in.u32();
      if (!in.ok() || !is_place(offset, bytes)) break;
      put(at, checksum32(piece(offset, bytes)));
      offset += bytes;
    }
    put(section.offset + 4, checksum64(piece(directory, length)));
  }

  void repair_ids(const SectionEntry& pages, const PartFooter& footer) {
    const SectionEntry* section = footer.find(Section::id_directory);
    if (section == nullptr) return;
    const auto directory =
        IdDirectory::parse(piece(section->offset, section->length), pages.length);
    if (directory) repair_pages(pages, *directory);
  }

  void repair_terms(const SectionEntry& pages, const PartFooter& footer) {
    const SectionEntry* section = footer.find(Section::term_directory);
    if (section == nullptr) return;
    const std::string_view bytes = piece(section->offset, section->length);
    const auto directory = TermDirectory::parse(bytes, pages.length, ByteReader(bytes).varint());
    if (directory) repair_pages(pages, directory->pages());
  }

  void repair_pages(const SectionEntry& pages, const IdDirectory& directory) {
    for (std::size_t i = 0; i < directory.pages(); ++i) {
      const IdDirectory::Page page = directory.page(i);
      if (page.length < 4 || page.offset > pages.length - page.length) continue;
      const std::uint64_t at = pages.offset + page.offset;
      put(at, checksum32(piece(at + 4, page.length - 4)));
    }
  }

  std::string& file_;
};

}  // namespace

void repair_part(std::string& file) { Repair(file).run(); }

}  // namespace fortnight::tests
