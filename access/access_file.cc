#include "access/access_file.h"

#include "base/json_members.h"
#include "base/json_writer.h"

namespace fortnight::access {
namespace {

constexpr std::uint64_t kMaxFileBytes = 64U << 20;
constexpr std::string_view kNewest = "2";
constexpr std::string_view kWithoutPeople = "1";
constexpr std::string_view kSectionNames[] = {"tokens", "people"};
constexpr std::string_view kNoEntries = "[]";

bool is_whole_array(std::string_view json) {
  return json == kNoEntries || !elements_of(json).empty();
}

}  // namespace

AccessFile::AccessFile(storage::FileSystem& files) : files_(files) {
  auto texts = read(files);
  const MutexLock lock(mutex_);
  texts_.fill(std::string(kNoEntries));
  if (texts) {
    texts_ = *std::move(texts);
  } else {
    unreadable_ = texts.error();
  }
}

Result<AccessFile::Texts> AccessFile::read(storage::FileSystem& files) {
  const std::string name(kAccessFile);
  Texts texts;
  texts.fill(std::string(kNoEntries));
  const auto whole = storage::read_whole(files, name, kMaxFileBytes);
  if (!whole && whole.error().code == ErrorCode::not_found) return texts;
  if (!whole) return whole.error();
  std::string_view text = *whole;
  while (text.ends_with('\n')) text.remove_suffix(1);
  const std::vector<JsonMember> members = members_of(text);
  const auto member = [&](std::string_view key) -> std::string_view {
    for (const JsonMember& one : members) {
      if (one.key == key) return one.value;
    }
    return {};
  };
  if (members.empty()) return corrupt(name + ": it isn't one JSON object");
  const std::string_view version = member("version");
  if (version != kNewest && version != kWithoutPeople) {
    return Error{ErrorCode::unsupported, name + ": written by another version"};
  }
  for (std::size_t i = 0; i < kSections; ++i) {
    if (kSectionNames[i] == "people" && version == kWithoutPeople) continue;
    texts[i] = std::string(member(kSectionNames[i]));
    if (!is_whole_array(texts[i])) {
      return corrupt(name + ": it has no whole list of " + std::string(kSectionNames[i]));
    }
  }
  return texts;
}

std::vector<std::string> AccessFile::entries(Section section) const {
  const MutexLock lock(mutex_);
  std::vector<std::string> entries;
  for (const std::string_view entry : elements_of(texts_[static_cast<std::size_t>(section)])) {
    entries.emplace_back(entry);
  }
  return entries;
}

void AccessFile::distrust() {
  if (!unreadable_) {
    unreadable_ = corrupt(std::string(kAccessFile) + ": an entry has a wrong form");
  }
}

Result<void> AccessFile::write(Section section, const std::vector<std::string>& entries) {
  if (unreadable_) return *unreadable_;
  const MutexLock lock(mutex_);
  Texts changed = texts_;
  std::string& array = changed[static_cast<std::size_t>(section)];
  array = "[";
  for (const std::string& entry : entries) {
    if (array.size() > 1) array += ',';
    array += entry;
  }
  array += ']';
  std::string text;
  JsonWriter json(text);
  json.open_object().key("version").raw(kNewest);
  for (std::size_t i = 0; i < kSections; ++i) json.key(kSectionNames[i]).raw(changed[i]);
  json.close_object();
  // A file that couldn't be read again would let nobody in.
  if (text.size() >= kMaxFileBytes) {
    return Error{ErrorCode::limit, std::string(kAccessFile) + ": it would have 64 MiB"};
  }
  FORTNIGHT_TRY(storage::write_atomically(files_, std::string(kAccessFile), text + "\n"));
  texts_ = std::move(changed);
  return {};
}

}  // namespace fortnight::access
