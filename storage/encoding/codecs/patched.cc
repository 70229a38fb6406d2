// Another codec's chunk, and the few values that don't fit it, each with its index.
#include "storage/encoding/codecs/patched.h"

#include <algorithm>
#include <vector>

#include "storage/encoding/text_codec.h"
#include "storage/packing/packed.h"

namespace fortnight::storage {
namespace {

class PatchedChunk final : public TextChunk {
 public:
  PatchedChunk(std::unique_ptr<TextChunk> inner, std::vector<std::uint32_t> indices,
               std::vector<std::string_view> values)
      : inner_(std::move(inner)), indices_(std::move(indices)), values_(std::move(values)) {}

  void append(const Place& place, const RowSource& rows, std::string& out) const override {
    const auto found = std::lower_bound(indices_.begin(), indices_.end(), place.index);
    if (found != indices_.end() && *found == place.index) {
      out.append(values_[static_cast<std::size_t>(found - indices_.begin())]);
    } else {
      inner_->append(place, rows, out);
    }
  }
  void add_candidates(std::string_view text, std::uint32_t values,
                      CandidateValues& candidates) const override {
    inner_->add_candidates(text, values, candidates);
    for (std::size_t i = 0; i < indices_.size(); ++i) {
      if (may_equal(values_[i], text) && indices_[i] < values) {
        candidates.values.push_back(indices_[i]);
      }
    }
  }
  std::size_t memory() const override {
    return sizeof(*this) + inner_->memory() + indices_.capacity() * 20;
  }

 private:
  std::unique_ptr<TextChunk> inner_;
  std::vector<std::uint32_t> indices_;  // ascending
  std::vector<std::string_view> values_;
};

}  // namespace

bool write_patched(const ColumnInput& input, const std::vector<std::uint64_t>& exceptions,
                   std::size_t stand_in, const ChunkWriter& write, std::string& out) {
  const Strings& values = *input.values;
  Strings patched;
  auto exception = exceptions.begin();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool fits = exception == exceptions.end() || *exception != i;
    patched.add(values[fits ? i : stand_in]);
    if (!fits) ++exception;
  }
  const std::size_t start = out.size();
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::patched));
  writer.varint(exceptions.size());
  append_packed(exceptions, bit_width_for(values.size() - 1), out);
  for (const std::uint64_t i : exceptions) writer.text(values[i]);
  ColumnInput inner = input;
  inner.values = &patched;
  inner.codes = {};
  if (write(inner, out)) return true;
  out.resize(start);
  return false;
}

namespace {

Result<std::unique_ptr<TextChunk>> parse(ByteReader& in, const ChunkContext& context) {
  const std::uint64_t count = in.count();
  if (context.values == 0) return corrupt("patched chunk of no values");
  const unsigned width = bit_width_for(context.values - 1);
  const char* packed = read_packed(in, count, width);
  if (!in.ok()) return corrupt("patched chunk cut short");
  std::vector<std::uint32_t> indices(count);
  for (std::size_t i = 0; i < count; ++i) {
    indices[i] = static_cast<std::uint32_t>(unpack_one(packed, i, width));
  }
  std::vector<std::string_view> values(count);
  for (std::string_view& value : values) value = in.text();
  ChunkContext inner_context = context;
  ++inner_context.depth;
  FORTNIGHT_ASSIGN(auto inner, parse_text_chunk(in.bytes(in.remaining()), inner_context));
  return std::make_unique<PatchedChunk>(std::move(inner), std::move(indices), std::move(values));
}

bool search(ByteReader& in, const ChunkSearch& search) {
  const std::uint64_t count = in.count();
  if (search.values == 0) return true;
  read_packed(in, count, bit_width_for(search.values - 1));
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    if (search.needle.may_stand_in(in.text())) return true;
  }
  ChunkSearch inner = search;
  ++inner.depth;
  return chunk_may_contain(in.bytes(in.remaining()), inner);
}

}  // namespace

constinit const TextCodec kPatchedCodec = {.id = Encoding::patched,
                                           .name = "patched",
                                           .stage = Stage::inner,
                                           .parse = parse,
                                           .search = search};

}  // namespace fortnight::storage
