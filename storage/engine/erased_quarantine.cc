#include "storage/engine/erased_quarantine.h"

#include <algorithm>
#include <memory>
#include <string_view>

#include "base/checksum.h"
#include "storage/call/line_match.h"
#include "storage/call/needle.h"
#include "storage/engine/erased_rejects.h"
#include "storage/engine/rejects.h"
#include "storage/files/block_cache.h"
#include "storage/files/file_names.h"
#include "storage/journal/format.h"
#include "storage/journal/record.h"
#include "storage/journal/scanner.h"
#include "storage/part/block_calls.h"
#include "storage/part/file.h"

namespace fortnight::storage {
namespace {

constexpr std::size_t kQuarantineCacheBytes = 16U << 20;
constexpr std::size_t kSearchedBytes = 1U << 20;

struct InFile {
  bool found = false;
  bool unread = false;  // it may have more

  InFile& operator+=(const InFile& other) {
    found = found || other.found;
    unread = unread || other.unread;
    return *this;
  }
};

class QuarantineSearch {
 public:
  QuarantineSearch(FileSystem& files, const ErasureOrder& order, const Budget& budget)
      : files_(files), order_(order), budget_(budget), matcher_(order.predicates) {}

  Result<InFile> in(const std::string& path) {
    auto file = files_.open(path);
    if (!file) return InFile{false, true};
    std::string magic(std::min<std::uint64_t>((*file)->size(), kMagicBytes), '\0');
    if (!(*file)->read(0, magic)) return InFile{false, true};
    if (magic == "FNROLLUP" || magic == "FNMANIFT") return InFile();
    if (magic == kRejectsMagic) return in_rejects(path, **file);
    if (magic == kJournalMagic) return in_journal(**file);
    return in_part(path, **file);
  }

 private:
  static constexpr std::size_t kMagicBytes = 8;

  bool matches(const Batch& batch) {
    if (batch.empty() || !matcher_.bind(batch)) return false;
    return std::any_of(batch.calls.begin(), batch.calls.end(),
                       [&](const Call& call) { return matcher_.matches(call); });
  }

  // A file without blocks that can be found is searched as it is.
  Result<InFile> in_part(const std::string& path, const ReadableFile& file) {
    auto part = PartFile::open(files_, path, cache_);
    const bool whole = part.has_value();
    if (!part) part = PartFile::open_damaged(files_, path, cache_);
    if (!part) return in_bytes(file);
    InFile result{false, !whole};
    for (std::uint32_t block = 0; block < (*part)->blocks().size(); ++block) {
      FORTNIGHT_TRY(budget_.check());
      const auto batch = decode_calls(*part, block);
      result += InFile{batch && matches(*batch), !batch};
      if (result.found) return result;
    }
    if (!result.unread) return result;
    FORTNIGHT_ASSIGN(const InFile bytes, in_bytes(file));
    return result += bytes;
  }

  Result<InFile> in_rejects(const std::string& path, const ReadableFile& file) {
    const auto rejects = RejectsFile::read(files_, path);
    if (!rejects) return in_bytes(file);
    InFile result;
    rejects->for_each([&](Reject&& reject) {
      result.found = has_text(reject, order_.text);
      return !result.found;
    });
    return result;
  }

  Result<InFile> in_journal(const ReadableFile& file) {
    std::string bytes(kJournalHeaderBytes, '\0');
    const auto read = file.read(0, bytes);
    const auto header = read ? decode_journal_header(bytes) : Result<JournalHeader>(read.error());
    if (!header) return in_bytes(file);
    JournalScanner scanner(file, header->number);
    InFile result;
    std::uint64_t offset = kJournalHeaderBytes;
    while (auto record = scanner.find(offset, 0)) {
      FORTNIGHT_TRY(budget_.check());
      offset = record->offset + record->header.size();
      const auto payload = record_payload(record->header, record->bytes);
      const auto append = payload ? decode_append(*payload) : Result<Append>(payload.error());
      result.unread = result.unread || !append;
      if (!append) continue;
      result.found = matches(append->batch) ||
                     std::any_of(append->rejects.begin(), append->rejects.end(),
                                 [&](const Reject& r) { return has_text(r, order_.text); });
      if (result.found) return result;
    }
    result.unread = result.unread || scanner.read_errors() != 0;
    return result;
  }

  // Whether the text stands in the bytes as it is. It may stand there in another form.
  Result<InFile> in_bytes(const ReadableFile& file) {
    InFile result{false, true};
    std::string bytes;
    for (std::uint64_t offset = 0; offset < file.size(); offset += kSearchedBytes) {
      FORTNIGHT_TRY(budget_.check());
      const std::uint64_t length =
          std::min<std::uint64_t>(kSearchedBytes + order_.text.size(), file.size() - offset);
      bytes.resize(length);
      if (!file.read(offset, bytes)) continue;
      result.found = contains(bytes, order_.text);
      if (result.found) return result;
    }
    return result;
  }

  FileSystem& files_;
  const ErasureOrder& order_;
  const Budget& budget_;
  CallMatcher matcher_;
  const std::shared_ptr<BlockCache> cache_ = std::make_shared<BlockCache>(kQuarantineCacheBytes);
};

}  // namespace

Result<std::set<std::string>> find_quarantined_erasures(FileSystem& files,
                                                        const ErasureOrder& order,
                                                        const Budget& budget,
                                                        Completeness& completeness) {
  FORTNIGHT_ASSIGN(const auto entries, files.list(std::string(kQuarantineDirectory)));
  QuarantineSearch search(files, order, budget);
  std::set<std::string> found;
  for (const FileEntry& entry : entries) {
    const std::string path = std::string(kQuarantineDirectory) + '/' + entry.name;
    FORTNIGHT_ASSIGN(const InFile in_file, search.in(path));
    if (in_file.found) found.insert(path);
    if (!in_file.found && in_file.unread) completeness.miss(checksum64(path));
  }
  return found;
}

}  // namespace fortnight::storage
