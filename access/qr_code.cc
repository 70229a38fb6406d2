#include "access/qr_code.h"

#include <qrencode.h>

#include <memory>
#include <new>

namespace fortnight::access {

std::vector<std::string> qr_code(const std::string& text) {
  const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
      QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M), QRcode_free);
  if (code == nullptr) throw std::bad_alloc();
  const auto width = static_cast<std::size_t>(code->width);
  std::vector<std::string> rows(width, std::string(width, '0'));
  for (std::size_t y = 0; y < width; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      if ((code->data[y * width + x] & 1U) != 0) rows[y][x] = '1';
    }
  }
  return rows;
}

std::string qr_code_for_terminal(const std::vector<std::string>& rows, bool colours) {
  constexpr int kQuiet = 4;
  constexpr std::string_view kBlackOnWhite = "\x1b[38;5;16;48;5;231m";
  constexpr std::string_view kReset = "\x1b[0m";
  const int width = static_cast<int>(rows.size());
  const auto is_dark = [&](int x, int y) {
    return x >= 0 && y >= 0 && x < width && y < width &&
           rows[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] == '1';
  };
  std::string text;
  for (int y = -kQuiet; y < width + kQuiet; y += 2) {
    if (colours) text += kBlackOnWhite;
    for (int x = -kQuiet; x < width + kQuiet; ++x) {
      const bool upper = is_dark(x, y);
      const bool lower = is_dark(x, y + 1);
      text += upper && lower ? "\u2588" : upper ? "\u2580" : lower ? "\u2584" : " ";
    }
    text.append(colours ? kReset : "").append("\n");
  }
  return text;
}

}  // namespace fortnight::access
