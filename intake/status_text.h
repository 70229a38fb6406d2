// Finds the status in what producers log of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/format.h"
#include "intake/line_values.h"
#include "storage/call/predicate.h"

namespace fortnight::intake {

// A whole number of three digits in any notation: 503, 503.0, 5.03e2, also as the start of a status
// line: 200 OK, HTTP/1.1 200 OK. storage::kNoStatus if there is none.
std::int32_t parse_status(std::string_view text);

// The status of HTTP that stands for a code of gRPC: a number from 0 to 16, or its name, such as
// PERMISSION_DENIED or PermissionDenied. Nothing if it is no such code.
std::optional<std::int32_t> status_of_grpc(std::string_view code);

// Immutable, therefore thread-safe.
class StatusReader {
 public:
  explicit StatusReader(const config::Format& format);

  // By the format's map, then as a code of gRPC if the format says so, then by parse_status().
  [[nodiscard]] std::int32_t read(std::string_view text) const;
  // Of the first of the candidates that is a status, or a number that is none.
  [[nodiscard]] std::int32_t first(const LineValues& values, Candidates candidates,
                                   std::string& scratch) const;
  // The status of a call that has failed by the format's rules.
  [[nodiscard]] std::int32_t failed(std::int32_t status) const;

 private:
  std::vector<std::pair<storage::TextPattern, std::int32_t>> map_;
  bool grpc_;
  std::int32_t failed_;
};

}  // namespace fortnight::intake
