// Texts of one length: every position has its own alphabet, and a text is a number in mixed radix.
//
// One encoding for hex, UUIDs, ULIDs, base-62 tokens, dates and telephone numbers: what is the same
// in all of a block's values (a dash, a version digit, the leading digits of a time) costs nothing,
// a hex digit four bits, a decimal digit a little over three.
#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "storage/base/packed.h"
#include "storage/encoding/encodings.h"
#include "storage/encoding/patched.h"

namespace fortnight::storage {
namespace {

// A longer text has better encodings, and the layout grows with the length.
constexpr std::size_t kMaxLength = 256;

// A group of neighbouring positions whose radices multiply to less than 2^57, so that one unaligned
// load reads a group.
struct Group {
  std::size_t first = 0;
  std::size_t count = 0;
  unsigned width = 0;   // bits
  unsigned offset = 0;  // bits from the value's start
};

using Alphabet = std::string;  // ascending bytes

struct Layout {
  std::vector<Alphabet> alphabets;         // one a position
  std::vector<std::uint64_t> reciprocals;  // of their sizes, for divide()
  std::vector<Group> groups;
  unsigned bits = 0;  // of a value
};

// Division of a group's code by a radix, by multiplication: exact, since a code is below 2^56 and a
// radix no more than 2^8.
std::uint64_t reciprocal(std::uint64_t radix) {
  return radix == 1 ? 0 : ~std::uint64_t{0} / radix + 1;
}
std::uint64_t divide(std::uint64_t code, std::uint64_t reciprocal) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(static_cast<Wide>(code) * reciprocal >> 64);
}

Layout make_layout(std::vector<Alphabet> alphabets) {
  Layout layout;
  layout.alphabets = std::move(alphabets);
  std::uint64_t product = 1;
  Group group;
  const auto close = [&](std::size_t next) {
    group.count = next - group.first;
    group.width = bit_width_for(product - 1);
    group.offset = layout.bits;
    layout.bits += group.width;
    layout.groups.push_back(group);
    group = Group{.first = next};
    product = 1;
  };
  for (std::size_t i = 0; i < layout.alphabets.size(); ++i) {
    const std::uint64_t radix = layout.alphabets[i].size();
    layout.reciprocals.push_back(reciprocal(radix));
    if (product > (std::uint64_t{1} << 56) / radix) close(i);
    product *= radix;
  }
  close(layout.alphabets.size());
  return layout;
}

std::uint64_t group_code(const Layout& layout, const Group& group, const char* packed,
                         std::uint32_t index) {
  const std::size_t at = static_cast<std::size_t>(index) * layout.bits + group.offset;
  return (bit_pack_detail::load64(packed + at / 8) >> (at % 8)) &
         bit_pack_detail::low_bits(group.width);
}

// Writes value number `index` to `out`, a byte a position.
void read_value(const Layout& layout, const char* packed, std::uint32_t index, char* out) {
  for (const Group& group : layout.groups) {
    std::uint64_t code = group_code(layout, group, packed, index);
    for (std::size_t i = group.first + group.count; i-- > group.first;) {
      const Alphabet& alphabet = layout.alphabets[i];
      if (alphabet.size() == 1) {
        out[i] = alphabet[0];
        continue;
      }
      const std::uint64_t quotient = divide(code, layout.reciprocals[i]);
      out[i] = alphabet[std::min(code - quotient * alphabet.size(), alphabet.size() - 1)];
      code = quotient;
    }
  }
}

class PositionalChunk final : public TextChunk {
 public:
  PositionalChunk(Layout layout, const char* packed)
      : layout_(std::move(layout)), packed_(packed) {}

