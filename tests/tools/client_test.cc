#include <boost/test/unit_test.hpp>

#include "base/json_writer.h"
#include "tools/client/csv.h"
#include "tools/client/exchange.h"
#include "tools/client/json.h"
#include "tools/client/options.h"
#include "tools/client/pretty_json.h"
#include "tools/client/request_line.h"

BOOST_AUTO_TEST_SUITE(client)

namespace {

using namespace fortnight::client;
using fortnight::json_quoted;

std::string line_for(std::string_view verb, std::vector<std::string> arguments) {
  return request_line(verb, arguments);
}

fortnight::Result<Options> parse(std::vector<std::string> words,
                                 std::string_view usual = kDefaultAddress) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  return parse_options(arguments, Server{std::string(usual), {}, {}, {}, {}});
}

}  // namespace

BOOST_AUTO_TEST_CASE(requests_are_quoted_for_the_protocol) {
  BOOST_TEST(line_for("logs", {"status=429,5xx", "date=today"}) ==
             "LOGS status=429,5xx date=today");
  BOOST_TEST(line_for("logs", {"path=/a b,/c"}) == "LOGS path=\"/a b\",/c");
  BOOST_TEST(line_for("logs", {"account="}) == "LOGS account=\"\"");
  BOOST_TEST(line_for("logs", {"status!=200", "duration_ms>=500"}) ==
             "LOGS status!=200 duration_ms>=500");
  BOOST_TEST(line_for("logs", {"text=Hello, \"world\""}) == R"(LOGS text="Hello, \"world\"")");
  BOOST_TEST(line_for("logs", {"text=\"a\",\"b\""}) == R"(LOGS text="a","b")");
  BOOST_TEST(line_for("logs", {"account=a,\"b,c\",d e"}) == R"(LOGS account=a,"b,c","d e")");
  BOOST_TEST(line_for("export", {R"(fields=ts,"/a,\"b","/c")"}) ==
             R"(EXPORT fields=ts,"/a,\"b","/c")");
  BOOST_TEST(line_for("logs", {"text=\x7f"}) == "LOGS text=\"\\u007f\"");
  BOOST_TEST(line_for("logs", {"path=a\"b,c"}) == R"(LOGS path="a\"b",c)");
  BOOST_TEST(line_for("logs", {"account=a\nb"}) == "LOGS account=\"a\\nb\"");
  BOOST_TEST(line_for("logs", {"text=\xff"}) == "LOGS text=\xff");
  BOOST_TEST(line_for("show", {"an id"}) == "SHOW \"an id\"");
  BOOST_TEST(line_for("logs", {"/request/body/a b=1"}) == "LOGS \"/request/body/a b\"=1");
}

BOOST_AUTO_TEST_CASE(ids_in_base64_are_not_parameters) {
  BOOST_TEST(line_for("show", {"bGlnaHQ="}) == "SHOW bGlnaHQ=");
  BOOST_TEST(line_for("show", {"bGlnaA==", "limit=2"}) == "SHOW bGlnaA== limit=2");
  BOOST_TEST(line_for("show", {"ref=20414-7"}) == "SHOW ref=20414-7");
}

BOOST_AUTO_TEST_CASE(options_may_be_anywhere) {
  const auto options =
      parse({"--connect", "h:1", "export", "status=500", "--csv", "--fields=ts,a"});
  BOOST_REQUIRE(options.has_value());
  BOOST_TEST(options->server.address == "h:1");
  BOOST_TEST(options->verb == "export");
  BOOST_TEST(options->arguments == std::vector<std::string>{"status=500"});
  BOOST_TEST(options->csv);
  BOOST_TEST(options->fields == "ts,a");
  BOOST_TEST(parse({"logs"})->server.address == kDefaultAddress);
  BOOST_TEST(parse({"logs"}, "db:9")->server.address == "db:9");
  BOOST_TEST(parse({"activity", "--watch"})->watch_seconds == 2);
  BOOST_TEST(parse({"activity", "--watch=0.5"})->watch_seconds == 0.5);
  BOOST_TEST(parse({"--watch", "activity"})->verb == "activity");
  BOOST_TEST(
      parse({"logs", "--connect", "a:1", "--connect=b:2", "--json", "--json"})->server.address ==
      "b:2");
  BOOST_TEST(parse({"export", "--fields=", "ts=1"})->fields.empty());
  BOOST_TEST(parse({"export", "--fields=", "ts=1"})->arguments.size() == 1U);
  BOOST_TEST(parse({"logs", "--fields="}).has_value());
  BOOST_TEST(parse({"logs", "-h"})->help);
}

// IDs and values may look like options of other programs.
BOOST_AUTO_TEST_CASE(words_of_the_request_keep_their_order) {
  const auto words = [](const std::vector<std::string>& line) {
    const auto options = parse(line);
    BOOST_REQUIRE(options.has_value());
    std::vector<std::string> all = {options->verb};
    all.insert(all.end(), options->arguments.begin(), options->arguments.end());
    return all;
  };
  using Words = std::vector<std::string>;
  for (const Words& line : {Words{"show", "-hX9", "a=1", "-abc", "-5", "-"},
                            Words{"SLOW", "logs", "++", "[a]", "{}", "%%", "/a:b=1"}}) {
    BOOST_TEST(words(line) == line, boost::test_tools::per_element());
  }
  BOOST_TEST(
      words({"--json", "show", "--", "--fields=", "-h"}) == (Words{"show", "--fields=", "-h"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(wrong_options_are_refused) {
  const std::vector<std::vector<std::string>> wrong = {{},
                                                       {"--json"},
                                                       {"logs", "--no-such"},
                                                       {"logs", "--connect"},
                                                       {"logs", "--json=1"},
                                                       {"logs", "--json=true"},
                                                       {"logs", "--json="},
                                                       {"logs", "---json"},
                                                       {"logs", "--watch="},
                                                       {"logs", "--watch=nan"},
                                                       {"logs", "--watch=inf"},
                                                       {"logs", "--watch=1e300"},
                                                       {"logs", "--watch=x"},
                                                       {"logs", "--watch=-1"},
                                                       {"logs", "--csv"},
                                                       {"logs", "--fields", "ts"},
                                                       {"logs", "--curl"},
                                                       {"follow", "--watch"},
                                                       {"EXPORT", "--watch=5"},
                                                       {"export", "--safe"},
                                                       {"export", "--fields", "ts", "fields=ts"}};
  for (const auto& words : wrong) {
    BOOST_TEST_CONTEXT(words.size()) BOOST_TEST(!parse(words).has_value());
  }
  const auto message = [](const std::vector<std::string>& words) {
    return parse(words).error().message;
  };
  BOOST_TEST(message({"logs", "--no-such=1"}) == "no option \"--no-such\"; see fortnight --help");
  BOOST_TEST(message({"logs", "--connect"}) == "--connect needs a value; see fortnight --help");
  BOOST_TEST(message({"logs", "--json=1"}) == "--json accepts no value; see fortnight --help");
  BOOST_TEST(message({"logs", "--csv"}) == "--csv is for export only; see fortnight --help");
  BOOST_TEST(message({"follow", "--watch"}) ==
             "--watch doesn't go with follow; see fortnight --help");
}

BOOST_AUTO_TEST_CASE(json_values_keep_their_text) {
  const std::string json =
      R"({"a":1e400,"b":[1, {"c":-0}],"d":"x\n\"y\"","e":null,"f":{"g":0.10}})";
  BOOST_TEST(member_of(json, "a") == "1e400");
  BOOST_TEST(elements_of(member_of(json, "b")).at(1) == "{\"c\":-0}");
  BOOST_TEST(text_of(member_of(json, "d")) == "x\n\"y\"");
  BOOST_TEST(text_of(member_of(json, "e")) == "");
  BOOST_TEST(value_at(json, {"f", "g"}) == "0.10");
  BOOST_TEST(member_of(json, "z") == "");
  BOOST_TEST(members_of("[1]").empty());
  BOOST_TEST(members_of("{\"a\":").empty());
  BOOST_TEST(text_of(R"("\ud800")") == "\xef\xbf\xbd");
}

BOOST_AUTO_TEST_CASE(pretty_json_changes_only_space) {
  const std::string json = R"({"a":1e400,"b":[],"c":[1,{"d":"{,}:\""}],"e":{}})";
  const std::string pretty = pretty_json(json, Terminal{});
  BOOST_TEST(pretty ==
             "{\n  \"a\": 1e400,\n  \"b\": [],\n  \"c\": [\n    1,\n    {\n      \"d\": "
             "\"{,}:\\\"\"\n    }\n  ],\n  \"e\": {}\n}");
  std::string without_space;
  for (const char c : pretty) {
    if (c != ' ' && c != '\n') without_space += c;
  }
  BOOST_TEST(without_space == json);
  for (const char* broken : {"", "}}}", "{\"a", "[[[", "\"\\", "{]"}) {
    pretty_json(broken, Terminal{});
  }
}

