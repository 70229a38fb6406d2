// Redacts secrets within a line's strings, values that other values name, and what patterns match;
// hashes what is to be hashed. Members whose own names are secret are in the plan; CallWriter
// redacts them.
//
// Only strings with a mark that may belong to a secret are searched (see LineMarks). Most lines
// have none and cost a look at their marks. Patterns, if there are any, search every line.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "intake/parsed_line.h"
#include "intake/redact_rules.h"
#include "intake/text_secrets.h"

namespace fortnight::intake {

class StringRedactor {
 public:
  // `rules` must outlive it.
  explicit StringRedactor(const RedactRules& rules)
      : rules_(rules), names_(rules.names_in_texts), secrets_(names_) {}

  // `marks` are the line's. If anything is redacted, the line's bytes and spans afterwards belong
  // to this object and are valid until the next call.
  void redact(ParsedLine& line, std::span<const std::uint32_t> marks);

 private:
  // A range of the line that is replaced.
  struct Change {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::string text;
  };

  void hash_values(const ParsedLine& line);
  void check_patterns(const ParsedLine& line);
  // A hole's value, decoded, in place of its scalar.
  void change_value(const ParsedLine& line, std::uint32_t hole, bool is_string,
                    std::string_view value);
  void check_named_values(const ParsedLine& line);
  [[nodiscard]] bool may_be_secret(std::string_view name) const;
  void check_headers(const ParsedLine& line);
  void check_marks(const ParsedLine& line, std::span<const std::uint32_t> marks);
  // Whether the mark at `at` is a reason to search the string.
  [[nodiscard]] bool tells(std::string_view string, std::size_t at) const;
  [[nodiscard]] bool escape_tells(std::string_view string, std::size_t at) const;
  [[nodiscard]] bool tag_is_secret(std::string_view name) const;
  [[nodiscard]] bool quoted_name_is_secret(std::string_view text) const;
  [[nodiscard]] bool names_secret_before(std::string_view string, std::size_t at) const;
  void search(const ParsedLine& line, std::uint32_t hole);
  void replace(ParsedLine& line);

  const RedactRules& rules_;
  const RedactNames& names_;
  TextSecrets secrets_;
  std::string scratch_;
  std::vector<Change> changes_;
  // Of the line, if it was changed; and of the line before its last change.
  std::string bytes_;
  std::vector<Span> spans_;
  std::string earlier_bytes_;
  std::vector<Span> earlier_spans_;
};

}  // namespace fortnight::intake
