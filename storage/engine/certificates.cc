#include "storage/engine/certificates.h"

#include <algorithm>
#include <charconv>

#include "base/civil_time.h"
#include "base/json_members.h"
#include "base/json_writer.h"

namespace fortnight::storage {
namespace {

constexpr std::uint64_t kCertificateVersion = 1;
// Some hundreds of thousands of erasures.
constexpr std::uint64_t kMaxCertificatesBytes = 256U << 20;

std::string instant_text(TimeNs time) {
  std::string text;
  append_rfc3339(time, fraction_digits(time), text);
  return text;
}

std::uint64_t number_of(std::string_view certificate) {
  for (const JsonMember& member : members_of(certificate)) {
    if (member.key != "number") continue;
    std::uint64_t number = 0;
    (void)std::from_chars(member.value.data(), member.value.data() + member.value.size(), number);
    return number;
  }
  return 0;
}

}  // namespace

std::string certificate_of(const Erasure& erasure, std::optional<TimeNs> finished) {
  std::string text;
  JsonWriter json(text);
  json.open_object().key("version").number(kCertificateVersion);
  json.key("number").number(erasure.number).key("at").text(instant_text(erasure.at));
  json.key("by").text(erasure.by).key("filter").text(erasure.filter);
  json.key("sha256").text(erasure.sha256).key("calls").number(erasure.calls());
  json.key("days").open_array();
  for (const auto& [day, calls] : erasure.days) {
    json.open_object().key("date").text(day_to_string(day)).key("calls").number(calls);
    json.close_object();
  }
  json.close_array().key("rejects").number(erasure.rejects);
  json.key("quarantined").number(erasure.quarantined).key("finished");
  if (finished) {
    json.text(instant_text(*finished));
  } else {
    json.null();
  }
  json.close_object();
  return text;
}

Result<std::vector<std::string>> read_certificates(FileSystem& files) {
  auto bytes = read_whole(files, std::string(kCertificatesFile), kMaxCertificatesBytes);
  if (!bytes && bytes.error().code == ErrorCode::not_found) return std::vector<std::string>();
  if (!bytes) return bytes.error();
  std::vector<std::string> lines;
  for (std::string_view rest = *bytes; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (end != 0) lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return lines;
}

std::uint64_t last_certificate(const std::vector<std::string>& certificates) {
  std::uint64_t last = 0;
  for (const std::string& line : certificates) last = std::max(last, number_of(line));
  return last;
}

Result<void> add_certificates(FileSystem& files, const std::vector<Erasure>& erasures,
                              TimeNs finished) {
  FORTNIGHT_ASSIGN(const std::vector<std::string> known, read_certificates(files));
  const std::uint64_t last = last_certificate(known);
  std::string bytes;
  for (const std::string& line : known) bytes += line + '\n';
  const std::size_t before = bytes.size();
  for (const Erasure& erasure : erasures) {
    if (erasure.number > last) bytes += certificate_of(erasure, finished) + '\n';
  }
  if (bytes.size() == before) return {};
  return write_atomically(files, std::string(kCertificatesFile), bytes);
}

}  // namespace fortnight::storage
