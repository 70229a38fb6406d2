// Takes secrets out of what a line's strings hold, and out of values that other values name. What
// its members' names say is secret stands in the plan, and is left to who writes the call.
//
// Only strings with a mark that may tell of a secret are looked into (see LineMarks): most lines
// have none, and cost a look at their marks.
//
// Threads: none of its own; one at a time.
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

  // `marks` are the line's. Where something is secret, the line's bytes and spans are this object's
  // afterwards, valid until the next call.
  void redact(ParsedLine& line, std::span<const std::uint32_t> marks);

 private:
  // A place of the line that is replaced.
  struct Change {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::string text;
  };

  void check_named_values(const ParsedLine& line);
  void check_headers(const ParsedLine& line);
  void check_marks(const ParsedLine& line, std::span<const std::uint32_t> marks);
  // Whether the string has to be searched because of the mark at `at` in it.
  [[nodiscard]] bool tells(std::string_view string, std::size_t at) const;
  [[nodiscard]] bool escape_tells(std::string_view string, std::size_t at) const;
  [[nodiscard]] bool tag_is_secret(std::string_view name) const;
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
