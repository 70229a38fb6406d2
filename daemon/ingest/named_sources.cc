#include "daemon/ingest/named_sources.h"

#include <algorithm>

#include "base/ascii.h"

namespace fortnight::daemon {
namespace {

constexpr std::size_t kMaxSourceName = 64;

bool is_source_name(std::string_view text) {
  return text.size() <= kMaxSourceName && std::all_of(text.begin(), text.end(), [](char c) {
           return is_alphanumeric(c) ||
                  std::string_view("-._:/@").find(c) != std::string_view::npos;
         });
}

}  // namespace

query::Parsed<std::shared_ptr<SourceIntake>> NamedSources::find(std::string_view name,
                                                                std::string_view format) {
  Key key{name.empty() ? own_.name : std::string(name),
          format.empty() ? own_.format : std::string(format)};
  if (key == own_) return intake_;
  const auto known = named_.find(key);
  if (known != named_.end()) return known->second;
  if (!name.empty() && key.name != own_.name && !is_source_name(name)) {
    return query::RequestError("bad-request",
                               "the name of a source has at most 64 letters, digits and -._:/@");
  }
  if (named_.size() >= kMost) {
    return query::RequestError("bad-request",
                               "requests to this port have named 64 sources and formats already");
  }
  FORTNIGHT_ASSIGN(std::shared_ptr<SourceIntake> made, make_(key, nullptr));
  named_.emplace(std::move(key), made);
  return made;
}

void NamedSources::change(Key own) {
  own_ = std::move(own);
  std::erase_if(named_, [this](const auto& named) { return !make_(named.first, named.second); });
}

}  // namespace fortnight::daemon
