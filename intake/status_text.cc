#include "intake/status_text.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/json_text.h"
#include "intake/decimal.h"
#include "intake/line_rules.h"
#include "storage/call/batch.h"

namespace fortnight::intake {
namespace {

struct GrpcCode {
  std::string_view name;  // without separators
  std::int32_t status;
};
// By number, with the statuses of google.rpc.Code.
constexpr std::array<GrpcCode, 17> kGrpcCodes = {{{"ok", 200},
                                                  {"cancelled", 499},
                                                  {"unknown", 500},
                                                  {"invalidargument", 400},
                                                  {"deadlineexceeded", 504},
                                                  {"notfound", 404},
                                                  {"alreadyexists", 409},
                                                  {"permissiondenied", 403},
                                                  {"resourceexhausted", 429},
                                                  {"failedprecondition", 400},
                                                  {"aborted", 409},
                                                  {"outofrange", 400},
                                                  {"unimplemented", 501},
                                                  {"internal", 500},
                                                  {"unavailable", 503},
                                                  {"dataloss", 500},
                                                  {"unauthenticated", 401}}};

std::string folded_code(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != '_' && c != ' ' && c != '-') out.push_back(lower(c));
  }
  return out == "canceled" ? "cancelled" : out;
}

}  // namespace

std::int32_t parse_status(std::string_view text) {
  constexpr std::int64_t kLeast = 100;
  constexpr std::int64_t kMost = 999;
  if (text.size() == 3 && text[0] >= '1' && std::all_of(text.begin(), text.end(), is_digit)) {
    return (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
  }
  text = number_text(text);
  if (text.starts_with("HTTP/")) {
    text = number_text(text.substr(std::min(text.find(' '), text.size())));
  }
  text = text.substr(0, text.find(' '));
  const std::optional<Scaled> number = scale_decimal(text, 0, Rounding::down);
  const bool is_status =
      number && number->exact && number->value >= kLeast && number->value <= kMost;
  return is_status ? static_cast<std::int32_t>(number->value) : storage::kNoStatus;
}

std::optional<std::int32_t> status_of_grpc(std::string_view code) {
  if (!code.empty() && is_digit(code.front())) {
    const std::optional<Scaled> number = scale_decimal(number_text(code), 0, Rounding::down);
    if (!number || !number->exact || number->value >= static_cast<int>(kGrpcCodes.size())) {
      return std::nullopt;
    }
    return kGrpcCodes[static_cast<std::size_t>(number->value)].status;
  }
  const std::string name = folded_code(code);
  const auto found = std::find_if(kGrpcCodes.begin(), kGrpcCodes.end(),
                                  [&](const GrpcCode& one) { return one.name == name; });
  return found == kGrpcCodes.end() ? std::nullopt : std::optional(found->status);
}

StatusReader::StatusReader(const config::Format& format)
    : grpc_(format.grpc), failed_(format.failed_status) {
  for (const auto& [text, status] : format.status_map) {
    map_.emplace_back(text_pattern(text), status);
  }
}

std::int32_t StatusReader::read(std::string_view text) const {
  for (const auto& [pattern, status] : map_) {
    if (!text.empty() && pattern.matches(text)) return status;
  }
  if (grpc_) {
    if (const std::optional<std::int32_t> status = status_of_grpc(text)) return *status;
  }
  return parse_status(text);
}

std::int32_t StatusReader::first(const LineValues& values, Candidates candidates,
                                 std::string& scratch) const {
  for (;;) {
    const LineValue value = values.first(candidates, scratch);
    if (value.from == nullptr) return storage::kNoStatus;
    const std::string_view text = value.field.text;
    const std::int32_t status = read(text);
    if (status != storage::kNoStatus || is_json_number(number_text(text))) return status;
    candidates = candidates.subspan(static_cast<std::size_t>(value.from - candidates.data()) + 1);
  }
}

std::int32_t StatusReader::failed(std::int32_t status) const {
  return storage::is_error(status) ? status : failed_;
}

}  // namespace fortnight::intake
