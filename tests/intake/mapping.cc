#include "tests/intake/mapping.h"

#include <boost/test/unit_test.hpp>

#include "storage/journal/batch_codec.h"

namespace fortnight::intake {

MapperAtWork::MapperAtWork(const std::string& format, config::Config config) {
  config::Source source;
  source.name = "test";
  source.format = format;
  mapper_ = std::make_unique<Mapper>(mapper_settings(config, source));
}

MapperAtWork::MapperAtWork(MapperSettings settings)
    : mapper_(std::make_unique<Mapper>(std::move(settings))) {}

storage::Append MapperAtWork::map(std::string_view line, TimeNs now) {
  storage::Append append;
  mapper_->map_copy(line, 0, now, append);
  return append;
}

Seen look(const storage::Append& append) {
  Seen seen;
  const storage::Batch& batch = append.batch;
  const auto sound = storage::check_batch(batch);
  BOOST_TEST(sound.has_value());
  if (!append.rejects.empty()) {
    seen.reject = append.rejects.front().reason;
  } else if (append.skipped != 0) {
    seen.reject = "skip";
  } else if (batch.calls.empty()) {
    seen.reject = "nothing";
  }
  if (!seen.reject.empty()) return seen;
  using storage::TextField;
  seen.call = batch.calls.back();
  const auto field = [&](TextField which) { return std::string(batch.field(seen.call, which)); };
  seen.account = field(TextField::account);
  seen.method = field(TextField::method);
  seen.endpoint = field(TextField::endpoint);
  seen.path = field(TextField::path);
  seen.revision = field(TextField::revision);
  seen.call_id = field(TextField::call_id);
  seen.source = field(TextField::source);
  storage::for_each_id(batch, seen.call, [&](std::string_view kind, std::string_view value) {
    if (!seen.ids.empty()) seen.ids += ' ';
    seen.ids.append(kind).append("=").append(value);
  });
  storage::append_line(batch, seen.call, seen.line);
  return seen;
}

}  // namespace fortnight::intake
