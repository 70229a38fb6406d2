#include "daemon/ingest/batches.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace fortnight::daemon {
namespace {

constexpr std::string_view kPrefix = "batch/";
constexpr std::size_t kMaxBatchId = 128;

// Names of sources and senders may have slashes, so their lengths come first.
std::string batch_key(std::string_view source, std::string_view sender, std::string_view id) {
  return fmt::format("{}{}.{}/{}{}{}", kPrefix, source.size(), sender.size(), source, sender, id);
}

std::string batch_text(std::uint64_t number, const BatchCounts& counts) {
  std::string text =
      fmt::format("{} {} {} {}", number, counts.accepted, counts.rejected, counts.skipped);
  if (counts.duplicates != 0) text += fmt::format(" {}", counts.duplicates);
  return text;
}

// The inverse of batch_text(); nothing for any other text.
std::optional<std::pair<std::uint64_t, BatchCounts>> parse_batch(std::string_view value) {
  std::uint64_t arrival = 0;
  BatchCounts counts;
  const char* at = value.data();
  const char* const end = at + value.size();
  for (std::uint64_t* const number :
       {&arrival, &counts.accepted, &counts.rejected, &counts.skipped, &counts.duplicates}) {
    if (number == &counts.duplicates && at == end) break;
    const auto [stop, failed] = std::from_chars(at, end, *number);
    if (failed != std::errc()) return std::nullopt;
    at = stop == end ? stop : stop + 1;
  }
  return at == end ? std::optional(std::pair(arrival, counts)) : std::nullopt;
}

}  // namespace

bool is_batch_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxBatchId &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

Batches::Batches(Gatherer& gatherer, std::size_t most) : gatherer_(gatherer), most_(most) {
  const auto& positions = gatherer.positions();
  for (auto it = positions.lower_bound(std::string(kPrefix));
       it != positions.end() && it->first.starts_with(kPrefix); ++it) {
    const auto batch = parse_batch(it->second);
    if (!batch || !by_number_.emplace(batch->first, it->first).second) continue;
    by_key_.emplace(it->first, Known{batch->first, batch->second});
  }
}

std::optional<BatchCounts> Batches::find(std::string_view source, std::string_view sender,
                                         std::string_view id) const {
  const auto found = by_key_.find(batch_key(source, sender, id));
  return found == by_key_.end() ? std::nullopt : std::optional(found->second.counts);
}

void Batches::remember(std::string_view source, std::string_view sender, std::string_view id,
                       const BatchCounts& counts) {
  std::string key = batch_key(source, sender, id);
  const std::uint64_t number = by_number_.empty() ? 1 : by_number_.rbegin()->first + 1;
  if (!by_key_.emplace(key, Known{number, counts}).second) return;
  gatherer_.set_position(key, batch_text(number, counts));
  by_number_.emplace(number, std::move(key));
  while (by_number_.size() > most_) {
    const auto oldest = by_number_.begin();
    gatherer_.set_position(oldest->second, "");
    by_key_.erase(oldest->second);
    by_number_.erase(oldest);
  }
}

}  // namespace fortnight::daemon
