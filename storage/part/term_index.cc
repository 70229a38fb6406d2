#include "storage/part/term_index.h"

#include <algorithm>
#include <bit>
#include <boost/unordered/unordered_flat_map.hpp>
#include <tuple>
#include <utility>

#include "base/bytes.h"
#include "base/json_text.h"
#include "storage/call/terms.h"

namespace fortnight::storage {
namespace {

// A pair of a term and a block takes some 13 bits: 2.3 of them are less than 4 bytes.
constexpr std::uint64_t kMostPairsOfTenCalls = 23;
// Columns are chosen by their terms in so many blocks; terms of at least three of them are
// frequent. The terms are kept until then, so that those of columns that are left out aren't in the
// index.
constexpr std::uint32_t kTrialBlocks = 4;
constexpr int kFrequentInTrial = 3;
// Terms of more blocks than this are frequent.
std::uint32_t most_rare_blocks(std::uint32_t blocks) { return std::max(2U, blocks / 8); }
// A block whose calls have some dozen terms each has half of it. Columns that add more are left
// out.
constexpr std::size_t kMostBlockTerms = std::size_t{1} << 17;
constexpr std::size_t kRecentValues = 1024;
constexpr std::uint64_t kTermsThatShowNumbers = 64;
constexpr unsigned kHashBytes = IdPairs::kHashBits / 8;

// Numbers and times: a search for other texts rules their columns out by their characters.
bool is_numeric(std::string_view term) {
  return std::all_of(term.begin(), term.end(), [](char c) {
    return is_digit(c) || is_term_joiner(c) || c == 'T' || c == 'Z' || c == 'e' || c == 'E';
  });
}

}  // namespace

TermCollector::Column& TermCollector::state_of(std::size_t column) {
  if (column >= columns_.size()) columns_.resize(column + 1);
  return columns_[column];
}

void TermCollector::leave_out(std::size_t column) {
  Column& of = state_of(column);
  if (std::exchange(of.covered, false)) terms_ -= of.terms;
}

void TermCollector::add(std::size_t column, const Strings& values, bool is_string, bool ids) {
  if (!state_of(column).covered) return;
  recent_.assign(kRecentValues, {});
  std::string_view last;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string_view raw = values[i];
    if (raw.size() < kLeastTermBytes || raw == last) continue;
    last = raw;
    if (of_this_block_ >= kMostBlockTerms) {
      leave_out(column);
      break;
    }
    if (std::exchange(recent_[checksum64(raw) % kRecentValues], raw) == raw) continue;
    add_value(column, is_string ? decode_json_string(raw, scratch_) : raw, ids);
  }
  // During the trial each column has its own terms, since the others may be left out.
  if (tries_) of_block_.clear();
}

void TermCollector::add_value(std::size_t column, std::string_view value, bool ids) {
  Column& of = columns_[column];
  for_each_term(value, [&](std::size_t begin, std::size_t end) {
    const std::string_view term = value.substr(begin, end - begin);
    const bool in_id_index = ids && term.size() == value.size();
    if (term.size() < kLeastTermBytes || in_id_index) return;
    const std::uint64_t hash = checksum64(term);
    if (frequent_.contains(hash) || !of_block_.insert(hash).second) return;
    if (of.terms < kTermsThatShowNumbers) of.numeric = of.numeric && is_numeric(term);
    ++of.terms;
    ++terms_;
    ++of_this_block_;
    if (tries_) {
      trial_.push_back({hash, block_, static_cast<std::uint32_t>(column)});
    } else {
      pairs_.add(hash, block_);
    }
  });
}

Result<void> TermCollector::end_block(std::uint32_t calls) {
  calls_ += calls;
  ++block_;
  of_block_.clear();
  of_this_block_ = 0;
  if (tries_ && block_ < kTrialBlocks) return {};
  if (tries_) return end_trial();
  keep_within_budget();
  return pairs_.make_room();
}

// Leaves out columns of numbers and times first, and of the others those with the most terms.
void TermCollector::keep_within_budget() {
  while (terms_ * 10 > calls_ * kMostPairsOfTenCalls) {
    const auto dearest =
        std::max_element(columns_.begin(), columns_.end(), [](const Column& a, const Column& b) {
          const auto cost = [](const Column& of) {
            return std::tuple(of.covered, of.numeric, of.terms);
          };
          return cost(a) < cost(b);
        });
    if (!dearest->covered) return;
    leave_out(static_cast<std::size_t>(dearest - columns_.begin()));
  }
}

