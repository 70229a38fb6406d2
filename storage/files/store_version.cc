#include "storage/files/store_version.h"

#include <charconv>
#include <string>

#include "base/json_members.h"
#include "base/json_writer.h"

namespace fortnight::storage {
namespace {

constexpr std::string_view kOwn = FORTNIGHT_VERSION;
// The oldest version that reads what this one writes. To be raised with a change that older
// versions would misread or refuse in every store; a change of single files, on request, has a
// feature bit.
constexpr std::string_view kReadableFrom = "0.1.0";
constexpr std::uint64_t kMaxVersionFile = 64U << 10;
struct StoreVersion {
  std::string written_by;  // empty: not known
  std::string readable_from;
};

StoreVersion read_version(FileSystem& files) {
  StoreVersion version;
  auto text = read_whole(files, std::string(kVersionFile), kMaxVersionFile);
  if (!text) return version;
  while (text->ends_with('\n')) text->pop_back();
  for (const JsonMember& member : members_of(*text)) {
    if (!member.value.starts_with('"') || member.value.size() < 2) continue;
    const std::string_view value = member.value.substr(1, member.value.size() - 2);
    if (member.key == "written_by") version.written_by = value;
    if (member.key == "readable_from") version.readable_from = value;
  }
  return version;
}

}  // namespace

bool is_older_version(std::string_view a, std::string_view b) {
  // What isn't a number ends the comparison, as in "0.2.0~rc1".
  const auto take = [](std::string_view& text) {
    unsigned number = 0;
    const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    const bool more = failed == std::errc() && text.starts_with('.');
    more ? text.remove_prefix(1) : text.remove_prefix(text.size());
    return number;
  };
  while (!a.empty() || !b.empty()) {
    const unsigned of_a = take(a);
    const unsigned of_b = take(b);
    if (of_a != of_b) return of_a < of_b;
  }
  return false;
}

Result<void> check_store_version(FileSystem& files) {
  const StoreVersion version = read_version(files);
  if (!is_older_version(kOwn, version.readable_from)) return {};
  return Error{ErrorCode::unsupported,
               "Fortnight " + version.written_by + " wrote this data, which Fortnight " +
                   version.readable_from + " and newer read, and this is " + std::string(kOwn) +
                   ": install " + version.readable_from + " or newer. Nothing was changed"};
}

std::string version_to_install(FileSystem& files) {
  const StoreVersion version = read_version(files);
  return is_older_version(kOwn, version.written_by)
             ? "Fortnight " + version.written_by + ", which wrote here last"
             : "a newer Fortnight than " + std::string(kOwn);
}

Result<void> keep_store_version(FileSystem& files) {
  const StoreVersion version = read_version(files);
  if (version.written_by == kOwn && version.readable_from == kReadableFrom) return {};
  std::string text;
  JsonWriter(text)
      .open_object()
      .key("version")
      .number(1)
      .key("written_by")
      .text(kOwn)
      .key("readable_from")
      .text(kReadableFrom)
      .close_object();
  return write_atomically(files, std::string(kVersionFile), text + "\n");
}

}  // namespace fortnight::storage
