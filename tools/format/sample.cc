#include "tools/format/sample.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>
#include <string_view>
#include <system_error>

namespace fortnight::format {
namespace {

using intake::LineFramer;

struct Compressed {
  std::string_view magic;  // the first bytes of such a file
  const char* reader;      // the program that decompresses it
};
constexpr std::array<Compressed, 4> kCompressed = {{{{"\x1f\x8b", 2}, "zcat"},
                                                    {{"\x28\xb5\x2f\xfd", 4}, "zstdcat"},
                                                    {{"\x04\x22\x4d\x18", 4}, "lz4cat"},
                                                    {{"\xfd\x37\x7a\x58\x5a", 5}, "xzcat"}}};

Result<void> check_plain(std::string_view first_bytes, const std::string& name) {
  for (const Compressed& known : kCompressed) {
    if (!first_bytes.starts_with(known.magic)) continue;
    return Error{ErrorCode::invalid,
                 name + " is compressed: " + known.reader + " FILE | fortnight-format ... -"};
  }
  return {};
}

}  // namespace

std::string sample_name(const std::string& path) { return path == "-" ? "standard input" : path; }

Result<SampleReader> SampleReader::open(const std::string& path, std::size_t max_line_bytes) {
  const int descriptor = path == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                     : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return io_error("can't open " + sample_name(path) + ": " +
                    std::generic_category().message(errno));
  }
  return SampleReader(sample_name(path), Descriptor(descriptor), max_line_bytes);
}

Line SampleReader::Kept::whole() const {
  Line out = line;
  out.bytes = std::string_view(padded).substr(0, length);
  return out;
}

Result<void> SampleReader::keep_first(std::size_t max_lines, std::size_t max_bytes) {
  std::size_t bytes = 0;
  while (kept_.size() < max_lines && bytes < max_bytes) {
    FORTNIGHT_ASSIGN(const std::optional<Line> line, next());
    if (!line) return {};
    bytes += line->bytes.size();
    Kept kept{std::string(line->bytes), *line, line->bytes.size()};
    kept.padded.append(LineFramer::kPadding, '\0');
    kept_.push_back(std::move(kept));
  }
  return {};
}

Lines SampleReader::kept() const {
  Lines lines;
  for (const Kept& kept : kept_) lines.push_back(kept.whole());
  return lines;
}

Result<void> SampleReader::for_each(const std::function<void(const Line&)>& visit) {
  for (const Kept& kept : kept_) visit(kept.whole());
  for (;;) {
    FORTNIGHT_ASSIGN(const std::optional<Line> line, next());
    if (!line) return {};
    visit(*line);
  }
}

Result<std::optional<Line>> SampleReader::next() {
  while (!ended_) {
    if (const auto line = framer_.next()) return line;
    FORTNIGHT_ASSIGN(const std::size_t count, fill());
    if (count > 0) continue;
    ended_ = true;
    return framer_.last();
  }
  return std::optional<Line>();
}

Result<std::size_t> SampleReader::fill() {
  const std::span<char> space = framer_.space();
  const ssize_t count =
      without_interrupts([&] { return ::read(file_.get(), space.data(), space.size()); });
  if (count < 0) {
    return io_error("can't read " + name_ + ": " + std::generic_category().message(errno));
  }
  const auto size = static_cast<std::size_t>(count);
  if (!begun_) FORTNIGHT_TRY(check_plain({space.data(), size}, name_));
  begun_ = true;
  framer_.filled(size);
  return size;
}

}  // namespace fortnight::format
