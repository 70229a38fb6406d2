#include "storage/files/key_file.h"

#include "storage/files/quarantine.h"

namespace fortnight::storage {

Result<KeyedHash> open_key_file(FileSystem& files, const std::string& path) {
  constexpr std::uint64_t kMaxKeyFileBytes = 1'000;
  const auto text = read_whole(files, path, kMaxKeyFileBytes);
  const bool damaged = text || text.error().code == ErrorCode::corrupt;
  if (!damaged && text.error().code != ErrorCode::not_found) return text.error();
  if (text) {
    if (const auto hash = KeyedHash::parse(*text)) return *hash;
  }
  if (damaged) set_aside(files, path);
  const KeyedHash hash = KeyedHash::with_random_key();
  FORTNIGHT_TRY(write_atomically(files, path, hash.key_text() + "\n"));
  return hash;
}

}  // namespace fortnight::storage
