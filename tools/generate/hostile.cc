#include "tools/generate/hostile.h"

#include "tools/generate/ids.h"

namespace fortnight::generate {
namespace {

std::string repeated(std::string_view piece, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out.append(piece);
  return out;
}

std::string with_member(const Call& call, std::string_view member) {
  std::string line = call.line;
  line.pop_back();
  return line.append(",").append(member).append("}");
}

std::string with_time(const Call& call, std::string_view time) {
  const std::size_t end = call.line.find(',');
  return "{\"ts\":" + std::string(time) + call.line.substr(end);
}

}  // namespace

std::string rejected_line(const Call& call, Random& random) {
  switch (random.below(9)) {
    case 0:
      return "GET /api/profiles 200 17ms";
    case 1:
      return call.line.substr(0, 1 + random.below(call.line.size() - 1));
    case 2:
      return "[" + call.line + "]";
    case 3:
      return with_time(call, "\"yesterday\"");
    case 4:
      return with_time(call, "\"9999-01-01T00:00:00Z\"");
    case 5:
      return with_time(call, "null");
    case 6:
      return with_member(call, "\"name\":caf\xe9");
    case 7:
      return "{}";
    default:
      return call.line + "}";
  }
}

std::string odd_line(const Call& call, Random& random) {
  switch (random.below(9)) {
    case 0:
      return with_member(call, "\"huge\":1e400,\"nothing\":-0,\"long\":0.100000000000000005551");
    case 1:
      return with_member(call, "\"deep\":" + repeated("[", 60) + repeated("]", 60));
    case 2:
      return with_member(call, R"("escapes":"\u0000\ud83d\ude00\/\"\\\n\ud800")");
    case 3:
      return with_member(call, R"("twice":1,"twice":2,"":"no name")");
    case 4:
      return with_member(call, "\"many\":[0" + repeated(",1", 3000) + "]");
    case 5:
      return with_member(call, " \"spaces\" :\t[ 1 , 2 ,{ } ] ");
    case 6: {
      std::string key = "\"";
      append_base62(key, random, 12);
      return with_member(call, key + "\":true");  // a shape that occurs once
    }
    case 7:
      return with_member(call, "\"empty\":{},\"hollow\":[],\"blank\":\"\"");
    default:
      return with_member(call, "\"emoji\":\"🧦 naïve — 東京\"");
  }
}

}  // namespace fortnight::generate
