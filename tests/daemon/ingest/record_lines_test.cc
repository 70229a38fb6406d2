// Requests of log collectors as lines: OTLP, Loki, and bulk requests.
#include "daemon/ingest/record_lines.h"

#include <snappy.h>

#include <boost/test/unit_test.hpp>

#include "daemon/ingest/protozero.h"
#include "daemon/ingest/record_bodies.h"

namespace fortnight::daemon {
namespace record_lines {

constexpr std::size_t kMost = 1 << 20;

std::string text_value(const std::string& text) {
  std::string value;
  protozero::pbf_writer(value).add_string(1, text);
  return value;
}

std::string key_value(const std::string& key, const std::string& value) {
  std::string pair;
  protozero::pbf_writer writer(pair);
  writer.add_string(1, key);
  writer.add_message(2, value);
  return pair;
}

std::string message(std::uint32_t field, const std::string& content) {
  std::string out;
  protozero::pbf_writer(out).add_message(field, content);
  return out;
}

// A record with a value of each kind.
std::string record() {
  std::string number;
  protozero::pbf_writer(number).add_int64(3, -5);
  std::string fraction;
  protozero::pbf_writer(fraction).add_double(4, 0.25);
  std::string flag;
  protozero::pbf_writer(flag).add_bool(2, true);
  std::string out;
  protozero::pbf_writer writer(out);
  writer.add_fixed64(1, 1795172400000000000);
  writer.add_enum(2, 9);
  writer.add_string(3, "INFO");
  writer.add_message(5, text_value("GET \"/x\"\n"));
  writer.add_message(6, key_value("http.route", text_value("/x")));
  writer.add_message(6, key_value("n", number));
  writer.add_message(6, key_value("d", fraction));
  writer.add_message(6, key_value("b", flag));
  writer.add_message(
      6, key_value("list", message(5, message(1, text_value("a")) + message(1, number))));
  writer.add_message(6, key_value("map", message(6, message(1, key_value("k", "")))));
  writer.add_string(9, std::string("\x01\xab", 2));
  writer.add_string(10, std::string("\xff", 1));
  return out;
}

std::string request_of(const std::string& records) {
  const std::string resource =
      message(1, message(1, key_value("service.name", text_value("shop"))));
  const std::string scope = message(1, message(1, "lib"));
  return message(1, resource + message(2, scope + records));
}

const std::string kExpected =
    R"({"timeUnixNano":1795172400000000000,"severityNumber":9,"severityText":"INFO",)"
    R"("body":"GET \"/x\"\n","traceId":"01ab","spanId":"ff",)"
    R"("attributes":{"http.route":"/x","n":-5,"d":0.25,"b":true,"list":["a",-5],)"
    R"("map":{"k":null}},"resource":{"service.name":"shop"},"scope":{"name":"lib"}})"
    "\n";

std::string push_of(const std::string& lines) { return message(1, lines); }
std::string entry_of(const std::string& line) { return message(2, message(2, line)); }
std::string snappy_of(const std::string& text) {
  std::string out;
  snappy::Compress(text.data(), text.size(), &out);
  return out;
}

// The lines, or the problem's status.
std::string text_of(const RecordLines& lines) {
  return lines ? *lines : "problem " + std::to_string(lines.error().status);
}

std::string bulk(const std::string& body, std::vector<std::string>* documents = nullptr) {
  const storage::Reject reject{0, "s", "no-time", "none", 0, ""};
  const auto reply =
      take_bulk_body(Body(body), "logs", [&](std::string_view document, auto number) {
        if (documents != nullptr) documents->emplace_back(document);
        return number == 1 ? Outcome{Outcome::Kind::rejected, &reject}
                           : Outcome{Outcome::Kind::call};
      });
  return reply ? reply->body : "problem " + std::to_string(reply.error().status);
}

}  // namespace record_lines

BOOST_AUTO_TEST_SUITE(record_lines_suite)

using namespace record_lines;