BOOST_AUTO_TEST_CASE(csv_is_quoted_where_it_must_be) {
  const std::vector<std::string> fields = split_fields("ts,path,resource_id,none");
  BOOST_TEST(csv_header(fields, {}) == "ts,path,resource_id,none\r\n");
  const std::string row =
      R"({"path":"/a,b \"c\"","ts":"2026-11-20T00:00:00Z","resource_id":["x","y"],"none":null})";
  BOOST_TEST(csv_row(row, fields, {}) == "2026-11-20T00:00:00Z,\"/a,b \"\"c\"\"\",x y,\r\n");
  BOOST_TEST(csv_row(row, {"none"}, {}) == "\"\"\r\n");  // readers skip a blank line
  const std::vector<std::string> pointers = split_fields(R"("/a,b","/c\td",ts)");
  BOOST_TEST(csv_header(pointers, {}) == "\"/a,b\",/c\td,ts\r\n");
  BOOST_TEST(csv_row(R"({"/a,b":5,"/c\td":6})", pointers, {}) == "5,6,\r\n");
}

// Data from callers must not run in a spreadsheet or control a terminal.
BOOST_AUTO_TEST_CASE(csv_cells_can_be_made_harmless) {
  const std::vector<std::string> fields = {"a"};
  const auto cell = [&](const std::string& value, CsvText form) {
    std::string text = csv_row("{\"a\":" + json_quoted(value) + "}", fields, form);
    text.resize(text.size() - 2);
    return text;
  };
  const CsvText safe{.safe = true, .visible = false};
  for (const char* const begin : {"=", "+", "-", "@"}) {
    const std::string formula = std::string(begin) + "cmd|' /C calc'!A0";
    BOOST_TEST(cell(formula, safe) == "'" + formula);
    BOOST_TEST(cell(formula, {}) == formula);
  }
  BOOST_TEST(cell("\t=1", safe) == "'\t=1");
  BOOST_TEST(cell("\r=1", safe) == "\"'\r=1\"");
  BOOST_TEST(cell("=1,\"x\"", safe) == "\"'=1,\"\"x\"\"\"");
  BOOST_TEST(cell("a=b", safe) == "a=b");
  BOOST_TEST(csv_header({"-x"}, safe) == "'-x\r\n");
  const CsvText visible{.safe = false, .visible = true};
  BOOST_TEST(cell("a\x1b[31mb\u202ec", visible) == "a\\x1b[31mb\\u202ec");
  BOOST_TEST(cell("a\x1b[31mb", {}) == "a\x1b[31mb");
}

