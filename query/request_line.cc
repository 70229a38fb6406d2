#include "query/request_line.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/require.h"
#include "query/vocabulary.h"

namespace fortnight::query {

RequestLine::RequestLine(std::string text, access::Reader reader)
    : text_(std::move(text)), reader_(std::move(reader)) {
  constexpr std::string_view kSpace = " \t";
  const std::size_t begin = std::min(text_.find_first_not_of(kSpace), text_.size());
  arguments_ = std::min(text_.find_first_of(kSpace, begin), text_.size());
  verb_ = upper(std::string_view(text_).substr(begin, arguments_ - begin));
  words_ = find_verb(verb_);
}

Action RequestLine::action() const {
  if (words_ == nullptr) return Action::answer;
  switch (words_->verb) {
    case Verb::follow:
      return Action::follow;
    case Verb::auth:
      return Action::authenticate;
    case Verb::quit:
      return Action::quit;
    default:
      return Action::answer;
  }
}

Weight RequestLine::weight() const {
  if (words_ == nullptr) return Weight::none;
  switch (words_->verb) {
    case Verb::ping:
    case Verb::quit:
    case Verb::auth:
    case Verb::help:
      return Weight::none;
    case Verb::status:
    case Verb::sources:
    case Verb::explain:
    case Verb::issue:
    case Verb::tokens:
    case Verb::revoke:
    case Verb::erasures:
    case Verb::backup:
    case Verb::user:
    case Verb::users:
    case Verb::reload:
      return Weight::light;
    case Verb::export_calls:
      return Weight::endless;
    default:
      return Weight::calls;
  }
}

bool RequestLine::explains() const { return words_ != nullptr && words_->verb == Verb::explain; }

RequestLine RequestLine::explained() const {
  FORTNIGHT_REQUIRE(explains());
  RequestLine explained(std::string(arguments_, ' ').append(text_, arguments_), reader_);
  explained.named_ = named_;
  return explained;
}

}  // namespace fortnight::query
