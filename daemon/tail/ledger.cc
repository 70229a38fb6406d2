#include "daemon/tail/ledger.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "daemon/tail/names.h"

namespace fortnight::daemon {
namespace {

// After a source's prefix: marks a sheet of imprints.
constexpr char kSheetMark = 'i';

std::optional<std::uint64_t> to_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [parsed, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || parsed != text.data() + text.size()) return std::nullopt;
  return number;
}

// Whether the file has this base only because of a small number within its name.
bool is_numbered(const LedgerEntry& entry, const std::string& base) {
  return is_numbered_within(file_name_of(base), file_name_of(entry.position.path));
}

}  // namespace

std::vector<std::string> base_paths(const std::string& path) {
  const std::string directory = directory_of(path);
  std::vector<std::string> paths;
  for (const std::string& name : base_names(file_name_of(path))) {
    paths.push_back(directory == "/" ? "/" + name : directory + "/" + name);
  }
  return paths;
}

std::vector<std::string> base_paths(const TailPosition& position) {
  std::vector<std::string> paths = base_paths(position.path);
  if (position.target.empty()) return paths;
  for (std::string& path : base_paths(position.target)) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) {
      paths.push_back(std::move(path));
    }
  }
  return paths;
}

TailLedger::TailLedger(const std::string& source,
                       const std::map<std::string, std::string>& positions)
    : prefix_("tail/" + source + "/") {
  std::map<std::uint64_t, LedgerEntry> by_age;
  for (auto it = positions.lower_bound(prefix_);
       it != positions.end() && it->first.starts_with(prefix_); ++it) {
    const std::string_view rest = std::string_view(it->first).substr(prefix_.size());
    if (rest.empty()) {
      started_ = true;
      // In the first version the value is "1", without a time.
      const std::string_view value = it->second;
      if (value.starts_with("1 ")) {
        if (const auto time = to_number(value.substr(2))) {
          last_look_ = static_cast<std::int64_t>(*time);
        }
      }
    } else if (rest.front() == kSheetMark) {
      const auto number = to_number(rest.substr(1));
      if (!number) continue;
      auto sheet = Imprints::decode(it->second);
      damaged_ += sheet ? 0 : 1;
      if (sheet) imprints_.add(*number, std::move(*sheet));
    } else {
      load(it->first, rest, it->second, by_age);
    }
  }
  for (auto& [number, entry] : by_age) add(std::move(entry));
}

void TailLedger::load(const std::string& key, std::string_view number, const std::string& value,
                      std::map<std::uint64_t, LedgerEntry>& by_age) {
  const auto age = to_number(number);
  if (!age) return;  // belongs to a source whose name begins with this one's
  next_ = std::max(next_, *age + 1);
  if (auto position = TailPosition::decode(value)) {
    by_age[*age] = {key, std::move(*position)};
  } else {
    ++damaged_;
  }
}

void TailLedger::note_look(std::int64_t now_ns, TailSink& sink) {
  started_ = true;
  last_look_ = now_ns;
  sink.position(prefix_, "1 " + std::to_string(now_ns));
}