  void append(const Place& place, const RowSource&, std::string& out) const override {
    const std::size_t start = out.size();
    out.resize(start + layout_.alphabets.size());
    read_value(layout_, packed_, place.index, out.data() + start);
  }
  // By the group of positions that tells values apart best.
  void find(std::string_view text, std::uint32_t values, Whereabouts& where) const override {
    where.anywhere = where.anywhere ||
                     std::any_of(layout_.alphabets.begin(), layout_.alphabets.end(), has_escapes);
    if (text.size() != layout_.alphabets.size()) return;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (layout_.alphabets[i].find(text[i]) == std::string::npos) return;
    }
    const Group& group =
        *std::max_element(layout_.groups.begin(), layout_.groups.end(),
                          [](const Group& a, const Group& b) { return a.width < b.width; });
    std::uint64_t code = 0;
    for (std::size_t i = group.first; i < group.first + group.count; ++i) {
      const Alphabet& alphabet = layout_.alphabets[i];
      code = code * alphabet.size() + alphabet.find(text[i]);
    }
    for (std::uint32_t i = 0; i < values; ++i) {
      if (group_code(layout_, group, packed_, i) == code) where.values.push_back(i);
    }
  }
  std::size_t memory() const override {
    return sizeof(*this) + layout_.alphabets.capacity() * (sizeof(Alphabet) + 24);
  }

 private:
  Layout layout_;
  const char* packed_;
};

// Of values of one length, which therefore stand one behind the other at that distance.
std::vector<Alphabet> alphabets_of(const Strings& values) {
  const std::size_t length = values.length(0);
  std::vector<std::array<bool, 256>> seen(length);
  const char* byte = values.bytes().data();
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < length; ++j) seen[j][static_cast<unsigned char>(*byte++)] = true;
  }
  std::vector<Alphabet> alphabets(length);
  for (std::size_t j = 0; j < length; ++j) {
    for (std::size_t c = 0; c < 256; ++c) {
      if (seen[j][c]) alphabets[j].push_back(static_cast<char>(c));
    }
  }
  return alphabets;
}

// An alphabet that stood before is named by its place among the distinct ones; a new one has the
// next place and its bytes follow. The usual ones (hex, decimal) come in many positions.
void write_alphabets(const std::vector<Alphabet>& alphabets, ByteWriter& writer) {
  std::vector<Alphabet> known;
  for (const Alphabet& alphabet : alphabets) {
    const auto found = std::find(known.begin(), known.end(), alphabet);
    writer.varint(static_cast<std::uint64_t>(found - known.begin()));
    if (found != known.end()) continue;
    writer.text(alphabet);
    known.push_back(alphabet);
  }
}

// For each position, each byte's place in its alphabet.
using Ranks = std::vector<std::array<std::uint8_t, 256>>;

// Puts each value's code of the group where it belongs in `packed`. Position by position over a
// run of values, so that a value's multiplications need not wait for each other.
void pack_group(const Layout& layout, const Group& group, const Ranks& ranks, const Strings& values,
                std::string& packed) {
  constexpr std::size_t kRun = 256;
  const std::size_t length = layout.alphabets.size();
  std::array<std::uint64_t, kRun> codes;
  for (std::size_t first = 0; first < values.size(); first += kRun) {
    const std::size_t count = std::min(kRun, values.size() - first);
    std::fill_n(codes.begin(), count, 0);
    for (std::size_t j = group.first; j < group.first + group.count; ++j) {
      const std::uint64_t radix = layout.alphabets[j].size();
      if (radix == 1) continue;
      const char* byte = values.bytes().data() + first * length + j;
      for (std::size_t i = 0; i < count; ++i, byte += length) {
        codes[i] = codes[i] * radix + ranks[j][static_cast<unsigned char>(*byte)];
      }
    }
    std::size_t bit = first * layout.bits + group.offset;
    for (std::size_t i = 0; i < count; ++i, bit += layout.bits) {
      char* at = packed.data() + bit / 8;
      bit_pack_detail::store64(at, bit_pack_detail::load64(at) | codes[i] << (bit % 8));
    }
  }
}

