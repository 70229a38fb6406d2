// Random JSON, unusual but valid.
#pragma once

#include <random>
#include <string>

namespace fortnight::intake {

class RandomJson {
 public:
  explicit RandomJson(unsigned seed) : random_(seed) {}

  // An object with `member` among its members.
  std::string object(const std::string& member) {
    text_.clear();
    text_ += '{';
    const unsigned before = pick(4);
    for (unsigned i = 0; i < before; ++i) add_member(), text_ += ',';
    blank();
    text_ += member;
    for (unsigned after = pick(4); after > 0; --after) text_ += ',', add_member();
    blank();
    text_ += '}';
    return text_;
  }

 private:
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_()) % below; }
  void blank() {
    if (pick(8) == 0) text_ += pick(2) == 0 ? " " : "\t  ";
  }
  void add_member() {
    blank();
    // Some names occur twice. Never `t`, which the caller adds.
    if (pick(3) == 0) {
      add_string();
    } else {
      text_ += '"';
      text_ += "abcd"[pick(4)];
      text_ += '"';
    }
    blank();
    text_ += ':';
    add_value(0);
    blank();
  }
  void add_value(int depth) {
    blank();
    switch (pick(depth > 4 ? 6 : 9)) {
      case 0:
        text_ += "true";
        break;
      case 1:
        text_ += "false";
        break;
      case 2:
        text_ += "null";
        break;
      case 3:
        add_number();
        break;
      case 4:
      case 5:
        add_string();
        break;
      case 6: {
        text_ += '[';
        const unsigned count = pick(5);
        for (unsigned i = 0; i < count; ++i) text_ += i == 0 ? "" : ",", add_value(depth + 1);
        blank();
        text_ += ']';
        break;
      }
      default: {
        text_ += '{';
        const unsigned count = pick(4);
        for (unsigned i = 0; i < count; ++i) {
          text_ += i == 0 ? "" : ",";
          blank();
          add_string();
          text_ += ':';
          add_value(depth + 1);
        }
        blank();
        text_ += '}';
      }
    }
    blank();
  }
  void add_number() {
    static const char* const kNumbers[] = {"0",
                                           "-0",
                                           "17",
                                           "-1.5",
                                           "1e5",
                                           "2.5E-3",
                                           "0.1",
                                           "1234567890123456",
                                           "0.123456789012345678",
                                           "1e400",
                                           "123456789012345678901234567890",
                                           "-0.0e-0",
                                           "1E+2"};
    text_ += kNumbers[pick(13)];
  }
  void add_string() {
    static const char* const kPieces[] = {"a",       "Zürich",
                                          "日本",    "\xf0\x9f\x98\x80",
                                          "\\n",     "\\\\",
                                          "\\\"",    "\\u00e9",
                                          "\\/",     "{",
                                          "}",       "[",
                                          "]",       ":",
                                          ",",       "\\ud83d\\ude00",
                                          " ",       "0123456789abcdef",
                                          "null",    "\x7f",
                                          "\\ud83d", "\\udc00x"};
    text_ += '"';
    for (unsigned count = pick(6); count > 0; --count) {
      text_ += kPieces[pick(22)];
    }
    text_ += '"';
  }

  std::mt19937 random_;
  std::string text_;
};

}  // namespace fortnight::intake