BOOST_AUTO_TEST_CASE(a_record_of_otlp_is_a_line) {
  const auto lines = otlp_lines_of_protobuf(request_of(message(2, record())), kMost);
  BOOST_REQUIRE(lines);
  BOOST_TEST(*lines == kExpected);
  // Without a time the observation's counts; without any, there is none.
  std::string observed;
  protozero::pbf_writer(observed).add_fixed64(11, 7);
  const auto more = otlp_lines_of_protobuf(
      request_of(message(2, observed) + message(2, "") + message(2, message(3, "x"))), kMost);
  BOOST_REQUIRE(more);
  const std::string common = R"("resource":{"service.name":"shop"},"scope":{"name":"lib"}})"
                             "\n";
  BOOST_TEST(*more ==
             "{\"timeUnixNano\":7," + common + "{" + common + "{\"severityText\":\"x\"," + common);
  BOOST_TEST(text_of(otlp_lines_of_protobuf("", kMost)) == "");
}

BOOST_AUTO_TEST_CASE(otlp_in_json_has_the_same_lines) {
  const auto lines = otlp_lines_of_json(
      R"({"resourceLogs":[{"resource":{"attributes":[{"key":"service.name",
      "value":{"stringValue":"shop"}}]},
      "scopeLogs":[{"scope":{"name":"lib"},"logRecords":[{"timeUnixNano":"1795172400000000000",
      "severityNumber":9,"severityText":"INFO","body":{"stringValue":"GET \"/x\"\n"},
      "traceId":"01ab","spanId":"ff",
      "attributes":[{"key":"http.route","value":{"stringValue":"/x"}},
      {"key":"n","value":{"intValue":"-5"}},{"key":"d","value":{"doubleValue":0.25}},
      {"key":"b","value":{"boolValue":true}},
      {"key":"list","value":{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":-5}]}}},
      {"key":"map","value":{"kvlistValue":{"values":[{"key":"k","value":{}}]}}}]}]}]}]})",
      kMost);
  BOOST_REQUIRE(lines);
  BOOST_TEST(*lines == kExpected);
  const auto observed = otlp_lines_of_json(
      R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"observedTimeUnixNano":"7"},{}]}]}]})",
      kMost);
  BOOST_TEST(text_of(observed) == "{\"timeUnixNano\":7,\"resource\":{}}\n{\"resource\":{}}\n");
  BOOST_TEST(text_of(otlp_lines_of_json("{}", kMost)) == "");
}

BOOST_AUTO_TEST_CASE(what_is_no_request_of_otlp) {
  const std::string whole = request_of(message(2, record()));
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const auto cut = otlp_lines_of_protobuf(whole.substr(0, size), kMost);
    BOOST_TEST((!cut && cut.error().status == 400), size << " bytes");
  }
  // A field of another type, and a length that lies.
  BOOST_TEST(otlp_lines_of_protobuf(std::string("\x10\x05", 2), kMost).has_value());  // unknown
  BOOST_TEST(!otlp_lines_of_protobuf(request_of(std::string("\x10\x05", 2)), kMost));
  BOOST_TEST(!otlp_lines_of_protobuf("\x0a\xff\xff\xff\xff\x0f", kMost));
  for (const std::string text :
       {"", "[]", "1", R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[1]}]}]})",
        R"({"resourceLogs":{}})", R"({"resourceLogs":[)", "{}x"}) {
    const auto lines = otlp_lines_of_json(text, kMost);
    BOOST_TEST((!lines && lines.error().status == 400), text);
  }
}

BOOST_AUTO_TEST_CASE(records_without_measure_are_refused) {
  std::string records;
  for (int i = 0; i < 100; ++i) records += message(2, record());
  BOOST_TEST(otlp_lines_of_protobuf(request_of(records), 1000).error().status == 413);
  BOOST_TEST(otlp_lines_of_json(std::string(kMaxOtlpJson + 1, ' '), kMost).error().status == 413);
  // Values within values, in both forms.
  std::string deep = text_value("x");
  std::string json = "{\"stringValue\":\"x\"}";
  for (int i = 0; i < 1000; ++i) {
    deep = message(5, message(1, deep));
    json = "{\"arrayValue\":{\"values\":[" + json + "]}}";
  }
  const auto lines = otlp_lines_of_protobuf(request_of(message(2, message(5, deep))), kMost);
  BOOST_TEST((lines && lines->find("[null]") != std::string::npos));
  const auto of_json = otlp_lines_of_json(
      "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":" + json + "}]}]}]}", kMost);
  BOOST_TEST((of_json && of_json->find("[null]") != std::string::npos));
}

