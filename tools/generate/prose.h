// Free text like that of people: words of a vocabulary of a few thousand, drawn by Zipf's law, with
// typing errors and numbers; and names of people, places and things.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/generate/random.h"
#include "tools/generate/zipf.h"

namespace fortnight::generate {

class Prose {
 public:
  Prose();

  [[nodiscard]] std::size_t vocabulary() const { return words_.size(); }
  [[nodiscard]] std::string_view word(Random& random) const { return words_[zipf_.draw(random)]; }
  void append_words(std::string& out, Random& random, int count) const;
  // With a capital letter, a full stop, and sometimes a typing error.
  void append_sentence(std::string& out, Random& random, int words) const;
  // "Linen Summer Dress 42".
  void append_title(std::string& out, Random& random) const;

 private:
  std::vector<std::string> words_;
  Zipf zipf_;
};

std::string_view first_name(Random& random);
std::string_view last_name(Random& random);
std::string_view mail_domain(Random& random);

struct Place {
  std::string_view city;
  std::string_view region;
  std::string_view country;
  std::string_view time_zone;
};
const Place& place(Random& random);

}  // namespace fortnight::generate
