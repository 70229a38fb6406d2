#include "query/filters.h"

#include <boost/test/unit_test.hpp>

using namespace fortnight;
using query::pattern_of;

BOOST_AUTO_TEST_SUITE(filters)

namespace {

// A filter as text: "subject negated patterns/ranges/bounds", or its error.
std::string filter(std::string_view text) {
  query::Context context;
  context.id_kinds = {"order_id"};
  const auto request = query::parse_arguments("LOGS " + std::string(text), 4, {});
  if (!request) return closing_line(request.error());
  const auto predicates = query::filter_of(request->at(0), context);
  if (!predicates) return closing_line(predicates.error());
  static const char* const subjects[] = {"field", "status",  "duration", "kind",
                                         "any",   "pointer", "text",     "code"};
  std::string out;
  for (const storage::Predicate& predicate : *predicates) {
    out += out.empty() ? "" : " & ";
    out += predicate.negated ? "not " : "";
    out += subjects[static_cast<int>(predicate.subject)];
    for (const auto& pattern : predicate.patterns) {
      out += " ";
      for (std::size_t i = 0; i < pattern.pieces.size(); ++i)
        out += (i ? "~" : "") + pattern.pieces[i];
    }
    for (const auto& range : predicate.statuses) {
      out += " " + std::to_string(range.first) + "-" + std::to_string(range.last);
    }
    for (const auto& bound : predicate.bounds) {
      out += " " + std::to_string(static_cast<int>(bound.comparison)) + ":" +
             std::to_string(static_cast<int>(bound.value));
    }
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(stars_and_backslashes) {
  using Pieces = std::vector<std::string>;
  BOOST_TEST(pattern_of("a*b").pieces == (Pieces{"a", "b"}));
  BOOST_TEST(pattern_of("*").pieces == (Pieces{"", ""}));
  BOOST_TEST(pattern_of("a\\*b").pieces == (Pieces{"a*b"}));
  BOOST_TEST(pattern_of("a\\\\*").pieces == (Pieces{"a\\", ""}));
  BOOST_TEST(pattern_of("a\\b\\").pieces == (Pieces{"a\\b\\"}));
  BOOST_TEST(pattern_of("").pieces == (Pieces{""}));
}

BOOST_AUTO_TEST_CASE(every_kind_of_name) {
  BOOST_TEST(filter("account=A,B*") == "field A B~");
  BOOST_TEST(filter("call_id!=x") == "not field x");
  BOOST_TEST(filter("error_id=*") == "kind ~");
  BOOST_TEST(filter("order_id=7") == "kind 7");
  BOOST_TEST(filter("id=x") == "any x");
  BOOST_TEST(filter("/a/b~1c=x") == "pointer x");
  BOOST_TEST(filter("/a>5") == "pointer 2:5");
  BOOST_TEST(filter("code=not_found,*x") == "code not_found ~x");
  BOOST_TEST(filter("code!=x") == "not code x");
  BOOST_TEST(filter("code>5").starts_with("ERR bad-request column 6: \"code\" is compared"));
  BOOST_TEST(filter("duration_ms<=7") == "duration 1:7");
  BOOST_TEST(filter("duration_ms=\"\"") == "duration ");
  BOOST_TEST(filter("duration_ms=7.9,1*") == "duration 7.9 1~");
  BOOST_TEST(filter("duration_ms!=7,abc") ==
             "ERR bad-request column 21: no duration \"abc\"; expected milliseconds, as 7.9");
}

BOOST_AUTO_TEST_CASE(statuses) {
  BOOST_TEST(filter("status=429,5xx") == "status 429-429 500-599");
  BOOST_TEST(filter("status=all") == "status 0-999");
  BOOST_TEST(filter("status=success,failed") == "status 100-399 400-999");
  BOOST_TEST(filter("status=*") == "status 1-999");
  for (const char* none : {"status=\"\"", "status=none", "status=0", "status=000"}) {
    BOOST_TEST(filter(none) == "status 0-0", none);
  }
  BOOST_TEST(filter("status!=none,4xx") == "not status 0-0 400-499");
  BOOST_TEST(filter("status!=200") == "not status 200-200");
  BOOST_TEST(filter("status>=500") == "status 3:500");
  for (const char* bad : {"status=20", "status=2000", "status=0xx", "status=ok", "status=4*",
                          "status=-12", "status=00", "status=None"}) {
    BOOST_TEST(filter(bad).starts_with("ERR bad-request column 13: no status \""), bad);
  }
}

BOOST_AUTO_TEST_CASE(text_is_literal_and_its_negation_means_neither) {
  BOOST_TEST(filter("text=\"a*\",b") == "text a* b");
  BOOST_TEST(filter("word=\"a*\",b") == "text a* b");
  BOOST_TEST(filter("word>a") ==
             "ERR bad-request column 6: word is found or not found, with = or !=");
  BOOST_TEST(filter("text!=a,b") == "not text a & not text b");
  BOOST_TEST(filter("text=\"\"") == "ERR bad-request column 11: expected some text to look for");
  BOOST_TEST(filter("text>5") ==
             "ERR bad-request column 6: text is found or not found, with = or !=");
}

BOOST_AUTO_TEST_CASE(errors_name_the_nearest) {
  BOOST_TEST(filter("acount=x") ==
             "ERR bad-request column 6: unknown name \"acount\"; did you mean \"account\"?");
  BOOST_TEST(filter("ordr_id=x").ends_with("did you mean \"order_id\"?"));
  BOOST_TEST(
      filter("/a~2=x") ==
      "ERR bad-request column 6: \"/a~2\" isn't a JSON pointer: \"~\" must be followed by 0 or 1");
  BOOST_TEST(filter("account>5").starts_with("ERR bad-request column 6: \"account\" is compared"));
  BOOST_TEST(filter("status>5,6") == "ERR bad-request column 15: a comparison takes one number");
  BOOST_TEST(filter("status>x") == "ERR bad-request column 13: expected a number, not \"x\"");
}

BOOST_AUTO_TEST_SUITE_END()
