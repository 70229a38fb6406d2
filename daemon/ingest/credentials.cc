#include "daemon/ingest/credentials.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/ascii.h"

namespace fortnight::daemon {
namespace {

constexpr std::size_t kMaxCredentials = 4096;

std::optional<std::string> from_base64(std::string_view text) {
  if (text.empty() || text.size() > kMaxCredentials || text.size() % 4 != 0) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  const int size = ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  // The padding counts as zeros.
  const auto padding = text.size() - std::min(text.find('='), text.size());
  if (padding > 2) return std::nullopt;
  out.resize(static_cast<std::size_t>(size) - padding);
  return out;
}

}  // namespace

std::optional<std::string> token_in(std::string_view authorization) {
  const std::size_t blank = authorization.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const std::string_view scheme = authorization.substr(0, blank);
  std::string_view rest = authorization.substr(blank + 1);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  while (rest.ends_with(' ')) rest.remove_suffix(1);
  if (equal_without_case(scheme, "bearer")) return std::string(rest);
  if (!equal_without_case(scheme, "basic") && !equal_without_case(scheme, "apikey")) {
    return std::nullopt;
  }
  const auto pair = from_base64(rest);
  if (!pair) return std::nullopt;
  const std::size_t colon = pair->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return pair->substr(colon + 1);
}

}  // namespace fortnight::daemon
