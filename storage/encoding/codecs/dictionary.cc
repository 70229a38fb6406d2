// Few distinct texts: codes of the column's dictionary, which all blocks of the part share.
#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <vector>

#include "base/checksum.h"
#include "storage/encoding/text_codec.h"
#include "storage/packing/packed.h"

namespace fortnight::storage {
namespace {

constexpr unsigned kMaxCodeWidth = 32;

class DictionaryChunk final : public TextChunk {
 public:
  DictionaryChunk(const Dictionary& dictionary, unsigned width, const char* packed)
      : dictionary_(dictionary), width_(width), packed_(packed) {}
  void append(const Place& place, const RowSource&, std::string& out) const override {
    out.append(dictionary_[unpack_one(packed_, place.index, width_)]);
  }
  std::int64_t code(std::uint32_t index) const override {
    return static_cast<std::int64_t>(unpack_one(packed_, index, width_));
  }
  std::vector<std::uint32_t> value_ids(std::uint32_t values) const override {
    std::vector<std::uint32_t> codes(values);
    unpack_bits(packed_, 0, values, width_, codes.data());
    for (std::uint32_t& code : codes) {
      if (code >= dictionary_.size()) code = kNoId;  // a hostile file's
    }
    return codes;
  }
  void add_candidates(std::string_view text, std::uint32_t values,
                      CandidateValues& candidates) const override {
    for (std::uint32_t i = 0; i < values; ++i) {
      if (may_equal(dictionary_[unpack_one(packed_, i, width_)], text)) {
        candidates.values.push_back(i);
      }
    }
  }
  std::size_t memory() const override { return sizeof(*this); }

 private:
  const Dictionary& dictionary_;
  unsigned width_;
  const char* packed_;
};

// Whether there are so few distinct values that codes and the new entries, which later blocks will
// share, take less than the values themselves.
bool suits(const ColumnInput& input) {
  if (!input.codes.empty()) return true;
  if (input.dictionary == nullptr) return false;
  const Strings& values = *input.values;
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(std::string_view text) const { return checksum64(text); }
  };
  boost::unordered_flat_set<std::string_view, Hash> fresh;
  std::size_t fresh_bytes = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (input.dictionary->find(values[i])) continue;
    if (!fresh.insert(values[i]).second) continue;
    fresh_bytes += values.length(i) + 1;
    // Mostly new values: not a column of few values.
    if (fresh.size() > 64 && fresh.size() > i / 2) return false;
    if (fresh.size() > values.size() / 4 + 16) return false;
  }
  return input.dictionary->has_room(fresh.size(), fresh_bytes);
}

bool encode(const ColumnInput& input, std::string& out) {
  const Strings& values = *input.values;
  std::vector<std::uint64_t> codes(input.codes.begin(), input.codes.end());
  if (codes.empty()) {
    if (input.dictionary == nullptr) return false;
    codes.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto code = input.dictionary->intern(values[i]);
      if (!code) return false;
      codes.push_back(*code);
    }
  }
  const unsigned width = bit_width_for(*std::max_element(codes.begin(), codes.end()));
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::dictionary));
  writer.u8(static_cast<std::uint8_t>(width));
  append_packed(codes, width, out);
  return true;
}

Result<std::unique_ptr<TextChunk>> parse(ByteReader& in, const ChunkContext& context) {
  if (context.dictionary == nullptr) return corrupt("chunk without its dictionary");
  const unsigned width = in.u8();
  if (width > kMaxCodeWidth) return corrupt("codes wider than those of any dictionary");
  const char* packed = read_packed(in, context.values, width);
  return std::make_unique<DictionaryChunk>(*context.dictionary, width, packed);
}

bool search(ByteReader&, const ChunkSearch& search) {
  return search.dictionary == nullptr || search.dictionary->whole();
}

}  // namespace

constinit const TextCodec kDictionaryCodec = {.id = Encoding::dictionary,
                                              .name = "dictionary",
                                              .stage = Stage::text,
                                              .suits = suits,
                                              .encode = encode,
                                              .parse = parse,
                                              .search = search};

}  // namespace fortnight::storage
