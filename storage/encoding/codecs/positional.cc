// Texts of one length: every position has its own alphabet, and a text is a number in mixed radix.
//
// One encoding for hex, UUIDs, ULIDs, base-62 tokens, dates and telephone numbers. A position that
// is the same in all values of the block (a dash, a version digit, the leading digits of a time)
// costs nothing, a hex digit four bits, a decimal digit a little more than three.
#include <algorithm>
#include <array>
#include <bit>
#include <boost/container/small_vector.hpp>
#include <vector>

#include "storage/encoding/codecs/patched.h"
#include "storage/encoding/text_codec.h"
#include "storage/packing/packed.h"

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

struct Alphabet {
  std::string_view bytes;        // ascending
  std::uint64_t reciprocal = 0;  // of their number, for divide()
};

// Many positions share the usual alphabets (hex, decimal). Refers to bytes that must outlive it.
// Allocates nothing for a UUID, since a block has many such chunks.
struct Layout {
  // The distinct ones, in the order of their first position.
  boost::container::small_vector<Alphabet, 4> alphabets;
  boost::container::small_vector<std::uint8_t, 40> which;  // of them, by position
  boost::container::small_vector<Group, 4> groups;
  unsigned bits = 0;  // of a value

  [[nodiscard]] std::size_t length() const { return which.size(); }
  [[nodiscard]] std::string_view alphabet(std::size_t position) const {
    return alphabets[which[position]].bytes;
  }
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

// Derives the groups from the alphabets.
void derive_groups(Layout& layout) {
  for (Alphabet& alphabet : layout.alphabets) {
    alphabet.reciprocal = reciprocal(alphabet.bytes.size());
  }
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
  for (std::size_t i = 0; i < layout.length(); ++i) {
    const std::uint64_t radix = layout.alphabet(i).size();
    if (product > (std::uint64_t{1} << 56) / radix) close(i);
    product *= radix;
  }
  close(layout.length());
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
      const auto& [alphabet, reciprocal] = layout.alphabets[layout.which[i]];
      if (alphabet.size() == 1) {
        out[i] = alphabet[0];
        continue;
      }
      const std::uint64_t quotient = divide(code, reciprocal);
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
    out.resize(start + layout_.length());
    read_value(layout_, packed_, place.index, out.data() + start);
  }
  // By the group of positions with the most different values.
  void add_candidates(std::string_view text, std::uint32_t values,
                      CandidateValues& candidates) const override {
    candidates.all =
        candidates.all ||
        std::any_of(layout_.alphabets.begin(), layout_.alphabets.end(),
                    [](const Alphabet& alphabet) { return has_escapes(alphabet.bytes); });
    if (text.size() != layout_.length()) return;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (layout_.alphabet(i).find(text[i]) == std::string_view::npos) return;
    }
    const Group& group =
        *std::max_element(layout_.groups.begin(), layout_.groups.end(),
                          [](const Group& a, const Group& b) { return a.width < b.width; });
    std::uint64_t code = 0;
    for (std::size_t i = group.first; i < group.first + group.count; ++i) {
      const std::string_view alphabet = layout_.alphabet(i);
      code = code * alphabet.size() + alphabet.find(text[i]);
    }
    for (std::uint32_t i = 0; i < values; ++i) {
      if (group_code(layout_, group, packed_, i) == code) candidates.values.push_back(i);
    }
  }
  std::size_t memory() const override {
    return sizeof(*this) + layout_.which.capacity() +
           layout_.alphabets.capacity() * sizeof(Alphabet) +
           layout_.groups.capacity() * sizeof(Group);
  }

 private:
  Layout layout_;
  const char* packed_;
};

// The layout of values of one length. `bytes` receives the alphabets, to which the layout refers.
Layout layout_of(const Strings& values, std::string& bytes) {
  const std::size_t length = values.length(0);
  std::vector<std::array<bool, 256>> seen(length);
  const char* byte = values.bytes().data();
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < length; ++j) seen[j][static_cast<unsigned char>(*byte++)] = true;
  }
  bytes.reserve(length * 256);
  Layout layout;
  for (std::size_t j = 0; j < length; ++j) {
    const std::size_t start = bytes.size();
    for (std::size_t c = 0; c < 256; ++c) {
      if (seen[j][c]) bytes.push_back(static_cast<char>(c));
    }
    const std::string_view alphabet = std::string_view(bytes).substr(start);
    const auto found = std::find_if(layout.alphabets.begin(), layout.alphabets.end(),
                                    [&](const Alphabet& known) { return known.bytes == alphabet; });
    layout.which.push_back(static_cast<std::uint8_t>(found - layout.alphabets.begin()));
    if (found == layout.alphabets.end()) {
      layout.alphabets.push_back({alphabet});
    } else {
      bytes.resize(start);
    }
  }
  derive_groups(layout);
  return layout;
}

// A position names its alphabet by its index among the distinct ones. A new alphabet has the next
// index, and its bytes follow.
void write_alphabets(const Layout& layout, ByteWriter& writer) {
  std::size_t known = 0;
  for (const std::uint8_t which : layout.which) {
    writer.varint(which);
    if (which == known) writer.text(layout.alphabets[known++].bytes);
  }
}

