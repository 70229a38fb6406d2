#include "tools/format/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/ascii.h"
#include "base/checksum.h"
#include "tools/client/json.h"

namespace fortnight::format {
namespace {

// The longest name of a source of an HTTP port.
constexpr std::size_t kMaxSourceName = 64;

std::optional<std::string> from_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    std::uint32_t digit = 0;
    if (c >= 'A' && c <= 'Z') {
      digit = static_cast<std::uint32_t>(c - 'A');
    } else if (c >= 'a' && c <= 'z') {
      digit = static_cast<std::uint32_t>(c - 'a') + 26;
    } else if (is_digit(c)) {
      digit = static_cast<std::uint32_t>(c - '0') + 52;
    } else if (c == '+' || c == '/') {
      digit = c == '+' ? 62 : 63;
    } else {
      return std::nullopt;
    }
    bits = bits << 6 | digit;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xffU);
    }
  }
  return out;
}

}  // namespace

std::optional<RejectedLine> parse_reject(std::string_view row) {
  RejectedLine reject;
  const auto text = [&](std::string_view key) {
    return client::text_of(client::member_of(row, key));
  };
  reject.at = text("at");
  reject.source = text("source");
  reject.reason = text("reason");
  reject.offset = std::strtoull(text("offset").c_str(), nullptr, 10);
  reject.bytes = text("bytes");
  if (const std::string encoded = text("bytes_base64"); !encoded.empty()) {
    auto bytes = from_base64(encoded);
    if (!bytes) return std::nullopt;
    reject.bytes = std::move(*bytes);
  }
  if (reject.at.empty() || reject.reason.empty()) return std::nullopt;
  return reject;
}

std::string batch_id(const RejectedLine& reject) {
  const std::string all =
      fmt::format("{}\n{}\n{}\n{}", reject.at, reject.source, reject.offset, reject.bytes);
  return fmt::format("replay-{}-{:016x}", reject.at, checksum64(all));
}

std::string replayed_source(std::string_view source) {
  std::string name = "replay:";
  for (const char c : source) {
    const bool allowed =
        is_alphanumeric(c) || std::string_view("-._:/@").find(c) != std::string_view::npos;
    name += allowed ? c : '-';
  }
  if (name.size() <= kMaxSourceName) return name;
  // Long names often differ at their ends only.
  const std::string hash = fmt::format("-{:08x}", checksum32(source));
  return name.substr(0, kMaxSourceName - hash.size()) + hash;
}

bool ReplayPlan::add(const RejectedLine& reject) {
  intake::Mapper* const mapper = mapper_for(reject.source);
  if (mapper == nullptr) {
    ++unknown_;
    return false;
  }
  ReplaySource& source = sources_[reject.source];
  // A line that has fewer bytes is whole.
  if (reject.bytes.size() >= storage::kMostRejectedBytes) {
    ++source.cut;
    return false;
  }
  storage::Append append;
  mapper->map_copy(reject.bytes, 0, now_, append);
  for (const storage::Reject& again : append.rejects) {
    ++source.refused[again.reason];
    return false;
  }
  if (append.batch.calls.empty()) {
    ++source.skipped;
    return false;
  }
  ++source.mended;
  return true;
}

intake::Mapper* ReplayPlan::mapper_for(const std::string& name) {
  const auto known = mappers_.find(name);
  if (known != mappers_.end()) return known->second.get();
  const auto source = std::find_if(config_.sources.begin(), config_.sources.end(),
                                   [&](const config::Source& one) { return one.name == name; });
  if (source == config_.sources.end()) return nullptr;
  sources_[name].format = source->format;
  auto mapper = std::make_unique<intake::Mapper>(intake::mapper_settings(config_, *source));
  return mappers_.emplace(name, std::move(mapper)).first->second.get();
}

}  // namespace fortnight::format
