// Bodies of ingestion requests: compressed ones within their limit, NDJSON and arrays.
#include "daemon/ingest/body.h"

#include <zlib.h>
#include <zstd.h>

#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

namespace fortnight::daemon {
namespace ingest_body {

std::string gzipped(const std::string& text) {
  z_stream stream{};
  BOOST_REQUIRE(::deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(::deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  BOOST_REQUIRE(::deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

std::string zstd_of(const std::string& text, int window_log = 0) {
  ZSTD_CCtx* const context = ::ZSTD_createCCtx();
  if (window_log != 0) {
    ::ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
    ::ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  }
  std::string out(::ZSTD_compressBound(text.size()), '\0');
  ZSTD_inBuffer in{text.data(), text.size(), 0};
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  // Without its size in advance, as of a stream.
  ::ZSTD_compressStream2(context, &to, &in, ZSTD_e_continue);
  BOOST_REQUIRE(::ZSTD_compressStream2(context, &to, &in, ZSTD_e_end) == 0);
  ::ZSTD_freeCCtx(context);
  out.resize(to.pos);
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  Body body(text);
  std::vector<std::string> lines;
  for_each_line(body, [&](std::string_view line, std::uint64_t offset) {
    BOOST_TEST(offset <= text.size());
    lines.emplace_back(line);
  });
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace ingest_body

BOOST_AUTO_TEST_SUITE(ingest_body_suite)

using namespace ingest_body;

BOOST_AUTO_TEST_CASE(ndjson_is_cut_at_line_ends) {
  BOOST_TEST((lines_of("") == Lines{}));
  BOOST_TEST((lines_of("a") == Lines{"a"}));
  BOOST_TEST((lines_of("a\nb\r\n\nc") == Lines{"a", "b", "", "c"}));
  BOOST_TEST((lines_of(" \n{\"a\":\n1}\n") == Lines{" ", "{\"a\":", "1}"}));
}

BOOST_AUTO_TEST_CASE(an_array_is_cut_at_its_elements) {
  BOOST_TEST((lines_of("[]") == Lines{}));
  BOOST_TEST((lines_of("[{},{}]") == Lines{"{}", "{}"}));
  BOOST_TEST((lines_of("\n [ {\"a\":[1,{\"b\":2}]} ,\n 7, \"x,]\" ]\n") ==
              Lines{"{\"a\":[1,{\"b\":2}]}", "7", "\"x,]\""}));
  BOOST_TEST((lines_of("[{\"a\":\n \"\\\"]\\\\\"\n}]") == Lines{"{\"a\":  \"\\\"]\\\\\" }"}));
}

BOOST_AUTO_TEST_CASE(broken_arrays_lose_nothing) {
  BOOST_TEST((lines_of("[") == Lines{}));
  BOOST_TEST((lines_of("[{}") == Lines{"{}"}));
  BOOST_TEST((lines_of("[{\"a\":1},{\"b\"") == Lines{"{\"a\":1}", "{\"b\""}));
  BOOST_TEST((lines_of("[{}] trailing [1]") == Lines{"{}", "trailing [1]"}));
  BOOST_TEST((lines_of("[{},,{}]") == Lines{"{}", "{}"}));
  BOOST_TEST((lines_of("[\"abc") == Lines{"\"abc"}));
  BOOST_TEST((lines_of("[\"abc\\") == Lines{"\"abc\\"}));
}

BOOST_AUTO_TEST_CASE(every_prefix_of_an_array_stays_in_bounds) {
  const std::string text = R"([{"a":"\"x","b":[1,2,{"c":null}]}, {"d":"]"},3])";
  for (std::size_t size = 0; size <= text.size(); ++size) (void)lines_of(text.substr(0, size));
}

BOOST_AUTO_TEST_CASE(compressed_bodies_are_decoded) {
  std::mt19937 random(7);
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += static_cast<char>('a' + random() % 20);
  for (const std::string& each : {std::string(), std::string("x"), text}) {
    auto plain = decode_body(each, "", 1 << 20);
    BOOST_TEST((plain && plain->text() == each));
    auto gzip = decode_body(gzipped(each), "GZIP", 1 << 20);
    BOOST_TEST((gzip && gzip->text() == each));
    auto zstd = decode_body(zstd_of(each), "zstd", 1 << 20);
    BOOST_TEST((zstd && zstd->text() == each));
  }
  // Several members are one body.
  auto both = decode_body(gzipped("one\n") + gzipped("two\n"), "gzip", 1 << 20);
  BOOST_TEST((both && both->text() == "one\ntwo\n"));
}

BOOST_AUTO_TEST_CASE(a_body_that_grows_beyond_the_limit_is_refused) {
  const std::string bomb(8 << 20, '0');
  for (const std::size_t most : {std::size_t{0}, std::size_t{1000}, bomb.size() - 1}) {
    const auto gzip = decode_body(gzipped(bomb), "gzip", most);
    BOOST_TEST((!gzip && gzip.error().status == 413));
    const auto zstd = decode_body(zstd_of(bomb), "zstd", most);
    BOOST_TEST((!zstd && zstd.error().status == 413));
  }
  BOOST_TEST(bool(decode_body(gzipped(bomb), "gzip", bomb.size())));
  BOOST_TEST(bool(decode_body(zstd_of(bomb), "zstd", bomb.size())));
}

BOOST_AUTO_TEST_CASE(every_prefix_of_a_compressed_body_is_refused) {
  const std::string gzip = gzipped("{\"a\":1}\n{\"b\":2}\n");
  for (std::size_t size = 1; size < gzip.size(); ++size) {
    const auto cut = decode_body(gzip.substr(0, size), "gzip", 1 << 20);
    BOOST_TEST((!cut && cut.error().status == 400), "gzip, " << size << " bytes");
  }
  const std::string zstd = zstd_of("{\"a\":1}\n{\"b\":2}\n");
  for (std::size_t size = 1; size < zstd.size(); ++size) {
    const auto cut = decode_body(zstd.substr(0, size), "zstd", 1 << 20);
    BOOST_TEST((!cut && cut.error().status == 400), "zstd, " << size << " bytes");
  }
}

BOOST_AUTO_TEST_CASE(a_window_that_takes_much_memory_is_refused) {
  const std::string text(1 << 20, 'x');
  BOOST_TEST(bool(decode_body(zstd_of(text, 23), "zstd", 2 << 20)));
  const auto wide = decode_body(zstd_of(text, 26), "zstd", 2 << 20);
  BOOST_TEST((!wide && wide.error().status == 400));
}

BOOST_AUTO_TEST_CASE(other_codings_and_damage_are_refused) {
  BOOST_TEST(decode_body("x", "br", 100).error().status == 415);
  BOOST_TEST(decode_body("x", "gzip, gzip", 100).error().status == 415);
  BOOST_TEST(decode_body("no gzip at all", "gzip", 100).error().status == 400);
  BOOST_TEST(decode_body("no zstd at all", "zstd", 100).error().status == 400);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
