// Finds secrets within texts: within a line's strings, and within lines that aren't JSON.
//
// For each secret name, finds its value in
//   - URLs and forms: ?token=..., password=...&, user[password]=..., #access_token=...;
//   - JSON, whole or broken: "password":"...", ["Authorization","..."],
//     {"name":"Authorization","value":"..."}, "password"=>"...", 'password': '...';
//   - header lines: Authorization: ..., also after a line end;
//   - multipart forms (name="password") and XML (<password>...</password>);
// and the password of a URL: https://user:...@host.
//
// Each form is also found within strings of such JSON and within percent-encoded text, up to
// kMaxNesting levels deep. Below that, a text that mentions a secret name is secret as a whole.
// Encodings that hide their content (base64, compression) are not searched.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "intake/redact_names.h"
#include "intake/value_patterns.h"

namespace fortnight::intake {

// Maximum levels of texts within texts: a JSON body may contain forms, which may contain URLs. Each
// level costs as much as the one above it.
inline constexpr int kMaxNesting = 4;

// A range to replace, and its replacement.
struct Secret {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string replacement;
};

class TextSecrets {
 public:
  // `names` must outlive it.
  explicit TextSecrets(const RedactNames& names) : names_(names) {}

  // Searches a plain text. The result is ascending, without overlaps.
  [[nodiscard]] std::vector<Secret> find(std::string_view text) const;
  // Searches the content of a JSON string. Offsets are those of `raw`, and replacements are
  // escaped.
  [[nodiscard]] std::vector<Secret> find_in_string(std::string_view raw) const;

  // Returns the part of a line that isn't JSON that can be kept: secrets are replaced, and the text
  // ends before the first secret name whose value isn't found.
  [[nodiscard]] std::string without_secrets(std::string_view broken) const;

 private:
  const RedactNames& names_;
};

// Returns `text` with its secrets replaced.
std::string replace_secrets(std::string_view text, const std::vector<Secret>& secrets);

// The part of such a line that can be kept, also without what the patterns match.
std::string without_secrets(std::string_view broken, const TextSecrets& secrets,
                            const ValuePatterns& patterns);
// The beginning of a value for which a line is rejected, without secrets, in quotes.
std::string refused_value(std::string_view value, const TextSecrets& secrets,
                          const ValuePatterns& patterns);

}  // namespace fortnight::intake
