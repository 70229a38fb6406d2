// How rows and closing lines become the bytes of an answer.
#pragma once

#include <string>
#include <string_view>

#include "query/request_error.h"

namespace fortnight::daemon {

// One answer's state. Threads: one at a time; the answer's order.
class AnswerEncoder {
 public:
  AnswerEncoder() = default;
  AnswerEncoder(const AnswerEncoder&) = delete;
  AnswerEncoder& operator=(const AnswerEncoder&) = delete;
  virtual ~AnswerEncoder() = default;

  // Appends to `out`. A row is one JSON object.
  virtual void row(std::string_view json, std::string& out) = 0;
  virtual void close(const query::Closing& closing, std::string& out) = 0;
};

// The line protocol: rows and the closing line, each with LF.
class LineEncoder final : public AnswerEncoder {
 public:
  void row(std::string_view json, std::string& out) override { out.append(json).push_back('\n'); }
  void close(const query::Closing& closing, std::string& out) override {
    out.append(closing.line).push_back('\n');
  }
};

}  // namespace fortnight::daemon