// Terms of most of the blocks are frequent: they take no room, and count for no column.
void TermCollector::find_frequent() {
  boost::unordered_flat_map<std::uint64_t, std::uint8_t> blocks;  // a bit each, by hash
  blocks.reserve(trial_.size());
  static_assert(kTrialBlocks <= 8);
  for (const Trial& trial : trial_) {
    std::uint8_t& of_hash = blocks[trial.hash];
    of_hash = static_cast<std::uint8_t>(of_hash | 1U << trial.block);
  }
  for (const auto& [hash, bits] : blocks) {
    if (std::popcount(bits) >= kFrequentInTrial) frequent_.insert(hash);
  }
  std::erase_if(trial_, [&](const Trial& trial) {
    if (!frequent_.contains(trial.hash)) return false;
    Column& of = columns_[trial.column];
    --of.terms;
    if (of.covered) --terms_;
    return true;
  });
}

Result<void> TermCollector::end_trial() {
  tries_ = false;
  find_frequent();
  keep_within_budget();
  for (const Trial& trial : trial_) {
    if (columns_[trial.column].covered) pairs_.add(trial.hash, trial.block);
  }
  std::vector<Trial>().swap(trial_);
  return pairs_.make_room();
}

Result<void> TermCollector::encode(
    std::size_t columns, std::string& directory,
    const std::function<Result<void>(std::string_view)>& write_pages) {
  if (block_ < kLeastTermBlocks) return {};
  FORTNIGHT_ASSIGN(std::vector<std::uint64_t> frequent,
                   pairs_.drop_frequent(most_rare_blocks(block_)));
  for (const std::uint64_t hash : frequent_) frequent.push_back(hash >> (64 - IdPairs::kHashBits));
  std::sort(frequent.begin(), frequent.end());
  frequent.erase(std::unique(frequent.begin(), frequent.end()), frequent.end());
  ByteWriter writer(directory);
  writer.varint(columns);
  for (std::size_t i = 0; i < columns; i += 8) {
    std::uint8_t bits = 0;
    for (std::size_t k = i; k < std::min(i + 8, columns); ++k) {
      // A column without values has no terms.
      const bool covered = k >= columns_.size() || columns_[k].covered;
      bits = static_cast<std::uint8_t>(bits | (covered ? 1U : 0U) << (k - i));
    }
    writer.u8(bits);
  }
  writer.varint(frequent.size());
  for (const std::uint64_t hash : frequent) {
    for (unsigned i = 0; i < kHashBytes; ++i) writer.u8(static_cast<std::uint8_t>(hash >> 8 * i));
  }
  return encode_id_index(pairs_, directory, write_pages);
}

Result<TermDirectory> TermDirectory::parse(std::string_view bytes, std::uint64_t pages_bytes,
                                           std::size_t columns) {
  ByteReader in(bytes);
  TermDirectory directory;
  if (in.varint() != columns) return corrupt("damaged directory of terms");
  directory.covered_.resize(columns);
  std::uint8_t bits = 0;
  for (std::size_t i = 0; i < columns; ++i) {
    if (i % 8 == 0) bits = in.u8();
    directory.covered_[i] = (bits >> i % 8 & 1) != 0;
  }
  directory.frequent_.resize(in.count(kHashBytes));
  for (std::uint64_t& hash : directory.frequent_) {
    for (unsigned i = 0; i < kHashBytes; ++i) hash |= std::uint64_t{in.u8()} << 8 * i;
  }
  if (!in.ok() || !std::is_sorted(directory.frequent_.begin(), directory.frequent_.end())) {
    return corrupt("damaged directory of terms");
  }
  FORTNIGHT_ASSIGN(directory.pages_, IdDirectory::parse(in.bytes(in.remaining()), pages_bytes));
  return directory;
}

bool TermDirectory::frequent(std::uint64_t hash) const {
  return std::binary_search(frequent_.begin(), frequent_.end(), hash >> (64 - IdPairs::kHashBits));
}

}  // namespace fortnight::storage
