#include "daemon/tail/open_files.h"

#include <algorithm>
#include <utility>

#include "daemon/tail/ledger.h"
#include "daemon/tail/names.h"

namespace fortnight::daemon {
namespace {

// Two writes within this time may leave a file with the same times.
constexpr std::chrono::milliseconds kClockTick{100};
// Every Nth group that is read is one that is far behind.
constexpr unsigned kBacklogTurn = 4;

std::uint64_t behind(const FileGroup& group) {
  std::uint64_t bytes = 0;
  for (const auto& file : group.files) {
    TailFile& content = file->stream.file();
    const auto info = content.info();
    if (!info) continue;
    if (!content.mutable_content()) {
      bytes += file->at_end ? 0 : OpenFiles::kFresh + 1;
    } else if (info->size > file->stream.read_to()) {
      bytes += info->size - file->stream.read_to();
    }
  }
  return bytes;
}

}  // namespace

bool OpenFile::has_changed(TailTime now) const {
  if (!at_end || failing) return true;
  const auto info = const_cast<TailStream&>(stream).file().info();
  return !info || *info != seen || now - seen_since < kClockTick;
}

void OpenFile::reached_end(const FileInfo& info, TailTime now) {
  if (info != seen) seen_since = now;
  seen = info;
  at_end = true;
}

OpenFile& OpenFiles::add(std::unique_ptr<OpenFile> file) {
  OpenFile& added = *file;
  const TailPosition& position = added.stream.position();
  const auto [found, is_new] = groups_.try_emplace(position.path);
  FileGroup& group = found->second;
  if (is_new) group.path = position.path;
  for (const std::string& base : base_paths(position)) {
    if (std::find(group.bases.begin(), group.bases.end(), base) != group.bases.end()) continue;
    if (is_numbered_within(file_name_of(base), file_name_of(position.path))) {
      by_numbered_base_[base].insert(&group);
    } else {
      by_base_.emplace(base, &group);
    }
    group.bases.push_back(base);
  }
  by_id_[position.file] = &added;
  by_key_[added.stream.key()] = &added;
  group.files.push_back(std::move(file));
  note_head(added);
  reorder(group);
  return added;
}

void OpenFiles::note_head(OpenFile& file) {
  const std::string& head = file.stream.head();
  if (file.head_hash || head.size() < kHeadBytes) return;
  file.head_hash = evidence_hash(head);
  by_head_.emplace(*file.head_hash, &file);
}

void OpenFiles::reorder(FileGroup& group) {
  std::stable_sort(group.files.begin(), group.files.end(), [](const auto& a, const auto& b) {
    if (a->rotated != b->rotated) return a->rotated;
    const TailPosition& first = a->stream.position();
    const TailPosition& second = b->stream.position();
    if (first.modified_ns != second.modified_ns) return first.modified_ns < second.modified_ns;
    return first.offset > 0 && second.offset == 0;  // equal times: the file that was begun is older
  });
}

void OpenFiles::remove(FileGroup& group, const OpenFile& file) {
  const auto found = std::find_if(group.files.begin(), group.files.end(),
                                  [&](const auto& one) { return one.get() == &file; });
  by_id_.erase(file.stream.position().file);
  by_key_.erase(file.stream.key());
  if (file.head_hash) {
    const auto [first, last] = by_head_.equal_range(*file.head_hash);
    by_head_.erase(std::find_if(first, last, [&](const auto& one) { return one.second == &file; }));
  }
  group.files.erase(found);
  if (!group.files.empty()) return;
  for (const std::string& base : group.bases) {
    if (const auto numbered = by_numbered_base_.find(base);
        numbered != by_numbered_base_.end() && numbered->second.erase(&group) > 0) {
      if (numbered->second.empty()) by_numbered_base_.erase(numbered);
      continue;
    }
    const auto [first, last] = by_base_.equal_range(base);
    by_base_.erase(
        std::find_if(first, last, [&](const auto& one) { return one.second == &group; }));
  }
  groups_.erase(groups_.find(group.path));
}

OpenFile* OpenFiles::find(const FileId& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

OpenFile* OpenFiles::find_key(const std::string& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : found->second;
}

FileGroup* OpenFiles::group(const std::string& path) {
  const auto found = groups_.find(path);
  return found == groups_.end() ? nullptr : &found->second;
}

std::vector<FileGroup*> OpenFiles::related(const std::string& base_path) const {
  std::vector<FileGroup*> found;
  const auto [first, last] = by_base_.equal_range(base_path);
  for (auto one = first; one != last; ++one) found.push_back(one->second);
  return found;
}

std::vector<FileGroup*> OpenFiles::numbered(const std::string& base_path) const {
  const auto found = by_numbered_base_.find(base_path);
  if (found == by_numbered_base_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

std::vector<OpenFile*> OpenFiles::numbered_like(const std::string& base_path,
                                                std::string_view head) const {
  std::vector<OpenFile*> files;
  const auto found = by_numbered_base_.find(base_path);
  if (found == by_numbered_base_.end() || head.size() < kHeadBytes) return files;
  const auto [first, last] = by_head_.equal_range(evidence_hash(head));
  for (auto one = first; one != last; ++one) {
    const auto group = groups_.find(one->second->stream.position().path);
    if (group == groups_.end()) continue;
    // The set holds pointers to mutable groups of the same map.
    if (found->second.contains(const_cast<FileGroup*>(&group->second))) {
      files.push_back(one->second);
    }
  }
  return files;
}

void OpenFiles::for_each(const std::function<void(FileGroup&, OpenFile&)>& visit) {
  for (auto& [path, group] : groups_) {
    for (const auto& file : group.files) visit(group, *file);
  }
}

void OpenFiles::enqueue(FileGroup& group) {
  using Queue = FileGroup::Queue;
  if (group.queue == Queue::fresh) return;
  const Queue queue = behind(group) <= kFresh ? Queue::fresh : Queue::backlog;
  if (queue == group.queue) return;
  group.queue = queue;
  (queue == Queue::fresh ? fresh_ : backlog_).push_back(group.path);
}

FileGroup* OpenFiles::pop(std::deque<std::string>& queue, FileGroup::Queue kind) {
  while (!queue.empty()) {
    FileGroup* found = group(queue.front());
    queue.pop_front();
    if (found == nullptr || found->queue != kind) continue;
    found->queue = FileGroup::Queue::none;
    return found;
  }
  return nullptr;
}

FileGroup* OpenFiles::dequeue() {
  using Queue = FileGroup::Queue;
  if (++turn_ % kBacklogTurn == 0) {
    if (FileGroup* old = pop(backlog_, Queue::backlog)) return old;
  }
  if (FileGroup* fresh = pop(fresh_, Queue::fresh)) return fresh;
  return pop(backlog_, Queue::backlog);
}

}  // namespace fortnight::daemon
