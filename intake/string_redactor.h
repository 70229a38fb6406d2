// Redacts secrets within a line's strings, and values that other values name. Members whose own
// names are secret are in the plan; CallWriter redacts them.
//
// Only strings with a mark that may belong to a secret are searched (see LineMarks). Most lines
// have none and cost a look at their marks.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "intake/parsed_line.h"
#include "intake/redact_names.h"
#include "intake/text_secrets.h"

namespace fortnight::intake {

class StringRedactor {
 public:
  // `names` must outlive it.
  explicit StringRedactor(const RedactNames& names) : names_(names), secrets_(names) {}

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

  const RedactNames& names_;
  TextSecrets secrets_;
  std::string scratch_;
  std::vector<Change> changes_;
  std::string bytes_;
  std::vector<Span> spans_;
};

}  // namespace fortnight::intake
