#include "tools/segment/target.h"

#include <filesystem>
#include <utility>

#include "storage/repair.h"

namespace fortnight::segment {

bool is_directory(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

Result<Target> open_target(const std::string& path) {
  Target target;
  if (is_directory(path)) {
    target.files = storage::posix_file_system(path);
    auto store = storage::inspect(*target.files);
    if (!store) return store.error().within(path);
    target.store = std::move(*store);
    return target;
  }
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error) return Error{ErrorCode::not_found, path + ": " + error.message()};
  if (!std::filesystem::is_regular_file(status)) {
    return Error{ErrorCode::not_found, path + ": neither a file nor a directory"};
  }
  // Symbolic links in `path` are the user's choice; within the directory none is followed.
  const std::filesystem::path full = std::filesystem::canonical(path, error);
  if (error) return Error{ErrorCode::not_found, path + ": " + error.message()};
  const std::string before = full.parent_path().string() + "/";
  target.files = storage::posix_file_system(before);
  StoredFile file = storage::inspect_file(*target.files, full.filename().string());
  if (file.error) return Error{file.error->code, before + trouble_of(file)};
  target.store.opened.push_back(std::move(file));
  return target;
}

Result<void> check_data_directory(const std::string& path) {
  if (is_directory(path) && storage::is_store(*storage::posix_file_system(path))) return {};
  return Error{ErrorCode::not_found, path + ": only a data directory can be repaired"};
}

std::string trouble_of(const StoredFile& file) {
  return file.error ? with_advice(file.error->message, file.salvageable()) : "";
}

std::string with_advice(const std::string& message, storage::Salvageable salvageable) {
  switch (salvageable) {
    case storage::Salvageable::calls:
      return message + "; its calls can be saved: fortnight-segment repair DATA_DIRECTORY";
    case storage::Salvageable::nothing:
      return message + "; nothing of it can be saved: no footer in it is whole";
    case storage::Salvageable::unknown:
      break;
  }
  return message;
}

}  // namespace fortnight::segment
