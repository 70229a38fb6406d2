#include "storage/call/skeleton.h"

#include "base/json_walk.h"

namespace fortnight::storage {

std::vector<Hole> holes_of(std::string_view skeleton) {
  using Token = JsonWalk::Token;
  std::vector<Hole> holes;
  std::string path;
  // For each open container, the length of the path before it, and within it without a key.
  struct Open {
    std::size_t before;
    std::size_t within;
  };
  std::vector<Open> open;
  JsonWalk walk(skeleton);
  for (Token token = walk.next(); token != Token::end; token = walk.next()) {
    switch (token) {
      case Token::open_object:
      case Token::open_array: {
        const std::size_t before = path.size();
        if (token == Token::open_array) path += "/*";
        open.push_back({before, path.size()});
        break;
      }
      case Token::close:
        if (open.empty()) return holes;
        path.resize(open.back().before);
        open.pop_back();
        break;
      case Token::key:
        if (!open.empty()) path.resize(open.back().within);
        path.append("/").append(walk.raw());
        break;
      default:
        holes.push_back({path, token == Token::string});
    }
  }
  return holes;
}

}  // namespace fortnight::storage
