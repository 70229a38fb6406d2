#include "query/request.h"

#include <boost/test/unit_test.hpp>

#include "query/request_line.h"
#include "query/vocabulary.h"

using namespace fortnight::query;

BOOST_AUTO_TEST_SUITE(request)

namespace {

// A request as "VERB|name op value,value|…", or its error.
std::string parsed(std::string_view line, const IsParameter& is_parameter = {}) {
  const char* const spelled[] = {"=", "!=", "<", "<=", ">", ">="};
  const RequestLine request{std::string(line), fortnight::access::everybody()};
  const auto arguments = parse_arguments(line, request.arguments(), is_parameter);
  if (!arguments) return closing_line(arguments.error());
  std::string out = request.verb();
  for (const Parameter& parameter : *arguments) {
    out += "|" + parameter.name;
    if (!parameter.name.empty()) out += spelled[static_cast<int>(parameter.op)];
    for (std::size_t i = 0; i < parameter.values.size(); ++i) {
      out += (i == 0 ? "" : ",") + parameter.values[i].text;
    }
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(takes_names_operators_and_values) {
  BOOST_TEST(parsed("logs") == "LOGS");
  BOOST_TEST(parsed("  LOGS \t a=b  c!=d ") == "LOGS|a=b|c!=d");
  BOOST_TEST(parsed("LOGS a=1,2,3 b>5 c>=6 d<7 e<=8") == "LOGS|a=1,2,3|b>5|c>=6|d<7|e<=8");
  BOOST_TEST(parsed("LOGS a=b=c") == "LOGS|a=b=c");
  BOOST_TEST(parsed("LOGS endpoint=*x* k=\\*") == "LOGS|endpoint=*x*|k=\\*");
}

BOOST_AUTO_TEST_CASE(quoting_keeps_spaces_commas_and_quotes) {
  BOOST_TEST(parsed(R"(LOGS a="b c,d",e f="")") == "LOGS|a=b c,d,e|f=");
  BOOST_TEST(parsed(R"(LOGS a="\"\\\u00e9\/")") == "LOGS|a=\"\\é/");
  BOOST_TEST(parsed(R"(LOGS "/a key"="x")") == "LOGS|/a key=x");
}

BOOST_AUTO_TEST_CASE(values_may_be_positional) {
  const IsParameter known = [](std::string_view name) { return name == "limit"; };
  BOOST_TEST(parsed("SHOW abc", known) == "SHOW|abc");
  BOOST_TEST(parsed("SHOW YWJj== limit=3", known) == "SHOW|YWJj==|limit=3");
  BOOST_TEST(parsed("SHOW limit=3", known) == "SHOW|limit=3");
  BOOST_TEST(parsed(R"(SHOW "a b" limit=3)", known) == "SHOW|a b|limit=3");
}

BOOST_AUTO_TEST_CASE(errors_have_a_column_and_a_reason) {
  BOOST_TEST(parsed("LOGS a=") ==
             "ERR bad-request column 8: expected a value for \"a\"; the empty one is \"\"");
  BOOST_TEST(parsed("LOGS a=1,,2") ==
             "ERR bad-request column 10: expected a value for \"a\"; the empty one is \"\"");
  BOOST_TEST(parsed("LOGS =5") == "ERR bad-request column 6: expected a name before \"=\"");
  BOOST_TEST(parsed("LOGS a=\"b") == "ERR bad-request column 8: this quote is never closed");
  BOOST_TEST(
      parsed("LOGS a=\"b\\") ==
      "ERR bad-request column 10: no JSON escape; a backslash within quotes is written \\\\");
  BOOST_TEST(parsed("LOGS a=\"\\u12g4\"").starts_with("ERR bad-request column 9: no JSON escape"));
  BOOST_TEST(parsed("LOGS a=\"b\"c") ==
             "ERR bad-request column 11: expected a space or a comma behind the closing quote");
  BOOST_TEST(parsed("LOGS a=b\"c") ==
             "ERR bad-request column 9: a value with a quote in it is written as a JSON string");
  BOOST_TEST(parsed("LOGS a!b") == "ERR bad-request column 7: expected one of = != < <= > >=");
  BOOST_TEST(parsed("LOGS a=b\x01") == "ERR bad-request column 9: a control character");
}

BOOST_AUTO_TEST_CASE(a_closing_line_is_one_line) {
  BOOST_TEST(closing_line({"x", "a\nb\rc"}) == "ERR x a b c");
}

BOOST_AUTO_TEST_CASE(verbs_say_what_a_request_is) {
  const auto line = [](const char* text) {
    return RequestLine(text, fortnight::access::everybody());
  };
  BOOST_TEST((line("logs status=500").weight() == Weight::calls));
  BOOST_TEST((line("  Export").weight() == Weight::endless));
  BOOST_TEST((line("STATUS").weight() == Weight::light));
  BOOST_TEST((line("PING").weight() == Weight::none));
  BOOST_TEST((line("NOSUCH").weight() == Weight::none));
  BOOST_TEST((line("follow").action() == Action::follow));
  BOOST_TEST((line("AUTH x").action() == Action::authenticate));
  BOOST_TEST((line("quit").action() == Action::quit));
  BOOST_TEST((line("").action() == Action::answer));
  BOOST_TEST(line("NOSUCH a").words() == nullptr);
  BOOST_TEST(line("\tlogs a").arguments() == 5U);
  const RequestLine explained = line(" explain  top by=path").explained();
  BOOST_TEST(line(" explain  top").explains());
  BOOST_TEST(explained.verb() == "TOP");
  BOOST_TEST(explained.text() == "          top by=path");
  BOOST_TEST(line("EXPLAIN").explained().verb().empty());
}

BOOST_AUTO_TEST_SUITE_END()
