#include "daemon/settings.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>

#include "base/checksum.h"
#include "base/json_writer.h"

namespace fortnight::daemon {
namespace {

TimeNs to_ns(config::Duration duration) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
}

std::uint64_t settings_hash(const query::Context& context) {
  std::string text = FORTNIGHT_VERSION;
  JsonWriter json(text);
  json.open_array().text(context.time_zone).number(context.limits.rows);
  for (const auto& [id, account] : context.accounts) {
    json.text(id).text(account.name).text(account.time_zone);
  }
  for (const std::string& kind : context.id_kinds) json.text(kind);
  json.null();
  for (const std::string& pointer : context.error_code_pointers) json.text(pointer);
  json.close_array();
  return checksum64(text);
}

// The places of error codes, of all formats.
std::vector<std::string> error_code_pointers(const config::Config& config) {
  std::vector<std::string> pointers;
  std::set<std::string> known;
  for (const auto& [name, format] : config.formats) {
    for (const std::string& pointer : format.error_code) {
      if (known.insert(pointer).second) pointers.push_back(pointer);
    }
  }
  return pointers;
}

}  // namespace

storage::EngineOptions engine_options(const config::Config& config) {
  storage::EngineOptions options;
  options.retention_days = static_cast<int>(config.retention.days);
  options.max_bytes = config.retention.max_bytes;
  options.error_codes = error_code_pointers(config);
  const std::uint64_t eighth = config.limits.memory / 8;
  options.max_head_bytes = 7 * eighth / 4;
  // Appends continue into the second half while the first is flushed.
  options.flush_bytes = std::min(config.storage.part_bytes, options.max_head_bytes / 2);
  options.cache_bytes = 5 * eighth / 4;
  options.flush_interval = to_ns(config.storage.flush_interval);
  options.seal_after = to_ns(config.storage.seal_after);
  options.clock_hold = to_ns(config.storage.clock_hold);
  options.executor = std::make_shared<storage::ThreadExecutor>();
  options.caps = {config.limits.max_accounts, config.limits.max_endpoints,
                  config.limits.max_revisions, config.limits.max_methods};
  return options;
}

void fit_to_disk(storage::EngineOptions& options, std::uint64_t disk_bytes) {
  // The journal has up to three files at a time: the current one, the next one, and one that is
  // covered and not yet removed. With the reserve they leave three quarters of the disk for calls.
  constexpr std::uint64_t kShare = 16;
  constexpr std::uint64_t kLeastJournalFile = std::uint64_t{1} << 20;
  constexpr std::uint64_t kLeastHead = std::uint64_t{8} << 20;
  options.disk_reserve = std::min(options.disk_reserve, disk_bytes / kShare);
  options.journal_file_bytes =
      std::min(options.journal_file_bytes, std::max(disk_bytes / kShare, kLeastJournalFile));
  // Room to flush the head stays free too.
  options.max_head_bytes =
      std::min(options.max_head_bytes, std::max(disk_bytes / kShare, kLeastHead));
  options.flush_bytes = std::min(options.flush_bytes, options.max_head_bytes / 2);
}

std::size_t unfinished_bytes(const config::Limits& limits) {
  return std::max(limits.memory / 32, 2 * limits.max_line_bytes);
}

std::shared_ptr<query::Context> query_context(
    const config::Config& config, const storage::StoreReader& store, access::Registry& registry,
    access::Audit* audit, std::shared_ptr<const KeyedHash> hash, const Clock& clock,
    std::function<void(JsonWriter&)> write_status, query::Erasing erasing) {
  auto context = std::make_shared<query::Context>();
  context->store = &store;
  context->registry = &registry;
  context->audit = audit;
  context->hash = std::move(hash);
  context->erasing = erasing;
  context->erasing.enabled = config.erasure.enabled;
  context->now = [&clock] { return clock.now(); };
  context->time_zone = config.time_zone;
  for (const auto& [id, account] : config.accounts) {
    context->accounts[id] = {account.name, account.time_zone};
  }
  std::set<std::string> kinds;
  for (const auto& [name, format] : config.formats) {
    for (const auto& [kind, pointers] : format.ids) kinds.insert(kind);
  }
  context->error_code_pointers = error_code_pointers(config);
  kinds.erase("call_id");
  context->id_kinds.assign(kinds.begin(), kinds.end());
  context->write_daemon_status = std::move(write_status);
  context->limits.rows = config.query.max_rows;
  context->settings = settings_hash(*context);
  return context;
}

std::string needs_restart(const config::Config& before, const config::Config& after) {
  std::string sections;
  const auto note = [&](const char* section, bool differs) {
    if (differs) sections += (sections.empty() ? "" : ", ") + std::string(section);
  };
  note("data_directory", before.data_directory != after.data_directory);
  note("retention", before.retention != after.retention);
  note("query", before.query != after.query);
  note("web", before.web != after.web);
  note("tls", before.tls.enabled() && !after.tls.enabled());
  note("access", before.access != after.access);
  note("audit", before.audit != after.audit);
  note("limits", before.limits != after.limits);
  note("storage", before.storage != after.storage);
  return sections;
}

}  // namespace fortnight::daemon
