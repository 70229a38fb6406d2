#include "storage/engine/erased_rejects.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/json_writer.h"
#include "storage/call/needle.h"
#include "storage/engine/identity.h"
#include "storage/engine/rejects.h"

namespace fortnight::storage {
namespace {

constexpr std::string_view kErasedDetail = "erased";

// Blanks the rejects that have the text; returns how many do.
std::uint64_t blank(std::vector<Reject>& rejects, std::string_view text) {
  std::uint64_t blanked = 0;
  for (Reject& reject : rejects) {
    if (!has_text(reject, text)) continue;
    reject.bytes.clear();
    reject.detail = kErasedDetail;
    ++blanked;
  }
  return blanked;
}

}  // namespace

bool has_text(const Reject& reject, std::string_view text) {
  if (contains(reject.bytes, text) || contains(reject.detail, text)) return true;
  const std::string quoted = json_quoted(text);
  const std::string_view escaped = std::string_view(quoted).substr(1, quoted.size() - 2);
  return escaped != text && contains(reject.bytes, escaped);
}

Result<std::uint64_t> erase_rejects(FileSystem& files, Catalog& catalog, const RejectCounts& counts,
                                    std::string_view text, Manifest& next,
                                    std::vector<FileName>& made) {
  std::sort(next.rejects.begin(), next.rejects.end(),
            [](const RejectsEntry& a, const RejectsEntry& b) { return a.number < b.number; });
  std::uint64_t number = 0;  // of the first reject of a file that doesn't have it
  std::uint64_t erased = 0;
  for (RejectsEntry& entry : next.rejects) {
    const std::uint64_t first = std::exchange(number, number + entry.rejects);
    if (entry.rejects == 0) continue;
    const auto file = read_entry(files, entry);
    if (!file && file.error().code != ErrorCode::corrupt) return file.error();
    if (!file) continue;  // queries can't read it either
    RejectBatch batch{file->first_number().value_or(first), {}};
    file->for_each([&](Reject&& reject) {
      batch.rejects.push_back(std::move(reject));
      return true;
    });
    const std::uint64_t blanked = blank(batch.rejects, text);
    if (blanked == 0) continue;
    const FileName name = catalog.new_file(FileKind::rejects, 0);
    made.push_back(name);
    const std::shared_ptr<const RejectBatch> all[] = {
        std::make_shared<const RejectBatch>(std::move(batch))};
    // The file with the greatest number has the counts of the store, and this one may be it.
    FORTNIGHT_ASSIGN(const WrittenRejects written, write_rejects(files, name.path(), all, counts));
    next.erased_files.insert(entry.name());
    entry.number = name.number;
    entry.bytes = written.bytes;
    entry.checksum = written.checksum;
    erased += blanked;
  }
  return erased;
}

}  // namespace fortnight::storage