// For each alphabet, the index of each byte.
using Ranks = std::vector<std::array<std::uint8_t, 256>>;

// Writes the group's code of each value to `packed`. Goes through a run of values for each
// position, so that consecutive multiplications don't depend on each other.
void pack_group(const Layout& layout, const Group& group, const Ranks& ranks, const Strings& values,
                std::string& packed) {
  constexpr std::size_t kRun = 256;
  const std::size_t length = layout.length();
  std::array<std::uint64_t, kRun> codes;
  for (std::size_t first = 0; first < values.size(); first += kRun) {
    const std::size_t count = std::min(kRun, values.size() - first);
    std::fill_n(codes.begin(), count, 0);
    for (std::size_t j = group.first; j < group.first + group.count; ++j) {
      const std::uint64_t radix = layout.alphabet(j).size();
      if (radix == 1) continue;
      const std::array<std::uint8_t, 256>& rank = ranks[layout.which[j]];
      const char* byte = values.bytes().data() + first * length + j;
      for (std::size_t i = 0; i < count; ++i, byte += length) {
        codes[i] = codes[i] * radix + rank[static_cast<unsigned char>(*byte)];
      }
    }
    std::size_t bit = first * layout.bits + group.offset;
    for (std::size_t i = 0; i < count; ++i, bit += layout.bits) {
      char* at = packed.data() + bit / 8;
      bit_pack_detail::store64(at, bit_pack_detail::load64(at) | codes[i] << (bit % 8));
    }
  }
}

bool write(const ColumnInput& input, std::string& out) {
  const Strings& values = *input.values;
  std::string alphabets;
  const Layout layout = layout_of(values, alphabets);
  const std::size_t start = out.size();
  ByteWriter writer(out);
  writer.u8(static_cast<std::uint8_t>(Encoding::positional));
  writer.varint(layout.length());
  write_alphabets(layout, writer);
  if (out.size() - start + values.size() * layout.bits / 8 >= values.bytes().size()) {
    out.resize(start);
    return false;
  }
  Ranks ranks(layout.alphabets.size());
  for (std::size_t j = 0; j < layout.alphabets.size(); ++j) {
    std::uint8_t rank = 0;
    for (const char c : layout.alphabets[j].bytes) ranks[j][static_cast<unsigned char>(c)] = rank++;
  }
  std::string packed((values.size() * layout.bits + 7) / 8 + kPackPadding, '\0');
  for (const Group& group : layout.groups) pack_group(layout, group, ranks, values, packed);
  packed.resize(packed.size() - kPackPadding);
  writer.bytes(packed);
  return true;
}

bool encode(const ColumnInput& input, std::string& out) {
  const Strings& values = *input.values;
  const std::size_t length = values.length(0);
  if (length == 0 || length > kMaxLength) return false;
  return encode_patched(
      input, [&](std::size_t i) { return values.length(i) == length; }, write, out);
}

Result<Layout> read_layout(ByteReader& in) {
  const std::uint64_t length = in.count();
  if (length > kMaxLength) return corrupt("positional chunk of too long a text");
  Layout layout;
  for (std::uint64_t i = 0; i < length && in.ok(); ++i) {
    const std::uint64_t which = in.varint();
    if (which > layout.alphabets.size()) {
      return corrupt("positional chunk names an unknown alphabet");
    }
    if (which == layout.alphabets.size()) {
      const std::string_view bytes = in.text();
      if (bytes.empty() || bytes.size() > 256) return corrupt("bad alphabet");
      layout.alphabets.push_back({bytes});
    }
    layout.which.push_back(static_cast<std::uint8_t>(which));
  }
  if (!in.ok() || layout.which.empty()) return corrupt("positional chunk cut short");
  derive_groups(layout);
  return layout;
}

const char* read_values(ByteReader& in, const Layout& layout, std::uint32_t values) {
  const std::uint64_t bits = static_cast<std::uint64_t>(layout.bits) * values;
  return in.bytes((bits + 7) / 8).data();
}

Result<std::unique_ptr<TextChunk>> parse(ByteReader& in, const ChunkContext& context) {
  FORTNIGHT_ASSIGN(Layout layout, read_layout(in));
  const char* packed = read_values(in, layout, context.values);
  return std::make_unique<PositionalChunk>(std::move(layout), packed);
}

bool search(ByteReader& in, const ChunkSearch& search) {
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
  const std::size_t bytes = layout->length() * search.values;
  if (search.scratch.size() < bytes) search.scratch.resize(bytes);
  for (std::uint32_t i = 0; i < search.values; ++i) {
    read_value(*layout, packed, i, search.scratch.data() + i * layout->length());
  }
  return search.needle.may_stand_in(std::string_view(search.scratch).substr(0, bytes));
}

}  // namespace

constinit const TextCodec kPositionalCodec = {.id = Encoding::positional,
                                              .name = "positional",
                                              .stage = Stage::text,
                                              .encode = encode,
                                              .parse = parse,
                                              .search = search};

}  // namespace fortnight::storage
