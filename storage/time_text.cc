#include "storage/time_text.h"

#include <chrono>

#include "storage/number_text.h"

namespace fortnight::storage {
namespace {

void append_padded(std::uint64_t number, unsigned width, std::string& out) {
  const std::size_t start = out.size();
  out.resize(start + width);
  for (unsigned i = width; i-- > 0; number /= 10) {
    out[start + i] = static_cast<char>('0' + number % 10);
  }
}

}  // namespace

void append_rfc3339(TimeNs time, unsigned digits, std::string& out) {
  const Day day = day_of(time);
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  auto in_day = static_cast<std::uint64_t>(time - day_start(day));
  const std::uint64_t second = in_day / kNsPerSecond;
  append_padded(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4, out);
  out.push_back('-');
  append_padded(static_cast<unsigned>(date.month()), 2, out);
  out.push_back('-');
  append_padded(static_cast<unsigned>(date.day()), 2, out);
  out.push_back('T');
  append_padded(second / 3600, 2, out);
  out.push_back(':');
  append_padded(second / 60 % 60, 2, out);
  out.push_back(':');
  append_padded(second % 60, 2, out);
  if (digits > 0) {
    std::uint64_t fraction = in_day % kNsPerSecond;
    for (unsigned i = digits; i < 9; ++i) fraction /= 10;
    out.push_back('.');
    append_padded(fraction, digits, out);
  }
  out.push_back('Z');
}

void append_duration(std::int64_t duration_ns, DurationUnit unit, std::string& out) {
  unsigned digits = unit == DurationUnit::s    ? 9
                    : unit == DurationUnit::ms ? 6
                    : unit == DurationUnit::us ? 3
                                               : 0;
  while (digits > 0 && duration_ns % 10 == 0) {
    duration_ns /= 10;
    --digits;
  }
  append_decimal(duration_ns, digits, out);
}

}  // namespace fortnight::storage
