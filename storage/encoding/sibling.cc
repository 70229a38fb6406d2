// Values that another column of the same call has too: an ID in a response's body that stands in
// the request already, the call's own ID in a header. Nothing is stored but which column.
#include "storage/encoding/encodings.h"
#include "storage/encoding/patched.h"
#include "storage/encoding/sibling_index.h"

namespace fortnight::storage {
namespace {

class SiblingChunk final : public TextChunk {
 public:
  explicit SiblingChunk(SiblingIndex::Sibling sibling) : sibling_(sibling) {}
  void append(const Place& place, const RowSource& rows, std::string& out) const override {
    rows.append_sibling(sibling_.column, place.row, sibling_.first + place.ordinal, out);
  }
  void find(std::string_view, std::uint32_t, Whereabouts& where) const override {
    where.columns.push_back(sibling_.column);
  }
  std::size_t memory() const override { return sizeof(*this); }

 private:
  SiblingIndex::Sibling sibling_;
};

}  // namespace

bool encode_sibling(const ColumnInput& input, std::string& out) {
  if (input.siblings == nullptr) return false;
  const auto sibling = input.siblings->find(*input.values, input.places);
  if (!sibling) return false;
  std::string text;
  return encode_patched(
      input,
      [&](std::size_t i) {
        text.clear();
        input.rows->append_sibling(sibling->column, input.places[i].row,
                                   sibling->first + input.places[i].ordinal, text);
        return text == (*input.values)[i];
      },
      [&](const ColumnInput&, std::string& to) {
        ByteWriter writer(to);
        writer.u8(static_cast<std::uint8_t>(Encoding::sibling));
        writer.varint(sibling->column);
        writer.varint(sibling->first);
        return true;
      },
      out);
}

Result<std::unique_ptr<TextChunk>> parse_sibling(ByteReader& in, const ChunkContext& context) {
  const std::uint64_t column = in.varint();
  const std::uint64_t first = in.varint();
  if (column < kFirstTextColumn || column == context.column || column > 0xffffff ||
      first > 0xffff) {
    return corrupt("chunk repeats an unknown column");
  }
  return std::make_unique<SiblingChunk>(
      SiblingIndex::Sibling{static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(first)});
}

bool search_sibling(ByteReader& in, const ChunkSearch& search) {
  return search.repeats(in.varint());
}

}  // namespace fortnight::storage
