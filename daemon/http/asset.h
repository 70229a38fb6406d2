// A file of the Insights page, compiled into the daemon.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace fortnight::web {

// Everything has static storage.
struct Asset {
  std::string_view path;        // "/index.html", "/assets/app-3f9c2a.js"
  std::string_view media_type;  // "text/html; charset=utf-8"
  std::string_view etag;        // a strong tag, in quotes
  std::span<const std::byte> identity;
  std::span<const std::byte> gzip;  // empty: not worth it
};

// All files, sorted by path. Thread-safe.
std::span<const Asset> assets();

}  // namespace fortnight::web
