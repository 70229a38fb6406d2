// The sources that requests to one port name by `?source=` and `?format=`, and the port's own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/source_intake.h"
#include "query/request_error.h"

namespace fortnight::daemon {

// Threads: the intake thread only.
class NamedSources {
 public:
  // Each has a mapper with what it learns about its lines, and a member of STATUS.
  static constexpr std::size_t kMost = 64;

  struct Key {
    std::string name;
    std::string format;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  // Makes the intake of a source, or, of a known one, changes it to the present configuration.
  // Returns an error if the format is unknown or the name belongs to another source.
  using Make = std::function<query::Parsed<std::shared_ptr<SourceIntake>>(
      const Key& key, std::shared_ptr<SourceIntake> of)>;
  // `own`: of the port.
  NamedSources(Key own, std::shared_ptr<SourceIntake> intake, Make make)
      : own_(std::move(own)), intake_(std::move(intake)), make_(std::move(make)) {}

  // An empty name or format is the port's own.
  query::Parsed<std::shared_ptr<SourceIntake>> find(std::string_view name, std::string_view format);
  // The configuration has changed. Sources that it doesn't allow any more are forgotten.
  void change(Key own);
  // Those that requests have named.
  [[nodiscard]] const std::map<Key, std::shared_ptr<SourceIntake>>& named() const { return named_; }

 private:
  Key own_;
  std::shared_ptr<SourceIntake> intake_;
  Make make_;
  std::map<Key, std::shared_ptr<SourceIntake>> named_;
};

}  // namespace fortnight::daemon
