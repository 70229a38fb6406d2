#include "storage/part/report.h"

#include <algorithm>

namespace fortnight::storage {
namespace {

std::string name_of_column(const PartShapes& shapes, std::uint32_t column) {
  if (column < kFieldColumns) return std::string(kFieldColumnNames[column]);
  const std::size_t hole = column - kFieldColumns;
  return hole < shapes.columns.size() ? shapes.columns[hole].path : std::to_string(column);
}

Result<void> add_block(const PartFile& part, std::uint32_t block,
                       std::map<std::uint32_t, ColumnReport>& columns, PartReport& report) {
  FORTNIGHT_ASSIGN(const auto header, part.header(block));
  report.header_bytes += part.blocks()[block].header_bytes;
  for (const ChunkEntry& chunk : header->chunks) {
    report.chunk_bytes += chunk.length;
    if (chunk.length == 0) continue;
    FORTNIGHT_ASSIGN(const std::string first, part.read(chunk.offset, 1));
    const auto encoding = static_cast<Encoding>(static_cast<unsigned char>(first[0]));
    for (EncodingSums* sums : {&columns[chunk.column].encodings, &report.encodings}) {
      ++(*sums)[encoding].chunks;
      (*sums)[encoding].bytes += chunk.length;
    }
  }
  return {};
}

}  // namespace

std::uint64_t ColumnReport::bytes() const {
  std::uint64_t sum = dictionary_bytes;
  for (const auto& [encoding, chunks] : encodings) sum += chunks.bytes;
  return sum;
}

std::uint64_t PartReport::index_bytes() const {
  std::uint64_t sum = 0;
  for (const Section kind : {Section::key_index, Section::id_directory, Section::id_pages,
                             Section::characters, Section::term_directory, Section::term_pages}) {
    if (const auto found = sections.find(kind); found != sections.end()) sum += found->second;
  }
  return sum;
}

Result<PartReport> report_part(const PartFile& part) {
  PartReport report;
  report.summary = part.footer().summary;
  report.effort = part.footer().effort;
  report.blocks = part.blocks().size();
  FORTNIGHT_ASSIGN(const auto shapes, part.shapes());
  FORTNIGHT_ASSIGN(const auto ids, part.id_directory());
  report.shapes = shapes->shapes.size();
  report.ids = ids->ids();
  std::map<std::uint32_t, ColumnReport> columns;
  for (const SectionEntry& section : part.footer().sections) {
    report.sections[section.kind] += section.length;
    if (section.kind == Section::dictionary) {
      columns[section.id].dictionary_bytes += section.length;
    }
  }
  for (std::uint32_t block = 0; block < part.blocks().size(); ++block) {
    FORTNIGHT_TRY(add_block(part, block, columns, report));
  }
  for (auto& [column, sums] : columns) {
    sums.name = name_of_column(*shapes, column);
    report.columns.push_back(std::move(sums));
  }
  std::stable_sort(report.columns.begin(), report.columns.end(),
                   [](const auto& a, const auto& b) { return a.bytes() > b.bytes(); });
  return report;
}

std::string name_of(Encoding encoding) {
  std::string name(encoding_name(encoding));
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

std::string_view name_of(Section section) {
  switch (section) {
    case Section::shapes:
      return "shapes";
    case Section::columns:
      return "columns";
    case Section::dictionary:
      return "dictionaries";
    case Section::key_index:
      return "key indices";
    case Section::id_directory:
      return "ID directory";
    case Section::id_pages:
      return "ID pages";
    case Section::blocks:
      return "block table";
    case Section::early_footer:
      return "early footer";
    case Section::characters:
      return "character table";
    case Section::term_directory:
      return "term directory";
    case Section::term_pages:
      return "term pages";
  }
  return "unknown";
}

}  // namespace fortnight::storage