BOOST_AUTO_TEST_CASE(lines_of_loki_are_taken_as_they_are) {
  const std::string push =
      push_of(message(1, "{job=\"x\"}") + entry_of("{\"a\":1}") + entry_of("")) +
      push_of(entry_of("two\nlines"));
  BOOST_TEST(text_of(loki_lines_of_protobuf(snappy_of(push), kMost)) == "{\"a\":1}\n\ntwo lines\n");
  BOOST_TEST(
      text_of(loki_lines_of_json(R"({"streams":[{"stream":{"job":"x"},"values":[["1","{\"a\":1}"],)"
                                 R"(["2","two\nlines",{"k":"v"}]]},{"values":[]}]})",
                                 kMost)) == "{\"a\":1}\ntwo lines\n");
  BOOST_TEST(text_of(loki_lines_of_json("{\"streams\":[]}", kMost)) == "");
}

BOOST_AUTO_TEST_CASE(what_is_no_push_request) {
  const std::string push = push_of(entry_of("{\"a\":1}"));
  const std::string whole = snappy_of(push);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    BOOST_TEST(!loki_lines_of_protobuf(whole.substr(0, size), kMost), size << " bytes");
  }
  for (std::size_t size = 1; size < push.size(); ++size) {
    BOOST_TEST(!loki_lines_of_protobuf(snappy_of(push.substr(0, size)), kMost), size << " bytes");
  }
  // A length without content takes no memory.
  BOOST_TEST(loki_lines_of_protobuf("\xff\xff\xff\xff\x0f", kMost).error().status == 413);
  BOOST_TEST(loki_lines_of_protobuf(snappy_of(std::string(2 << 20, 'x')), kMost).error().status ==
             413);
  for (const std::string text :
       {"", "{}", "[]", "{\"streams\":1}", "{\"streams\":[1]}", "{\"streams\":[{\"values\":[1]}]}",
        "{\"streams\":[{\"values\":[[]]}]}", "{\"streams\":[{\"values\":[[\"1\",2]]}]}",
        "{\"streams\":[{\"values\":[[\"1\",\"x\"]]}"}) {
    BOOST_TEST(!loki_lines_of_json(text, kMost), text);
  }
}

BOOST_AUTO_TEST_CASE(each_item_of_a_bulk_request_has_its_status) {
  std::vector<std::string> documents;
  const std::string answer = bulk(
      "{\"create\":{\"_index\":\"a\",\"_id\":\"1\"}}\n{\"x\":1}\n\n{\"index\":{}}\r\n{\"x\":2}\r\n"
      "{\"delete\":{\"_id\":\"3\"}}\n{\"update\":{\"_id\":\"4\"}}\n{\"doc\":{}}\n"
      "{ \"create\" : { } }\n{\"x\":3}",
      &documents);
  BOOST_TEST((documents == std::vector<std::string>{"{\"x\":1}", "{\"x\":2}", "{\"x\":3}"}));
  const std::string unsupported =
      R"(,"status":400,"error":{"type":"action_request_validation_exception",)"
      R"("reason":"calls can't be changed: the actions are index and create"}}},)";
  BOOST_TEST(answer ==
             R"({"took":0,"errors":true,"items":[)"
             R"({"create":{"_index":"a","_id":"1","status":201,"result":"created","_version":1}},)"
             R"({"index":{"_index":"logs","_id":null,"status":400,)"
             R"("error":{"type":"document_parsing_exception","reason":"no-time: none"}}},)"
             R"({"delete":{"_index":"logs","_id":"3")" +
                 unsupported + R"({"update":{"_index":"logs","_id":"4")" + unsupported +
                 R"({"create":{"_index":"logs","_id":null,"status":201,)"
                 R"("result":"created","_version":1}}]})");
  BOOST_TEST(bulk("{\"create\":{}}\n{}\n").find("\"errors\":false") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_bulk_request) {
  std::vector<std::string> documents;
  for (const std::string body :
       {"", "\n\n", "{}", "{\"create\":{}}", "{\"create\":{}}\n{}\n{\"create\":{}}\n",
        "no json\n{}", "{\"create\":{},\"index\":{}}\n{}", "{\"search\":{}}\n{}",
        "{\"create\":1}\n{}", "[{\"create\":{}}]\n{}", "{\"create\":{}\n{}"}) {
    BOOST_TEST(bulk(body, &documents) == "problem 400", body);
  }
  BOOST_TEST(documents.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
