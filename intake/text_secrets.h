// Secrets within a text: of what a string of a line holds, and of lines that are no JSON.
//
// Found, of each name that is secret, is the value in
//   - URLs and forms: ?token=..., password=...&, user[password]=..., #access_token=...;
//   - JSON, whole or broken: "password":"...", ["Authorization","..."],
//     {"name":"Authorization","value":"..."}, "password"=>"...", 'password': '...';
//   - header lines: Authorization: ..., also after a line end;
//   - multipart forms (name="password") and XML (<password>...</password>);
// and the password of a URL: https://user:...@host.
//
// Each of these also within strings of such JSON, and percent-encoded, kMaxNesting levels deep;
// below that, a text that mentions a secret name is secret as a whole. Encodings that don't show
// what they hold (base64, compression) are not looked into.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "intake/redact_names.h"

namespace fortnight::intake {

// Texts within texts that are looked into: a JSON body has forms, these have URLs. Each level costs
// as much as the one above it.
inline constexpr int kMaxNesting = 4;

// What has to be replaced, and by what.
struct Secret {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string replacement;
};

class TextSecrets {
 public:
  // `names` must outlive it.
  explicit TextSecrets(const RedactNames& names) : names_(names) {}

  // Ascending, none overlapping. Of a text as it is.
  [[nodiscard]] std::vector<Secret> find(std::string_view text) const;
  // Of what stands between a JSON string's quotes; offsets are those of `raw`, and replacements
  // are escaped.
  [[nodiscard]] std::vector<Secret> find_in_string(std::string_view raw) const;

  // What of a line that is no JSON can be kept: secrets replaced, and cut before a secret name
  // that has no value which could be made out.
  [[nodiscard]] std::string without_secrets(std::string_view broken) const;

 private:
  const RedactNames& names_;
};

// `text` with its secrets replaced.
std::string replace_secrets(std::string_view text, const std::vector<Secret>& secrets);

}  // namespace fortnight::intake
