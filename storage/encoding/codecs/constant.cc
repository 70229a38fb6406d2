// Texts that are all the same.
#include "storage/encoding/text_codec.h"

namespace fortnight::storage {
namespace {

class ConstantChunk final : public TextChunk {
 public:
  explicit ConstantChunk(std::string_view value) : value_(value) {}
  void append(const Place&, const RowSource&, std::string& out) const override {
    out.append(value_);
  }
  const std::string_view* constant() const override { return &value_; }
  void add_candidates(std::string_view text, std::uint32_t,
                      CandidateValues& candidates) const override {
    if (may_equal(value_, text)) candidates.all = true;
  }
  std::size_t memory() const override { return sizeof(*this); }

 private:
  std::string_view value_;
};

bool encode(const ColumnInput& input, std::string& out) {
  if (!all_values_equal(input)) return false;
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::constant));
  writer.text((*input.values)[0]);
  return true;
}

Result<std::unique_ptr<TextChunk>> parse(ByteReader& in, const ChunkContext&) {
  return std::make_unique<ConstantChunk>(in.text());
}

bool search(ByteReader& in, const ChunkSearch& search) {
  return search.needle.may_stand_in(in.text());
}

}  // namespace

constinit const TextCodec kConstantCodec = {.id = Encoding::constant,
                                            .name = "constant",
                                            .stage = Stage::settling,
                                            .encode = encode,
                                            .parse = parse,
                                            .search = search};

}  // namespace fortnight::storage
