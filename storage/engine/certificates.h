// The certificates of finished erasures: the file `erasures`, one JSON object a line, to which
// lines are only added. docs/format.md describes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/erasure.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

inline constexpr std::string_view kCertificatesFile = "erasures";

// A certificate as a JSON object. `finished`: nothing while files may still have something.
std::string certificate_of(const Erasure& erasure, std::optional<TimeNs> finished);

// The lines of the file, without line ends; none if there is no file.
Result<std::vector<std::string>> read_certificates(FileSystem& files);
// The number of the newest certificate; 0: none.
std::uint64_t last_certificate(const std::vector<std::string>& certificates);

// Adds the erasures, except those that the file has already. Durable when it returns.
Result<void> add_certificates(FileSystem& files, const std::vector<Erasure>& erasures,
                              TimeNs finished);

}  // namespace fortnight::storage
