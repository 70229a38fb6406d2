// The encodings that know nothing of a value's inside: constant, dictionary, plain.
#include <algorithm>
#include <limits>
#include <vector>

#include "storage/base/compression.h"
#include "storage/base/limits.h"
#include "storage/base/packed.h"
#include "storage/encoding/encodings.h"

namespace fortnight::storage {
namespace {

class ConstantChunk final : public TextChunk {
 public:
  explicit ConstantChunk(std::string_view value, std::int64_t code = -1)
      : value_(value), code_(code) {}
  void append(const Place&, const RowSource&, std::string& out) const override {
    out.append(value_);
  }
  const std::string_view* constant() const override { return &value_; }
  void find(std::string_view text, std::uint32_t, Whereabouts& where) const override {
    if (may_be(value_, text)) where.anywhere = true;
  }
  std::int64_t code(std::uint32_t /*index*/) const override { return code_; }
  std::size_t memory() const override { return sizeof(*this); }

 private:
  std::string_view value_;
  std::int64_t code_;  // in the dictionary, or -1
};

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
  std::vector<std::uint32_t> alike(std::uint32_t values) const override {
    std::vector<std::uint32_t> codes(values);
    unpack_bits(packed_, 0, values, width_, codes.data());
    for (std::uint32_t& code : codes) {
      if (code >= dictionary_.size()) code = kUnlike;  // a hostile file's
    }
    return codes;
  }
  void find(std::string_view text, std::uint32_t values, Whereabouts& where) const override {
    for (std::uint32_t i = 0; i < values; ++i) {
      if (may_be(dictionary_[unpack_one(packed_, i, width_)], text)) where.values.push_back(i);
    }
  }
  std::size_t memory() const override { return sizeof(*this); }

 private:
  const Dictionary& dictionary_;
  unsigned width_;
  const char* packed_;
};

class PlainChunk final : public TextChunk {
 public:
  PlainChunk(std::vector<std::uint32_t> ends, std::string bytes)
      : ends_(std::move(ends)), bytes_(std::move(bytes)) {}
  void append(const Place& place, const RowSource&, std::string& out) const override {
    const std::uint32_t begin = place.index == 0 ? 0 : ends_[place.index - 1];
    out.append(bytes_, begin, ends_[place.index] - begin);
  }
  void find(std::string_view text, std::uint32_t values, Whereabouts& where) const override {
    const bool escapes = has_escapes(bytes_);
    std::uint32_t begin = 0;
    for (std::uint32_t i = 0; i < values; begin = ends_[i++]) {
      const std::uint32_t length = ends_[i] - begin;
      if (length != text.size() && !escapes) continue;
      if (may_be(std::string_view(bytes_).substr(begin, length), text)) where.values.push_back(i);
    }
  }
  std::size_t memory() const override {
    return sizeof(*this) + ends_.capacity() * 4 + bytes_.capacity();
  }

 private:
  std::vector<std::uint32_t> ends_;
  std::string bytes_;
};

}  // namespace

bool encode_constant(const ColumnInput& input, std::string& out) {
  const Strings& values = *input.values;
  const std::string_view first = values[0];
  if (!input.codes.empty()) {
    if (std::any_of(input.codes.begin(), input.codes.end(),
                    [&](std::uint32_t code) { return code != input.codes[0]; })) {
      return false;
    }
  } else {
    for (std::size_t i = 1; i < values.size(); ++i) {
      if (values[i] != first) return false;
    }
  }
  ByteWriter writer(out);
  // Within groups of shapes the same few constants stand in block after block.
  if (input.grouped && input.dictionary != nullptr && first.size() > 2) {
    if (const auto code = input.dictionary->intern(first)) {
      writer.u8(static_cast<std::uint8_t>(Encoding::shared_constant));
      writer.varint(*code);
      return true;
    }
  }
  writer.u8(static_cast<std::uint8_t>(Encoding::constant));
  writer.text(first);
  return true;
}

Result<std::unique_ptr<TextChunk>> parse_shared_constant(ByteReader& in,
                                                         const ChunkContext& context) {
  if (context.dictionary == nullptr) return corrupt("chunk without its dictionary");
  const std::uint64_t code = in.varint();
  return std::make_unique<ConstantChunk>((*context.dictionary)[code],
                                         static_cast<std::int64_t>(code));
}

Result<std::unique_ptr<TextChunk>> parse_constant(ByteReader& in, const ChunkContext&) {
  return std::make_unique<ConstantChunk>(in.text());
}

bool encode_dictionary(const ColumnInput& input, std::string& out) {
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
  const std::uint64_t max = *std::max_element(codes.begin(), codes.end());
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::dictionary));
  const unsigned width = bit_width_for(max);
  writer.u8(static_cast<std::uint8_t>(width));
  append_packed(codes, width, out);
  return true;
}

Result<std::unique_ptr<TextChunk>> parse_dictionary_chunk(ByteReader& in,
                                                          const ChunkContext& context) {
  if (context.dictionary == nullptr) return corrupt("chunk without its dictionary");
  const unsigned width = in.u8();
  if (width > 32) return corrupt("codes that no dictionary has");
  const char* packed = read_packed(in, context.values, width);
  return std::make_unique<DictionaryChunk>(*context.dictionary, width, packed);
}

bool encode_plain(const ColumnInput& input, std::string& out) {
  const Strings& values = *input.values;
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::plain));
  std::vector<std::uint64_t> lengths;
  std::uint64_t max = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    lengths.push_back(values.length(i));
    max = std::max(max, lengths.back());
  }
  const unsigned width = bit_width_for(max);
  writer.u8(static_cast<std::uint8_t>(width));
  append_packed(lengths, width, out);
  append_lz4(values.bytes(), lz4_level(input.effort), out);
  return true;
}

Result<std::unique_ptr<TextChunk>> parse_plain(ByteReader& in, const ChunkContext& context) {
  FORTNIGHT_ASSIGN(std::vector<std::uint32_t> ends, read_packed_ends(in, context.values));
  const std::uint32_t end = ends.empty() ? 0 : ends.back();
  FORTNIGHT_ASSIGN(std::string bytes, read_lz4(in, end));
  if (bytes.size() != end) return corrupt("plain chunk of another length");
  return std::make_unique<PlainChunk>(std::move(ends), std::move(bytes));
}

bool search_constant(ByteReader& in, const ChunkSearch& search) {
  return search.needle.may_stand_in(in.text());
}

bool search_dictionary_chunk(ByteReader&, const ChunkSearch& search) {
  return search.dictionary == nullptr || search.dictionary->whole();
}

bool search_plain(ByteReader& in, const ChunkSearch& search) {
  read_packed(in, search.values, in.u8());
  const auto bytes = view_lz4(in, kMaxChunkBytes, search.scratch);
  return !bytes || search.needle.may_stand_in(*bytes);
}

}  // namespace fortnight::storage
