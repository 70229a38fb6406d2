#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "query/reject_row.h"
#include "storage/engine/rejects.h"
#include "tools/segment/commands.h"
#include "tools/segment/selection.h"

namespace fortnight::segment {

Result<void> cat(const Target& target, const std::vector<std::string>& filters, std::FILE* out) {
  const auto kinds = id_kinds(target);
  FORTNIGHT_ASSIGN(storage::CallQuery query, parse_filters(filters, kinds));
  query.with_line = true;
  return for_each_call(target, query, [&](const storage::CallRecord& call) -> Result<void> {
    FORTNIGHT_TRY(write(out, call.line));
    return write(out, "\n");
  });
}

bool holds_rejects(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string magic(storage::kRejectsMagic.size(), '\0');
  in.read(magic.data(), static_cast<std::streamsize>(magic.size()));
  return in && magic == storage::kRejectsMagic;
}

Result<storage::RejectsFile> read_rejects(const std::string& path) {
  const std::filesystem::path full(path);
  const auto files = storage::posix_file_system(full.has_parent_path() ? full.parent_path().string()
                                                                       : std::string("."));
  return storage::RejectsFile::read(*files, full.filename().string());
}

Result<void> cat_rejects(const std::string& path, std::FILE* out) {
  FORTNIGHT_ASSIGN(const storage::RejectsFile file, read_rejects(path));
  Result<void> written;
  file.for_each([&](storage::Reject&& reject) {
    std::string row;
    JsonWriter json(row);
    json.open_object();
    query::write_reject(reject, json);
    json.close_object();
    written = write(out, row + "\n");
    return written.has_value();
  });
  return written;
}

Result<void> write(std::FILE* out, std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), out) == text.size()) return {};
  return io_error("can't write the output: " + std::generic_category().message(errno));
}

}  // namespace fortnight::segment
