// Texts that are all the same, as a code of the column's dictionary. Within groups of shapes the
// same few constants occur in block after block.
#include "storage/encoding/text_codec.h"

namespace fortnight::storage {
namespace {

// A shorter text takes no more bytes than its code.
constexpr std::size_t kMinLength = 3;

class SharedConstantChunk final : public TextChunk {
 public:
  SharedConstantChunk(std::string_view value, std::uint64_t code)
      : value_(value), code_(static_cast<std::int64_t>(code)) {}
  void append(const Place&, const RowSource&, std::string& out) const override {
    out.append(value_);
  }
  const std::string_view* constant() const override { return &value_; }
  std::int64_t code(std::uint32_t) const override { return code_; }
  void add_candidates(std::string_view text, std::uint32_t,
                      CandidateValues& candidates) const override {
    if (may_equal(value_, text)) candidates.all = true;
  }
  std::size_t memory() const override { return sizeof(*this); }

 private:
  std::string_view value_;
  std::int64_t code_;
};

bool encode(const ColumnInput& input, std::string& out) {
  if (!input.grouped || input.dictionary == nullptr || input.values->length(0) < kMinLength ||
      !all_values_equal(input)) {
    return false;
  }
  const auto code = input.dictionary->intern((*input.values)[0]);
  if (!code) return false;
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::shared_constant));
  writer.varint(*code);
  return true;
}

Result<std::unique_ptr<TextChunk>> parse(ByteReader& in, const ChunkContext& context) {
  if (context.dictionary == nullptr) return corrupt("chunk without its dictionary");
  const std::uint64_t code = in.varint();
  return std::make_unique<SharedConstantChunk>((*context.dictionary)[code], code);
}

bool search(ByteReader&, const ChunkSearch& search) {
  return search.dictionary == nullptr || search.dictionary->whole();
}

}  // namespace

constinit const TextCodec kSharedConstantCodec = {.id = Encoding::shared_constant,
                                                  .name = "shared_constant",
                                                  .stage = Stage::settling,
                                                  .encode = encode,
                                                  .parse = parse,
                                                  .search = search};

}  // namespace fortnight::storage
