#include "storage/part/verify.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/checksum.h"
#include "storage/part/block_calls.h"
#include "storage/part/block_reader.h"

namespace fortnight::storage {
namespace {

class Verifier {
 public:
  explicit Verifier(const std::shared_ptr<const PartFile>& part) : part_(part) {}

  std::vector<std::string> run() {
    check_sections();
    find_key_columns();
    if (const auto characters = part_->characters()) {
      characters_ = *characters;
    } else {
      report(characters.error().message);
    }
    for (std::uint32_t i = 0; i < part_->blocks().size(); ++i) check_block(i);
    check_summary();
    // If a block couldn't be read, an index may rightly have more than was seen.
    if (all_blocks_) {
      for (const auto& [column, rows] : keys_) check_keys(column, rows);
    }
    return std::move(problems_);
  }

 private:
  using RowsByValue = std::map<std::string, Roaring, std::less<>>;

  void report(std::string problem) { problems_.push_back(std::move(problem)); }

  void check_sections() {
    for (const SectionEntry& section : part_->footer().sections) {
      const auto bytes = part_->read(section.offset, section.length);
      if (!bytes) {
        report(bytes.error().message);
      } else if (checksum64(*bytes) != section.checksum) {
        report("section " + std::to_string(static_cast<unsigned>(section.kind)) + " of column " +
               std::to_string(section.id) + ": the checksum is wrong");
      }
    }
  }

  void find_key_columns() {
    constexpr auto kStatus = static_cast<std::uint32_t>(FieldColumn::status);
    for (const SectionEntry& section : part_->footer().sections) {
      if (section.kind != Section::key_index) continue;
      const bool text =
          section.id >= kFirstTextColumn && section.id < kFirstTextColumn + kTextFields;
      if (text || section.id == kStatus) {
        keys_[section.id];
      } else {
        report("a key index of column " + std::to_string(section.id) + ", which is not a key");
      }
    }
  }

  void check_block(std::uint32_t index) {
    const BlockEntry& entry = part_->blocks()[index];
    const std::string where = "block " + std::to_string(index) + ": ";
    if (entry.first_row != rows_) report(where + "its first row doesn't follow the block before");
    const auto block = BlockReader::open(part_, index);
    const auto batch = block ? decode_calls(**block) : block.error();
    rows_ += entry.rows;
    if (!batch) {
      report(where + batch.error().message);
      all_blocks_ = false;
      return;
    }
    if (batch->calls.size() != entry.rows) report(where + "its calls aren't as many as it says");
    check_calls(*batch, entry, where);
    check_ids(*batch, index, where);
    check_characters(**block, *batch, where);
  }

  void check_characters(const BlockReader& block, const Batch& batch, const std::string& where) {
    const PartShapes& shapes = block.shapes();
    std::vector<CharacterClasses> of(kFieldColumns + shapes.columns.size());
    for (std::uint32_t row = 0; row < batch.calls.size(); ++row) {
      const Call& call = batch.calls[row];
      for (std::uint32_t i = 0; i < kTextFields; ++i) {
        of[kFirstTextColumn + i] |= CharacterClasses::of(batch.view(call.text[i]));
      }
      ValueCursor values(batch, call);
      for (const std::uint32_t column : shapes.shapes[block.shape(row)].columns) {
        of[column] |= CharacterClasses::of(values.next());
      }
    }
    for (std::uint32_t column = kFirstTextColumn; column < of.size(); ++column) {
      if (characters_->has_all_of(block.number(), column, of[column])) continue;
      report(where + "the character table lacks some of column " + std::to_string(column));
    }
  }

  void check_calls(const Batch& batch, const BlockEntry& entry, const std::string& where) {
    std::uint64_t bytes = 0;
    std::uint32_t row = entry.first_row;
    std::string line;
    bool ordered = true;
    bool within = true;
    for (const Call& call : batch.calls) {
      line.clear();
      append_line(batch, call, line);
      bytes += line.size();
      ordered = ordered && std::pair{call.ts, call.seq} >= last_;
      last_ = {call.ts, call.seq};
      within = within && call.ts >= entry.min_ts && call.ts <= entry.max_ts &&
               call.seq >= entry.min_seq && call.seq <= entry.max_seq &&
               day_of(call.ts) == part_->footer().summary.day;
      for (auto& [column, rows] : keys_) rows[key_of(batch, call, column)].add(row);
      ++row;
    }
    line_bytes_ += bytes;
    if (bytes != entry.line_bytes) report(where + "its lines aren't as long as it says");
    if (!ordered) report(where + "its calls are out of order");
    if (!within) report(where + "a call is outside the block's bounds");
  }

  static std::string key_of(const Batch& batch, const Call& call, std::uint32_t column) {
    if (column < kFirstTextColumn) return std::to_string(call.status);
    return std::string(batch.field(call, static_cast<TextField>(column - kFirstTextColumn)));
  }

  void check_ids(const Batch& batch, std::uint32_t index, const std::string& where) {
    std::uint64_t missing = 0;
    const auto check = [&](std::string_view id) {
      const auto blocks = part_->blocks_with_id(id_hash(id));
      if (!blocks || std::find(blocks->begin(), blocks->end(), index) == blocks->end()) ++missing;
    };
    for (const Call& call : batch.calls) {
      const std::string_view call_id = batch.field(call, TextField::call_id);
      if (!call_id.empty()) check(call_id);
      for_each_id(batch, call, [&](std::string_view, std::string_view id) { check(id); });
    }
    if (missing > 0) report(where + std::to_string(missing) + " IDs aren't in the index");
  }

  void check_summary() {
    const PartSummary& summary = part_->footer().summary;
    if (rows_ != summary.calls) report("the blocks' calls aren't as many as the footer says");
    if (all_blocks_ && line_bytes_ != summary.line_bytes) {
      report("the lines aren't as long as the footer says");
    }
  }

  void check_keys(std::uint32_t column, const RowsByValue& expected) {
    const std::string where = "key index of column " + std::to_string(column) + ": ";
    const auto directory = part_->keys(column);
    if (!directory) return report(where + directory.error().message);
    const auto dictionary = part_->dictionary(column);
    if (!dictionary) return report(where + dictionary.error().message);
    std::set<std::string> seen;
    for (const auto& [value, bitmap] : (*directory)->values()) {
      const bool text = column >= kFirstTextColumn && *dictionary != nullptr;
      std::string key = text ? std::string((**dictionary)[static_cast<std::uint64_t>(value)])
                             : std::to_string(value);
      const auto rows = part_->rows(column, bitmap);
      if (!rows) {
        report(where + rows.error().message);
        continue;
      }
      const auto found = expected.find(key);
      if (found == expected.end() || !(found->second == *rows)) {
        report(std::string(where).append("the rows aren't those of the calls with ").append(key));
      }
      seen.insert(std::move(key));
    }
    if (seen.size() != expected.size()) report(where + "a value of the calls is missing");
  }

  const std::shared_ptr<const PartFile> part_;
  std::vector<std::string> problems_;
  std::shared_ptr<const CharacterTable> characters_ = std::make_shared<const CharacterTable>();
  std::map<std::uint32_t, RowsByValue> keys_;  // by column, according to the calls
  std::uint64_t rows_ = 0;
  std::uint64_t line_bytes_ = 0;
  std::pair<TimeNs, std::uint64_t> last_{kMinTime, 0};
  bool all_blocks_ = true;
};

}  // namespace

std::vector<std::string> verify_part(const std::shared_ptr<const PartFile>& part) {
  return Verifier(part).run();
}

}  // namespace fortnight::storage
