#include "storage/rollup/keys.h"

#include <charconv>

#include "base/bytes.h"
#include "storage/call/predicate.h"
#include "storage/rollup/caps.h"
#include "storage/rollup/format.h"

namespace fortnight::storage {

bool is_exempt_from_caps(RollupKey key, std::string_view value) {
  return value.empty() || (key == RollupKey::method && is_known_method(value));
}

std::string RollupKeys::encode() const {
  std::string out;
  ByteWriter writer(out);
  for (const Strings& list : values) {
    writer.varint(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) writer.text(list[i]);
  }
  writer.varint(combos.size());
  for (std::size_t key = 0; key < kRollupKeys; ++key) {
    for (const RollupCombo& combo : combos) writer.varint(combo[key]);
  }
  return out;
}

Result<std::shared_ptr<const RollupKeys>> RollupKeys::parse(std::string_view raw) {
  auto keys = std::make_shared<RollupKeys>();
  ByteReader in(raw);
  for (Strings& list : keys->values) {
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count; ++i) list.add(in.text());
  }
  const std::uint64_t count = in.count(kRollupKeys);
  if (count > kMaxRollupCombos) return corrupt("a rollup has too many combinations");
  keys->combos.resize(count);
  bool known = true;
  for (std::size_t key = 0; key < kRollupKeys; ++key) {
    for (RollupCombo& combo : keys->combos) {
      const std::uint64_t value = in.varint();
      // Statuses are never folded.
      const bool may_be_other = key != static_cast<std::size_t>(RollupKey::status);
      known = known && value < keys->values[key].size() + (may_be_other ? 1 : 0);
      combo[key] = static_cast<std::uint32_t>(value);
    }
  }
  if (!in.ok() || in.remaining() != 0 || !known || !find_failed_combos(*keys)) {
    return corrupt("the keys of a rollup make no sense");
  }
  return std::shared_ptr<const RollupKeys>(std::move(keys));
}

std::size_t RollupKeys::memory() const {
  std::size_t bytes = combos.capacity() * (sizeof(RollupCombo) + 1);
  for (const Strings& list : values) bytes += list.memory();
  return bytes;
}

std::vector<std::uint8_t> find_unmatched(const RollupKeys& keys) {
  const Strings& statuses = keys.of(RollupKey::status);
  enum : std::uint8_t { kOnly404 = 1, kAnswered = 2 };
  std::vector<std::uint8_t> found(keys.of(RollupKey::endpoint).size() + 1);
  for (const RollupCombo& combo : keys.combos) {
    const bool is_404 = statuses[combo[static_cast<std::size_t>(RollupKey::status)]] == "404";
    found[combo[static_cast<std::size_t>(RollupKey::endpoint)]] |= is_404 ? kOnly404 : kAnswered;
  }
  for (std::uint8_t& seen : found) seen = seen == kOnly404 ? 1 : 0;
  return found;
}

bool find_failed_combos(RollupKeys& keys) {
  const Strings& statuses = keys.of(RollupKey::status);
  std::vector<std::uint8_t> errors(statuses.size());
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const std::string_view text = statuses[i];
    std::int32_t status = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
    if (error != std::errc() || end != text.data() + text.size()) return false;
    errors[i] = is_error(status) ? 1 : 0;
  }
  keys.failed.clear();
  for (const RollupCombo& combo : keys.combos) {
    keys.failed.push_back(errors[combo[static_cast<std::size_t>(RollupKey::status)]]);
  }
  return true;
}

}  // namespace fortnight::storage
