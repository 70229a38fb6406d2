#include "tools/client/time_axis.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace fortnight::client {
namespace {

constexpr std::size_t kLabelGap = 2;

int digits_at(std::string_view text, std::size_t at) {
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

struct Label {
  std::size_t bar;
  std::string text;
};

// "20 Nov" at midnight, "08:15" at other times.
std::string label_text(std::string_view start, bool day) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (!day) return std::string(start.substr(11, 5));
  const auto month = static_cast<std::size_t>(std::clamp(digits_at(start, 5), 1, 12) - 1);
  return std::string(start.substr(8, 2)).append(" ").append(kMonths.substr(month * 3, 3));
}

// Labels each bar that begins at a multiple of `minutes` of its day.
std::vector<Label> labels_every(const std::vector<std::string>& starts, int minutes) {
  std::vector<Label> labels;
  for (std::size_t bar = 0; bar < starts.size(); ++bar) {
    if (starts[bar].size() < 16) continue;
    const int minute = digits_at(starts[bar], 11) * 60 + digits_at(starts[bar], 14);
    if (minute % minutes == 0) labels.push_back({bar, label_text(starts[bar], minute == 0)});
  }
  return labels;
}

bool fits(const std::vector<Label>& labels, std::size_t bar_width) {
  for (std::size_t i = 1; i < labels.size(); ++i) {
    const std::size_t room = (labels[i].bar - labels[i - 1].bar) * bar_width;
    if (labels[i - 1].text.size() + kLabelGap > room) return false;
  }
  return !labels.empty();
}

std::vector<Label> choose_labels(const std::vector<std::string>& starts, std::size_t bar_width) {
  for (const int minutes : {15, 30, 60, 120, 180, 240, 360, 720, 1440}) {
    std::vector<Label> labels = labels_every(starts, minutes);
    if (fits(labels, bar_width)) return labels;
  }
  // Many days, or bars at odd times: as many labels as fit.
  std::vector<Label> labels;
  for (std::size_t bar = 0; bar < starts.size(); ++bar) {
    const bool room = labels.empty() || (bar - labels.back().bar) * bar_width >=
                                            labels.back().text.size() + kLabelGap;
    if (room && starts[bar].size() >= 16) labels.push_back({bar, label_text(starts[bar], true)});
  }
  return labels;
}

}  // namespace

std::string draw_time_axis(const std::vector<std::string>& starts, std::size_t bar_width,
                           std::size_t indent) {
  const std::size_t width = starts.size() * bar_width;
  std::string ticks = std::string(indent, ' ') + "└";
  std::string texts(indent + 1, ' ');
  std::size_t drawn = 0;
  for (const Label& label : choose_labels(starts, bar_width)) {
    const std::size_t column = label.bar * bar_width;
    if (column + label.text.size() > width && column > 0) continue;
    for (; drawn < column; ++drawn) ticks += "─";
    ticks += "┬";
    ++drawn;
    texts.resize(indent + 1 + column, ' ');
    texts += label.text;
  }
  for (; drawn < width; ++drawn) ticks += "─";
  return ticks + "\n" + texts + "\n";
}

}  // namespace fortnight::client
