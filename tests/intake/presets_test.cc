// Each preset on a typical line of its producer.
#include <boost/test/unit_test.hpp>
#include <string>

#include "tests/intake/mapping.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(presets)

namespace {

constexpr std::int64_t kInstant = 1'795'162'530'000'000'000;  // 2026-11-20T08:15:30Z

BOOST_AUTO_TEST_CASE(caddy) {
  MapperAtWork work("caddy");
  const std::string rest =
      R"("request":{"remote_ip":"127.0.0.1","remote_port":"42342","proto":"HTTP/2.0",)"
      R"("method":"POST",)"
      R"("host":"localhost","uri":"/orders/17?x=1","headers":{"User-Agent":["curl/7.82.0"],)"
      R"("X-Request-Id":["r-1"],"Authorization":["REDACTED"]}},"bytes_read":0,"user_id":"kim",)"
      R"("duration":0.000929675,"size":10900,"status":201,"resp_headers":{"Server":["Caddy"]}})";
  const std::string head = R"({"level":"info","ts":1795162530.5241024,"logger":"http.log.access",)";
  const Seen seen = look(work.map(head + R"("msg":"handled request",)" + rest));
  BOOST_TEST(seen.reject == "");
  BOOST_TEST(seen.call.ts == kInstant + 524'102'400);
  BOOST_TEST(seen.account == "kim");
  BOOST_TEST(seen.method == "POST");
  BOOST_TEST(seen.path == "/orders/17?x=1");
  BOOST_TEST(seen.endpoint == "/orders/{id}");
  BOOST_TEST(seen.call.status == 201);
  BOOST_TEST(seen.call.duration_ns == 929'675);
  BOOST_TEST(seen.call_id == "r-1");
  BOOST_TEST(look(work.map(head + R"("msg":"server running"})")).reject == "skip");
}

BOOST_AUTO_TEST_CASE(nginx) {
  MapperAtWork work("nginx");
  const Seen ours = look(work.map(
      R"({"ts":"1795162530.250","account":"acme","request_method":"GET","request_uri":"/a/b/?q",)"
      R"("status":404,"request_time":"0.005","request_id":"5f2b","revision":"","host":"h"})"));
  BOOST_TEST(ours.call.ts == kInstant + 250'000'000);
  BOOST_TEST(ours.account == "acme");
  BOOST_TEST(ours.endpoint == "/a/b");
  BOOST_TEST(ours.call.status == 404);
  BOOST_TEST(ours.call.duration_ns == 5'000'000);
  BOOST_TEST(ours.call_id == "5f2b");
  const Seen other = look(work.map(
      R"({"time_local":"20/Nov/2026:09:15:30 +0100","remote_user":"","method":"GET","uri":"/x",)"
      R"("status":"200","request_time":0.1})"));
  BOOST_TEST(other.call.ts == kInstant);
  BOOST_TEST(other.call.status == 200);
  BOOST_TEST(other.call.duration_ns == 100'000'000);
}

// The forms of usual examples: a request line, numbers as strings, empty variables.
BOOST_AUTO_TEST_CASE(nginx_with_a_request_line) {
  MapperAtWork work("nginx");
  const Seen seen = look(work.map(
      R"({"time_local":"20/Nov/2026:09:15:30 +0100","remote_user":"acme","account":"",)"
      R"("request":"POST /api/orders/17 HTTP/2.0","status":"502","request_time":"1.004"})"));
  BOOST_TEST(seen.call.ts == kInstant);
  BOOST_TEST(seen.account == "acme");
  BOOST_TEST(seen.method == "POST");
  BOOST_TEST(seen.endpoint == "/api/orders/{id}");
  BOOST_TEST(seen.call.status == 502);
  BOOST_TEST(seen.call.duration_ns == 1'004'000'000);
  const Seen none =
      look(work.map(R"({"time_local":"20/Nov/2026:09:15:30 +0100","request":"","status":"400"})"));
  BOOST_TEST(none.reject == "");
  BOOST_TEST(none.method == "");
  BOOST_TEST(none.call.status == 400);
}

BOOST_AUTO_TEST_CASE(traefik) {
  MapperAtWork work("traefik");
  const Seen seen = look(work.map(
      R"({"ClientUsername":"-","DownstreamStatus":404,"Duration":215563,"OriginStatus":200,)"
      R"("RequestMethod":"GET","RequestPath":"/a?b",)"
      R"("StartLocal":"2026-11-20T09:15:30.464763557+01:00",)"
      R"("StartUTC":"2026-11-20T08:15:30.464763557Z","request_X-Request-Id":"q",)"
      R"("time":"2026-11-20T08:15:31Z"})"));
  BOOST_TEST(seen.call.ts == kInstant + 464'763'557);
  BOOST_TEST(seen.call.ts_digits == 9);
  BOOST_TEST(seen.call.status == 404);
  BOOST_TEST(seen.call.duration_ns == 215'563);
  BOOST_TEST(seen.endpoint == "/a");
  BOOST_TEST(seen.call_id == "q");
}

BOOST_AUTO_TEST_CASE(envoy) {
  MapperAtWork work("envoy");
  const Seen seen = look(work.map(
      R"({":authority":"www","duration":11,"method":"GET","response_code":503,"start_time":)"
      R"("2026-11-20T08:15:30.479Z","x-envoy-origin-path":"/assets/7","x-request-id":"3bbc"})"));
  BOOST_TEST(seen.call.ts == kInstant + 479'000'000);
  BOOST_TEST(seen.call.status == 503);
  BOOST_TEST(seen.call.duration_ns == 11'000'000);
  BOOST_TEST(seen.endpoint == "/assets/{id}");
  BOOST_TEST(seen.call_id == "3bbc");
}

BOOST_AUTO_TEST_CASE(cloudflare) {
  MapperAtWork work("cloudflare");
  const std::string rest = R"(,"ClientRequestHost":"www.example.com","ClientRequestMethod":"GET",)"
                           R"("ClientRequestURI":"/about",)"
                           R"("EdgeResponseStatus":200,"RayID":"87a1b2c3d4e5f002"})";
  for (const std::string time :
       {"1795162530000000000", "1795162530", "\"2026-11-20T08:15:30Z\"", "1795162530000"}) {
    const Seen seen = look(work.map("{\"EdgeStartTimestamp\":" + time + rest));
    BOOST_TEST(seen.call.ts == kInstant);
    BOOST_TEST(seen.account == "www.example.com");
    BOOST_TEST(seen.call_id == "87a1b2c3d4e5f002");
  }
}

BOOST_AUTO_TEST_CASE(k8s_audit) {
  MapperAtWork work("k8s-audit");
  const std::string rest =
      R"("auditID":"841d","requestURI":"/api/v1/namespaces/shop/pods/web-1?watch=true",)"
      R"("verb":"get",)"
      R"("user":{"username":"system:anonymous"},"responseStatus":{"metadata":{},"code":200},)"
      R"("objectRef":{"uid":"u1"},"requestReceivedTimestamp":"2026-11-20T08:15:30.730588Z"})";
  const Seen seen = look(work.map(R"({"kind":"Event","stage":"ResponseComplete",)" + rest));
  BOOST_TEST(seen.call.ts == kInstant + 730'588'000);
  BOOST_TEST(seen.account == "system:anonymous");
  BOOST_TEST(seen.method == "get");
  BOOST_TEST(seen.endpoint == "/api/v1/namespaces/{namespace}/pods/{name}");
  BOOST_TEST(seen.call.status == 200);
  BOOST_TEST(seen.call_id == "841d");
  BOOST_TEST(seen.ids == "resource_id=u1");
  BOOST_TEST(look(work.map(R"({"stage":"ResponseStarted",)" + rest)).reject == "skip");
  const auto endpoint = [&](const std::string& uri) {
    return look(work.map(R"({"stage":"ResponseComplete","requestURI":")" + uri +
                         R"(","requestReceivedTimestamp":"2026-11-20T08:15:30Z"})"))
        .endpoint;
  };
  BOOST_TEST(endpoint("/api/v1/namespaces/a/pods/b/exec?command=sh") ==
             "/api/v1/namespaces/{namespace}/pods/{name}/exec");
  BOOST_TEST(endpoint("/apis/apps/v1/namespaces/a/deployments/b/status") ==
             "/apis/apps/{version}/namespaces/{namespace}/deployments/{name}/{subresource}");
  BOOST_TEST(endpoint("/apis/example.com/v1/namespaces/a/widgets/b") ==
             "/apis/{group}/{version}/namespaces/{namespace}/{resource}/{name}");
  BOOST_TEST(endpoint("/healthz") == "/healthz");
}

BOOST_AUTO_TEST_CASE(gitlab_workhorse) {
  MapperAtWork work("gitlab-workhorse");
  const Seen seen = look(
      work.map(R"({"correlation_id":"01JH4TG1NMNSTM68CBCQPWRRT1","duration_ms":31,"method":"GET",)"
               R"("msg":"access",)"
               R"("status":302,"time":"2026-11-20T08:15:30Z","uri":"/u/1"})"));
  BOOST_TEST(seen.call.ts == kInstant);
  BOOST_TEST(seen.call.duration_ns == 31'000'000);
  BOOST_TEST(seen.endpoint == "/u/{id}");
  BOOST_TEST(seen.call_id == "01JH4TG1NMNSTM68CBCQPWRRT1");
  BOOST_TEST(look(work.map(R"({"msg":"Starting","time":"2026-11-20T08:15:30Z"})")).reject ==
             "skip");
}

BOOST_AUTO_TEST_CASE(vault) {
  MapperAtWork work("vault");
  const std::string rest =
      R"("time":"2026-11-20T08:15:30.8556969Z","auth":{"display_name":"root"},)"
      R"("request":{"id":"9e07","operation":"create","path":"kv/data/hello"}})";
  const Seen seen = look(work.map(R"({"type":"response",)" + rest));
  BOOST_TEST(seen.call.ts == kInstant + 855'696'900);
  BOOST_TEST(seen.call.ts_digits == 7);
  BOOST_TEST(seen.account == "root");
  BOOST_TEST(seen.method == "create");
  BOOST_TEST(seen.endpoint == "kv/data/hello");
  BOOST_TEST(seen.call.status == 200);
  BOOST_TEST(seen.call_id == "9e07");
  for (const auto& [error, status] :
       {std::pair("1 error occurred:\\n\\t* permission denied\\n", 403),
        std::pair("missing client token", 400)}) {
    const Seen failed =
        look(work.map(R"({"type":"response","error":")" + std::string(error) + R"(",)" + rest));
    BOOST_TEST(failed.call.status == status);
  }
  BOOST_TEST(look(work.map(R"({"type":"request",)" + rest)).reject == "skip");
}

BOOST_AUTO_TEST_CASE(otlp) {
  MapperAtWork work("otlp");
  const Seen seen = look(work.map(
      R"({"timeUnixNano":1795162530123456789,"severityNumber":9,"body":"request","traceId":"0af7",)"
      R"("attributes":{"http.request.method":"GET","url.path":"/orders/7",)"
      R"("http.route":"/orders/{id}",)"
      R"("http.response.status_code":503,"http.server.request.duration":0.0125},)"
      R"("resource":{"service.name":"shop","service.version":"1.2"}})"));
  BOOST_TEST(seen.call.ts == kInstant + 123'456'789);
  BOOST_TEST(seen.method == "GET");
  BOOST_TEST(seen.path == "/orders/7");
  BOOST_TEST(seen.endpoint == "/orders/{id}");
  BOOST_TEST(seen.call.status == 503);
  BOOST_TEST(seen.call.duration_ns == 12'500'000);
  BOOST_TEST(seen.revision == "1.2");
  BOOST_TEST(seen.call_id == "0af7");
}

BOOST_AUTO_TEST_CASE(express) {
  MapperAtWork work("express");
  const Seen seen =
      look(work.map(R"({"timestamp":"2026-11-20T08:15:30.000Z","method":"GET","path":"/health",)"
                    R"("statusCode":200,"duration":5})"));
  BOOST_TEST(seen.call.ts == kInstant);
  BOOST_TEST(seen.call.ts_digits == 3);
  BOOST_TEST(seen.endpoint == "/health");
  BOOST_TEST(seen.call.status == 200);
  BOOST_TEST(seen.call.duration_ns == 5'000'000);
  const Seen pino =
      look(work.map(R"({"level":30,"time":1795162530123,"req":{"id":3,"method":"PUT","url":"/x"},)"
                    R"("res":{"statusCode":500},"responseTime":2})"));
  BOOST_TEST(pino.call.ts == kInstant + 123'000'000);
  BOOST_TEST(pino.method == "PUT");
  BOOST_TEST(pino.call.status == 500);
  BOOST_TEST(pino.call_id == "3");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
