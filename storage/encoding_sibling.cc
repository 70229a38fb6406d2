// Values that another column of the same call has too: an ID in a response's body that stands in
// the request already, the call's own ID in a header. Nothing is stored but which column.
#include <algorithm>
#include <optional>
#include <vector>

#include "storage/encodings.h"

namespace fortnight::storage {
namespace {

// Values looked at before a column is tried on all of them, and how many must agree.
constexpr std::size_t kSamples = 24;
constexpr std::size_t kAgree = 20;

// Fields that a column without a hint may repeat. Not path: it may repeat columns itself.
constexpr TextField kFields[] = {TextField::call_id, TextField::account, TextField::endpoint,
                                 TextField::revision, TextField::method};

class SiblingChunk final : public TextChunk {
 public:
  SiblingChunk(std::uint32_t column, std::uint32_t first) : column_(column), first_(first) {}
  void append(const Place& place, const RowSource& rows, std::string& out) const override {
    rows.append_sibling(column_, place.row, first_ + place.ordinal, out);
  }
  std::size_t memory() const override { return sizeof(*this); }

 private:
  std::uint32_t column_;
  std::uint32_t first_;
};

// How many of the sampled values `same(i)` holds for; gives up once kAgree is out of reach.
template <typename Same>
bool agrees(const ColumnInput& input, Same&& same) {
  const std::size_t values = input.values->size();
  const std::size_t samples = std::min(kSamples, values);
  const std::size_t allowed = values < kSamples ? values / 16 : kSamples - kAgree;
  std::size_t missed = 0;
  for (std::size_t i = 0; i < samples; ++i) {
    if (!same(i * values / samples) && ++missed > allowed) return false;
  }
  return true;
}

struct Candidate {
  std::uint32_t column;
  std::uint32_t first;
};

std::optional<Candidate> find_sibling(const ColumnInput& input) {
  std::string text;
  for (const std::uint32_t column : input.siblings) {
    for (const std::uint32_t first : {0U, 1U}) {
      const bool good = agrees(input, [&](std::size_t i) {
        text.clear();
        input.rows->append_sibling(column, input.places[i].row, first + input.places[i].ordinal,
                                   text);
        return text == (*input.values)[i];
      });
      if (good) return Candidate{column, first};
    }
  }
  return std::nullopt;
}

std::optional<TextField> find_field(const ColumnInput& input) {
  std::string text;
  for (const TextField field : kFields) {
    const bool good = agrees(input, [&](std::size_t i) {
      text.clear();
      input.rows->append_text_field(field, input.places[i].row, text);
      return text == (*input.values)[i];
    });
    if (good) return field;
  }
  return std::nullopt;
}

}  // namespace

bool encode_sibling(const ColumnInput& input, std::string& out) {
  if (input.column >= kFieldColumns) {
    if (const auto field = find_field(input)) {
      ColumnInput repeated = input;
      repeated.hint = {};
      repeated.hint.column =
          static_cast<FieldColumn>(kFirstTextColumn + static_cast<std::uint32_t>(*field));
      if (encode_field(repeated, out)) return true;
    }
  }
  const auto sibling = find_sibling(input);
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
  if (column < kFieldColumns || column == context.column || column > 0xffffff || first > 1) {
    return corrupt("chunk repeats an unknown column");
  }
  return std::make_unique<SiblingChunk>(static_cast<std::uint32_t>(column),
                                        static_cast<std::uint32_t>(first));
}

}  // namespace fortnight::storage