std::optional<TailLedger::Entry> TailLedger::find(const std::string& key) {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<TailLedger::Entry> TailLedger::of_file(const FileId& file) {
  std::optional<Entry> found;
  for (const Entry& entry : all_of_file(file)) {
    if (!found || (*found)->position.finished) found = entry;
  }
  return found;
}

std::vector<TailLedger::Entry> TailLedger::all_of_file(const FileId& file) {
  std::vector<Entry> found;
  const auto [first, last] = by_file_.equal_range(file);
  for (auto one = first; one != last; ++one) found.push_back(one->second);
  return found;
}

std::vector<TailLedger::Entry> TailLedger::related(const std::string& base_path) {
  std::vector<Entry> found;
  const auto [first, last] = by_base_.equal_range(base_path);
  for (auto one = first; one != last; ++one) found.push_back(one->second);
  return found;
}

std::vector<TailLedger::Entry> TailLedger::numbered(const std::string& base_path) {
  std::vector<Entry> entries;
  const auto found = by_numbered_base_.find(base_path);
  if (found == by_numbered_base_.end()) return entries;
  for (const auto& [key, entry] : found->second) entries.push_back(entry);
  return entries;
}

std::vector<TailLedger::Entry> TailLedger::numbered_like(const std::string& base_path,
                                                         std::uint64_t head_hash,
                                                         std::uint64_t bytes) {
  std::vector<Entry> entries;
  const auto found = by_numbered_base_.find(base_path);
  if (found == by_numbered_base_.end()) return entries;
  const auto [first, last] = by_head_.equal_range(head_hash);
  for (auto one = first; one != last; ++one) {
    const Entry& entry = one->second;
    if (entry->position.offset >= bytes && found->second.contains(entry->key)) {
      entries.push_back(entry);
    }
  }
  return entries;
}

std::vector<TailLedger::Entry> TailLedger::of_target(const std::string& path) {
  std::vector<Entry> found;
  for (const Entry& entry : related(base_paths(path).front())) {
    if (entry->position.target == path) found.push_back(entry);
  }
  return found;
}

bool TailLedger::has_path(const std::string& path) const { return by_path_.contains(path); }

bool TailLedger::holds(const LedgerEntry& entry) {
  const TailPosition& wanted = entry.position;
  const std::vector<std::string> bases = base_paths(wanted);
  const auto [first, last] = by_head_.equal_range(wanted.head_hash);
  return std::any_of(first, last, [&](const auto& one) {
    const TailPosition& position = one.second->position;
    if (one.second->key == entry.key || !position.finished || position.offset != wanted.offset ||
        position.trace_hash != wanted.trace_hash) {
      return false;
    }
    const std::vector<std::string> others = base_paths(position);
    return std::find_first_of(bases.begin(), bases.end(), others.begin(), others.end()) !=
           bases.end();
  });
}

TailLedger::Entry TailLedger::add(LedgerEntry entry) {
  entries_.push_back(std::move(entry));
  const Entry added = std::prev(entries_.end());
  by_key_[added->key] = added;
  if (added->position.file != FileId{}) by_file_.emplace(added->position.file, added);
  for (std::string& base : base_paths(added->position)) {
    if (is_numbered(*added, base)) {
      by_numbered_base_[base].emplace(added->key, added);
    } else {
      by_base_.emplace(std::move(base), added);
    }
  }
  by_head_.emplace(added->position.head_hash, added);
  ++by_path_[added->position.path];
  return added;
}

void TailLedger::unlink(Entry entry) {
  const auto erase = [&](auto& index, const auto& key) {
    const auto [first, last] = index.equal_range(key);
    const auto found =
        std::find_if(first, last, [&](const auto& one) { return one.second == entry; });
    if (found != last) index.erase(found);
  };
  by_key_.erase(entry->key);
  erase(by_file_, entry->position.file);
  for (const std::string& base : base_paths(entry->position)) {
    if (!is_numbered(*entry, base)) {
      erase(by_base_, base);
      continue;
    }
    const auto numbered = by_numbered_base_.find(base);
    numbered->second.erase(entry->key);
    if (numbered->second.empty()) by_numbered_base_.erase(numbered);
  }
  erase(by_head_, entry->position.head_hash);
  const auto paths = by_path_.find(entry->position.path);
  if (paths != by_path_.end() && --paths->second == 0) by_path_.erase(paths);
}

LedgerEntry TailLedger::take(Entry entry) {
  unlink(entry);
  LedgerEntry taken = std::move(*entry);
  entries_.erase(entry);
  return taken;
}

void TailLedger::set_file(Entry entry, const FileId& file) {
  const auto [first, last] = by_file_.equal_range(entry->position.file);
  const auto found =
      std::find_if(first, last, [&](const auto& one) { return one.second == entry; });
  if (found != last) by_file_.erase(found);
  entry->position.file = file;
  if (file != FileId{}) by_file_.emplace(file, entry);
}

void TailLedger::forget_gone(const std::unordered_set<FileId, FileIdHash>& present,
                             TailSink& sink) {
  std::vector<Entry> gone;
  for (Entry entry = entries_.begin(); entry != entries_.end(); ++entry) {
    const TailPosition& position = entry->position;
    if (position.finished && !present.contains(position.file)) gone.push_back(entry);
  }
  std::size_t next = 0;
  while (gone.size() - next > kGoneKept + Imprints::kSheet) {
    std::vector<Imprint> sheet;
    for (; sheet.size() < Imprints::kSheet && next < gone.size(); ++next) {
      const LedgerEntry entry = take(gone[next]);
      sink.position(entry.key, "");
      const TailPosition& position = entry.position;
      if (position.offset == 0) continue;
      sheet.push_back({position.offset, position.head_hash, position.trace_hash});
    }
    const std::uint64_t number = imprints_.next_number();
    const auto key = [&](std::uint64_t of) { return prefix_ + kSheetMark + std::to_string(of); };
    sink.position(key(number), Imprints::encode(sheet));
    imprints_.add(number, std::move(sheet));
    if (const auto dropped = imprints_.drop_surplus()) sink.position(key(*dropped), "");
  }
}

}  // namespace fortnight::daemon
