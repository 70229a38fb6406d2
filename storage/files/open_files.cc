#include "storage/files/open_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "storage/files/posix_io.h"

namespace fortnight::storage {

class OpenFiles::File final : public ReadableFile {
 public:
  File(std::shared_ptr<OpenFiles> files, std::unique_ptr<Place> place)
      : files_(std::move(files)), place_(std::move(place)) {}
  ~File() override { files_->forget(*place_); }

  Result<void> read(std::uint64_t offset, std::span<char> out) const override {
    FORTNIGHT_ASSIGN(const std::shared_ptr<const Descriptor> descriptor,
                     files_->descriptor(*place_));
    return read_fully([&](void* bytes, std::size_t count,
                          off_t at) { return ::pread(descriptor->get(), bytes, count, at); },
                      offset, out, place_->path);
  }
  [[nodiscard]] std::uint64_t size() const override { return place_->size; }

 private:
  const std::shared_ptr<OpenFiles> files_;
  const std::unique_ptr<Place> place_;
};

Result<std::unique_ptr<ReadableFile>> OpenFiles::open(const std::string& path) {
  const MutexLock lock(mutex_);
  FORTNIGHT_ASSIGN(std::shared_ptr<const Descriptor> descriptor, open_descriptor(path));
  struct stat info {};
  if (::fstat(descriptor->get(), &info) < 0) return system_error(errno, path);
  auto place = std::make_unique<Place>();
  place->path = path;
  place->size = static_cast<std::uint64_t>(info.st_size);
  place->device = info.st_dev;
  place->inode = info.st_ino;
  places_.emplace(path, place.get());
  hold(*place, std::move(descriptor));
  return std::make_unique<File>(shared_from_this(), std::move(place));
}

void OpenFiles::keep_without_name(const std::string& path) {
  const MutexLock lock(mutex_);
  const auto [first, last] = places_.equal_range(path);
  for (auto found = first; found != last; ++found) {
    Place& place = *found->second;
    if (place.nameless) continue;
    if (place.descriptor != nullptr) {
      recent_.erase(place.at);
    } else if (Opened opened = reopen(place)) {
      place.descriptor = std::move(*opened);
    } else {
      continue;  // the read that follows reports it
    }
    place.nameless = true;
  }
}

OpenFiles::Opened OpenFiles::descriptor(Place& place) {
  const MutexLock lock(mutex_);
  if (place.descriptor == nullptr) {
    FORTNIGHT_ASSIGN(std::shared_ptr<const Descriptor> opened, reopen(place));
    hold(place, std::move(opened));
  } else if (!place.nameless) {
    recent_.splice(recent_.begin(), recent_, place.at);
  }
  return place.descriptor;
}

void OpenFiles::hold(Place& place, std::shared_ptr<const Descriptor> descriptor) {
  place.descriptor = std::move(descriptor);
  recent_.push_front(&place);
  place.at = recent_.begin();
  while (recent_.size() > limit_) {
    recent_.back()->descriptor = nullptr;
    recent_.pop_back();
  }
}

OpenFiles::Opened OpenFiles::open_descriptor(const std::string& path) {
  auto opened = root_->open(path, O_RDONLY);
  // Connections may have used up the process's descriptors.
  if (!opened && opened.error().code == ErrorCode::io && close_all()) {
    opened = root_->open(path, O_RDONLY);
  }
  if (!opened) return opened.error();
  return std::make_shared<const Descriptor>(std::move(*opened));
}

OpenFiles::Opened OpenFiles::reopen(const Place& place) {
  Opened opened = open_descriptor(place.path);
  if (!opened) {
    if (opened.error().code == ErrorCode::not_found) return corrupt(place.path + ": gone");
    return opened;
  }
  struct stat info {};
  if (::fstat((*opened)->get(), &info) < 0) return system_error(errno, place.path);
  if (info.st_dev != place.device || info.st_ino != place.inode) {
    return corrupt(place.path + ": another file has its name");
  }
  return opened;
}

void OpenFiles::forget(Place& place) {
  const MutexLock lock(mutex_);
  if (place.descriptor != nullptr && !place.nameless) recent_.erase(place.at);
  const auto [first, last] = places_.equal_range(place.path);
  places_.erase(
      std::find_if(first, last, [&](const auto& entry) { return entry.second == &place; }));
}

bool OpenFiles::close_all() {
  const bool any = !recent_.empty();
  for (Place* place : recent_) place->descriptor = nullptr;
  recent_.clear();
  return any;
}

}  // namespace fortnight::storage
