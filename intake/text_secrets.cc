#include "intake/text_secrets.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/json_writer.h"
#include "intake/mapped_text.h"
#include "intake/text_scan.h"

namespace fortnight::intake {
namespace {

// Maximum cost of a search, as a multiple of the text's length: levels of texts can contain each
// other in many ways. Text beyond the limit is treated like text nested too deep.
constexpr std::size_t kSearchedLevels = 12;
constexpr std::size_t kLeastBudget = 4096;

// Merges ranges that overlap; the first one's replacement is used.
std::vector<Secret> merged(std::vector<Secret> secrets) {
  std::sort(secrets.begin(), secrets.end(), [](const Secret& a, const Secret& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  std::vector<Secret> out;
  for (Secret& secret : secrets) {
    if (!out.empty() && secret.begin < out.back().end) {
      out.back().end = std::max(out.back().end, secret.end);
    } else {
      out.push_back(std::move(secret));
    }
  }
  return out;
}

// Whether the value of the secret name at `at` follows and has been replaced.
bool has_redacted_value(std::string_view text, std::size_t at) {
  constexpr std::string_view kBetween = "\"'\\ \t:=>,[]{}";
  const auto is_name = [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
  };
  while (at < text.size() && is_name(text[at])) ++at;  // skip the rest of the name
  const std::size_t value = std::min(text.find(kRedacted, at), text.size());
  std::string between(text.substr(at, value - at));
  // For example {"name":"...","value":"..."}
  if (const std::size_t word = between.find("value"); word != std::string::npos) {
    between.erase(word, between.compare(word, 6, "values") == 0 ? 6 : 5);
  }
  return value < text.size() && between.find_first_not_of(kBetween) == std::string::npos;
}

}  // namespace

std::vector<Secret> TextSecrets::find(std::string_view text) const {
  std::size_t budget = kSearchedLevels * text.size() + kLeastBudget;
  return merged(TextScan(names_, text, 0, budget).find());
}

std::vector<Secret> TextSecrets::find_in_string(std::string_view raw) const {
  if (raw.find('\\') == std::string_view::npos) return find(raw);
  const MappedText decoded = json_decoded(raw);
  std::vector<Secret> secrets = find(decoded.text);
  for (Secret& secret : secrets) {
    secret.begin = decoded.at[secret.begin];
    secret.end = decoded.at[secret.end];
    secret.replacement = json_escaped(secret.replacement);
  }
  return secrets;
}

std::string TextSecrets::without_secrets(std::string_view broken) const {
  std::string kept = replace_secrets(broken, find(broken));
  for (std::size_t from = 0; from < kept.size();) {
    const RedactNames::Mention mention = names_.find_mention(kept, from);
    if (mention.begin == std::string_view::npos) break;
    if (!has_redacted_value(kept, mention.end)) {
      kept.resize(mention.begin);
      break;
    }
    from = mention.end;
  }
  return kept;
}

std::string replace_secrets(std::string_view text, const std::vector<Secret>& secrets) {
  std::string out;
  std::size_t copied = 0;
  for (const Secret& secret : secrets) {
    out.append(text, copied, secret.begin - copied);
    out.append(secret.replacement);
    copied = secret.end;
  }
  out.append(text.substr(copied));
  return out;
}

std::string without_secrets(std::string_view broken, const TextSecrets& secrets,
                            const ValuePatterns& patterns) {
  std::string text = secrets.without_secrets(broken);
  if (!patterns.empty()) patterns.replace(text);
  return text;
}

std::string refused_value(std::string_view value, const TextSecrets& secrets,
                          const ValuePatterns& patterns) {
  constexpr std::size_t kMostBytes = 80;
  return json_quoted(without_secrets(value.substr(0, kMostBytes), secrets, patterns));
}

}  // namespace fortnight::intake
