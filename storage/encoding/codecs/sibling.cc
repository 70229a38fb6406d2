// Values that repeat another column of the same call: an ID in the response body that is in the
// request too, the call's own ID in a header. Only the column is stored.
#include "storage/encoding/codecs/patched.h"
#include "storage/encoding/sibling_index.h"
#include "storage/encoding/text_codec.h"

namespace fortnight::storage {
namespace {

// Beyond what any part has: such numbers are damage.
constexpr std::uint64_t kMaxColumn = 0xffffff;
constexpr std::uint64_t kMaxFirst = 0xffff;

class SiblingChunk final : public TextChunk {
 public:
  explicit SiblingChunk(SiblingIndex::Sibling sibling) : sibling_(sibling) {}
  void append(const Place& place, const RowSource& rows, std::string& out) const override {
    rows.append_sibling(sibling_.column, place.row, sibling_.first + place.ordinal, out);
  }
  void add_candidates(std::string_view, std::uint32_t, CandidateValues& candidates) const override {
    candidates.columns.push_back(sibling_.column);
  }
  std::size_t memory() const override { return sizeof(*this); }

 private:
  SiblingIndex::Sibling sibling_;
};

bool encode(const ColumnInput& input, std::string& out) {
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

Result<std::unique_ptr<TextChunk>> parse(ByteReader& in, const ChunkContext& context) {
  const std::uint64_t column = in.varint();
  const std::uint64_t first = in.varint();
  if (column < kFirstTextColumn || column == context.column || column > kMaxColumn ||
      first > kMaxFirst) {
    return corrupt("chunk repeats an unknown column");
  }
  return std::make_unique<SiblingChunk>(
      SiblingIndex::Sibling{static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(first)});
}

bool search(ByteReader& in, const ChunkSearch& search) { return search.repeats(in.varint()); }

}  // namespace

constinit const TextCodec kSiblingCodec = {.id = Encoding::sibling,
                                           .name = "sibling",
                                           .stage = Stage::thorough,
                                           .effort = Effort::sealed,
                                           .encode = encode,
                                           .parse = parse,
                                           .search = search};

}  // namespace fortnight::storage
