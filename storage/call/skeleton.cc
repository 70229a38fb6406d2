#include "storage/call/skeleton.h"

#include "storage/call/batch.h"

namespace fortnight::storage {

std::vector<Hole> holes_of(std::string_view skeleton) {
  std::vector<Hole> holes;
  std::string path;
  // For each open container, the length of the path before it. An array has appended "/*" to the
  // path; an object appends its keys.
  struct Open {
    bool is_array;
    std::size_t path;
  };
  std::vector<Open> open;
  bool expect_key = false;
  for (std::size_t i = 0; i < skeleton.size(); ++i) {
    switch (skeleton[i]) {
      case '{':
        open.push_back({false, path.size()});
        expect_key = true;
        break;
      case '[':
        open.push_back({true, path.size()});
        path += "/*";
        expect_key = false;
        break;
      case '}':
      case ']':
        if (open.empty()) return holes;
        path.resize(open.back().path);
        open.pop_back();
        break;
      case ',':
        if (!open.empty() && !open.back().is_array) {
          path.resize(open.back().path);
          expect_key = true;
        }
        break;
      case ':':
        expect_key = false;
        break;
      case '"': {
        if (!expect_key) {  // a string's hole between its quotes
          if (i + 1 < skeleton.size() && skeleton[i + 1] == kHole) holes.push_back({path, true});
          i += 2;
          break;
        }
        std::size_t end = i + 1;
        while (end < skeleton.size() && skeleton[end] != '"') end += skeleton[end] == '\\' ? 2 : 1;
        if (end > skeleton.size()) end = skeleton.size();
        path += '/';
        path += skeleton.substr(i + 1, end - i - 1);
        i = end;
        break;
      }
      case kHole:
        holes.push_back({path, false});
        break;
      default:
        break;  // white space
    }
  }
  return holes;
}

}  // namespace fortnight::storage