BOOST_AUTO_TEST_CASE(help_lists_verbs_filters_and_options) {
  const std::string page = help_text();
  for (const char* const part :
       {"\n  logs       calls, newest first", "\n  Filters: account method endpoint ",
        "\n  --connect ADDRESS    the query port or its unix socket",
        "\n  --watch[=SECONDS]    repeat ", "\n  --fields A,B,C       export: ", "\nEXIT STATUS\n",
        "\nEXAMPLES\n"}) {
    BOOST_TEST(page.find(part) != std::string::npos, part);
  }
  BOOST_TEST(page.find("\n  quit") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_verb_has_a_help_page) {
  const std::string page = verb_help("export");
  for (const char* const part : {"fortnight export - ", "fortnight [OPTIONS] export [fields=F,F]",
                                 "  order=      newest", "--csv", "--safe", "--fields", "--connect",
                                 "and filters", "EXAMPLE\n  fortnight export date="}) {
    BOOST_TEST(page.find(part) != std::string::npos, part);
  }
  BOOST_TEST(page.find("--curl") == std::string::npos);
  BOOST_TEST(verb_help("show").find("--curl") != std::string::npos);
  BOOST_TEST(verb_help("LOGS").find("fortnight logs - ") != std::string::npos);
  BOOST_TEST(verb_help("logs").find("--csv") == std::string::npos);
  BOOST_TEST(verb_help("export").find("--watch") == std::string::npos);
  BOOST_TEST(verb_help("follow").find("\nKEYS\n  after= ") != std::string::npos);
  BOOST_TEST(verb_help("nothing").empty());
  BOOST_TEST(parse({"export", "--help"})->help);
  BOOST_TEST(parse({"logs", "--csv", "--help"})->help);
}

BOOST_AUTO_TEST_CASE(exchanges_of_several_producers) {
  const Exchange native = exchange_of(
      R"({"method":"PUT","path":"/x","status":404,"line":{"ts":"t","request":{"headers":{"a":"b"},)"
      R"("body":{"n":1.50}},"response":{"headers":{},"body":null},"extra":7}})");
  BOOST_TEST(native.method == "PUT");
  BOOST_TEST(native.status == 404);
  BOOST_TEST(native.request.headers.at(0).value == "b");
  BOOST_TEST(native.request.body == "{\"n\":1.50}");
  BOOST_TEST(native.response.body.empty());
  BOOST_TEST(native.rest == "{\"extra\":7}");
  const Exchange caddy = exchange_of(
      R"({"method":"GET","path":"/y","status":200,"line":{"level":"info","request":{"host":"h",)"
      R"("headers":{"Accept":["*/*","x"]}},"resp_headers":{"Server":["Caddy"]},"status":200}})");
  BOOST_TEST(caddy.request.headers.size() == 2U);
  BOOST_TEST(caddy.response.headers.at(0).name == "Server");
  BOOST_TEST(caddy.rest == R"({"level":"info","request":{"host":"h"}})");
}

BOOST_AUTO_TEST_CASE(curl_repeats_the_request) {
  Exchange exchange;
  exchange.method = "POST";
  exchange.path = "/it's?a=[b]";
  exchange.request.headers = {{"Host", "shop.example"}, {"Content-Length", "9"}, {"X-A", "it's"}};
  exchange.request.body = R"({"a":"'"})";
  BOOST_TEST(curl_command(exchange).text ==
             "curl --globoff -X 'POST' 'https://shop.example/it'\\''s?a=[b]' \\\n"
             "  -H 'X-A: it'\\''s' \\\n"
             "  -H 'Content-Type:' \\\n"
             "  --data-raw '{\"a\":\"'\\''\"}'\n");
}

// Requests that curl or the system would change.
BOOST_AUTO_TEST_CASE(curl_sends_what_was_sent) {
  const auto command = [](std::string method, std::string path, std::string body) {
    Exchange exchange;
    exchange.method = std::move(method);
    exchange.path = std::move(path);
    exchange.request.headers = {{"content-type", "text/plain"}};
    exchange.request.body = std::move(body);
    return curl_command(exchange).text;
  };
  const auto has = [](const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  };
  BOOST_TEST(command("HEAD", "/", "").starts_with("curl --globoff --head \"$API\"'/'"));
  BOOST_TEST(!has(command("HEAD", "/", "\"x\""), "--data"));
  BOOST_TEST(has(command("GET", "/a/../b", ""), " --path-as-is \"$API\"'/a/../b'"));
  BOOST_TEST(has(command("GET", "/a b?c=d#e\t\u0085", ""), "'/a%20b?c=d%23e%09%C2%85'"));
  BOOST_TEST(command("PUT", "/", R"("a\u0000\\\n'\u001b")") ==
             R"(printf %b 'a\0000\\)"
             "\n"
             R"('\''\0033' |)"
             "\n"
             "curl --globoff -X 'PUT' \"$API\"'/' \\\n"
             "  -H 'content-type: text/plain' \\\n"
             "  --data-binary @-\n");
  const std::string longest = '"' + std::string(200'000, 'x') + '"';
  BOOST_TEST(command("PUT", "/", longest).starts_with("printf %b 'xxxxx"));
}

BOOST_AUTO_TEST_CASE(curl_contacts_no_other_host) {
  const auto command = [](std::string path, std::string host) {
    Exchange exchange;
    exchange.method = "OPTIONS";
    exchange.path = std::move(path);
    exchange.request.headers = {{"Host", std::move(host)}};
    return curl_command(exchange).text;
  };
  BOOST_TEST(command("*", "") == "curl --globoff -X 'OPTIONS' --request-target '*' \"$API\"\n");
  BOOST_TEST(command("@evil.example/", "a.example:8080") ==
             "curl --globoff -X 'OPTIONS' --request-target '@evil.example/' "
             "'https://a.example:8080'\n");
  BOOST_TEST(command("-K/etc/passwd", "a@evil.example") ==
             "curl --globoff -X 'OPTIONS' --request-target '-K/etc/passwd' \"$API\"\n");
  BOOST_TEST(command("", "") == "curl --globoff -X 'OPTIONS' \"$API\"\n");
}

// In a shell without comments, these parts would be commands.
BOOST_AUTO_TEST_CASE(parts_that_curl_cannot_send_are_listed) {
  Exchange exchange;
  exchange.method = "HEAD";
  exchange.path = "/";
  exchange.request.headers = {{"`id`", "a\nb"}, {"x", std::string("a\0b", 3)}};
  exchange.request.body = "\"x\"";
  const CurlCommand command = curl_command(exchange);
  BOOST_TEST(command.text == "curl --globoff --head \"$API\"'/'\n");
  const std::vector<std::string> left_out = {"header `id`, whose value has a line end or NUL",
                                             "header x, whose value has a line end or NUL",
                                             "the body, which curl doesn't send with HEAD"};
  BOOST_TEST(command.left_out == left_out, boost::test_tools::per_element());
  exchange.method = "GET x";
  BOOST_TEST(curl_command(exchange).left_out.front() == "the method, which is none of HTTP");
}

// Of a line that was too long, only the request's beginning is known.
BOOST_AUTO_TEST_CASE(curl_leaves_out_what_was_cut_off) {
  const auto command = [](const std::string& line) {
    return curl_command(
        exchange_of(R"({"method":"PUT","path":"/a","truncated":true,"line":)" + line + "}"));
  };
  const std::vector<std::string> body = {"the body, which was cut off: the line was too long"};
  for (const char* line :
       {R"({"request":{"headers":{"x":"y"},"body":{"@truncated":"lorem ip"}},"@truncated":true})",
        R"({"request":{"headers":{"x":"y"},"body":{"a":[1,{"b":2}]}},"@truncated":true})",
        R"({"request_headers":{"x":"y"},"request_body":{"a":1},"@truncated":true})"}) {
    const CurlCommand cut = command(line);
    BOOST_TEST(cut.text == "curl --globoff -X 'PUT' \"$API\"'/a' \\\n  -H 'x: y'\n", line);
    BOOST_TEST(cut.left_out == body, boost::test_tools::per_element());
  }
  const CurlCommand whole_body = command(
      R"({"request":{"body":"b"},"response":{"body":{"@truncated":"x"}},"@truncated":true})");
  BOOST_TEST(whole_body.text.find("--data-raw 'b'") != std::string::npos);
  BOOST_TEST(whole_body.left_out.empty());
  const CurlCommand header =
      command(R"({"request":{"headers":{"x":["y",{"@truncated":"z"}]}},"@truncated":true})");
  BOOST_TEST(header.text == "curl --globoff -X 'PUT' \"$API\"'/a' \\\n  -H 'x: y'\n");
  const std::vector<std::string> rest = {"header x, whose value was cut off",
                                         "what stood behind the place where the line was cut off"};
  BOOST_TEST(header.left_out == rest, boost::test_tools::per_element());
}

// Data from a hostile caller is sent again, and has no other effect.
BOOST_AUTO_TEST_CASE(the_curl_command_contains_only_the_request) {
  const auto command = [](std::string_view path, std::string_view headers) {
    return curl_command(exchange_of(std::string(R"({"method":"GET","path":")")
                                        .append(path)
                                        .append(R"(","line":{"request":{"headers":)")
                                        .append(headers)
                                        .append("}}}")))
        .text;
  };
  BOOST_TEST(command("/go?to=https://evil.example/", "{}") ==
             "curl --globoff -X 'GET' \"$API\"'/go?to=https://evil.example/'\n");
  BOOST_TEST(command("http://a.example/x", "{}") ==
             "curl --globoff -X 'GET' 'http://a.example/x'\n");
  BOOST_TEST(command("/", R"({"@/etc/passwd":"x",":path":"/","a b":"x","":"x"})") ==
             "curl --globoff -X 'GET' \"$API\"'/'\n");
  BOOST_TEST(command("/", R"x({"x":"y\r\nz: w","v":"\n"})x") ==
             "curl --globoff -X 'GET' \"$API\"'/'\n");
  BOOST_TEST(command("/", R"x({"x-empty":""})x") ==
             "curl --globoff -X 'GET' \"$API\"'/' \\\n  -H 'x-empty;'\n");
  BOOST_TEST(command("/", R"x({"x'y":"it's $(me)"})x") ==
             "curl --globoff -X 'GET' \"$API\"'/' \\\n  -H 'x'\\''y: it'\\''s $(me)'\n");
  // Control characters would control the terminal that shows the command.
  BOOST_TEST(command("/", R"x({"a":"\u001b[2J\u009b'\\"})x") ==
             "curl --globoff -X 'GET' \"$API\"'/' \\\n  -H $'a: \\x1b[2J\\xc2\\x9b\\'\\\\'\n");
}

BOOST_AUTO_TEST_SUITE_END()