bool write_positional(const ColumnInput& input, std::string& out) {
  const Strings& values = *input.values;
  const Layout layout = make_layout(alphabets_of(values));
  const std::size_t start = out.size();
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::positional));
  writer.varint(layout.alphabets.size());
  write_alphabets(layout.alphabets, writer);
  if (out.size() - start + values.size() * layout.bits / 8 >= values.bytes().size()) {
    out.resize(start);
    return false;
  }
  Ranks ranks(layout.alphabets.size());
  for (std::size_t j = 0; j < layout.alphabets.size(); ++j) {
    for (std::size_t rank = 0; rank < layout.alphabets[j].size(); ++rank) {
      ranks[j][static_cast<unsigned char>(layout.alphabets[j][rank])] =
          static_cast<std::uint8_t>(rank);
    }
  }
  std::string packed((values.size() * layout.bits + 7) / 8 + kPackPadding, '\0');
  for (const Group& group : layout.groups) pack_group(layout, group, ranks, values, packed);
  packed.resize(packed.size() - kPackPadding);
  writer.bytes(packed);
  return true;
}

}  // namespace

bool encode_positional(const ColumnInput& input, std::string& out) {
  const Strings& values = *input.values;
  const std::size_t length = values.length(0);
  if (length == 0 || length > kMaxLength) return false;
  return encode_patched(
      input, [&](std::size_t i) { return values.length(i) == length; }, write_positional, out);
}

namespace {

Result<Layout> read_layout(ByteReader& in) {
  const std::uint64_t length = in.count();
  if (length > kMaxLength) return corrupt("positional chunk of too long a text");
  std::vector<Alphabet> known;
  std::vector<Alphabet> alphabets;
  for (std::uint64_t i = 0; i < length && in.ok(); ++i) {
    const std::uint64_t which = in.varint();
    if (which > known.size()) return corrupt("positional chunk names an unknown alphabet");
    if (which == known.size()) {
      known.emplace_back(in.text());
      if (known.back().empty() || known.back().size() > 256) return corrupt("bad alphabet");
    }
    alphabets.push_back(known[which]);
  }
  if (!in.ok() || alphabets.empty()) return corrupt("positional chunk cut short");
  return make_layout(std::move(alphabets));
}

const char* read_values(ByteReader& in, const Layout& layout, std::uint32_t values) {
  const std::uint64_t bits = static_cast<std::uint64_t>(layout.bits) * values;
  return in.bytes((bits + 7) / 8).data();
}

}  // namespace

Result<std::unique_ptr<TextChunk>> parse_positional(ByteReader& in, const ChunkContext& context) {
  FORTNIGHT_ASSIGN(Layout layout, read_layout(in));
  const char* packed = read_values(in, layout, context.values);
  return std::make_unique<PositionalChunk>(std::move(layout), packed);
}

bool search_positional(ByteReader& in, const ChunkSearch& search) {
  const std::string& needle = search.needle.text();
  ByteReader ahead = in;
  std::vector<std::string_view> known;
  std::vector<std::string_view> alphabets;
  const std::uint64_t length = ahead.count();
  for (std::uint64_t i = 0; i < length && ahead.ok(); ++i) {
    const std::uint64_t which = ahead.varint();
    if (which == known.size()) known.push_back(ahead.text());
    if (which >= known.size()) return true;
    alphabets.push_back(known[which]);
  }
  const auto lets = [&](std::size_t at, char c) {
    return alphabets[at].find(c) != std::string_view::npos;
  };
  bool admitted = false;
  for (std::size_t at = 0; at < alphabets.size() && !admitted; ++at) {
    if (lets(at, '\\')) admitted = true;
    std::size_t i = 0;
    while (i < needle.size() && at + i < alphabets.size() && lets(at + i, needle[i])) ++i;
    admitted = admitted || i == needle.size();
  }
  if (!admitted) return false;
  const auto layout = read_layout(in);
  if (!layout) return true;
  const char* packed = read_values(in, *layout, search.values);
  if (!in.ok()) return true;
  const std::size_t bytes = layout->alphabets.size() * search.values;
  if (search.scratch.size() < bytes) search.scratch.resize(bytes);
  for (std::uint32_t i = 0; i < search.values; ++i) {
    read_value(*layout, packed, i, search.scratch.data() + i * layout->alphabets.size());
  }
  return search.needle.may_stand_in(std::string_view(search.scratch).substr(0, bytes));
}

}  // namespace fortnight::storage
