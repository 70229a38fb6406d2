// Writes calls of the made-up API as lines of the native format.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/generate/attributes.h"
#include "tools/generate/endpoints.h"
#include "tools/generate/instant.h"
#include "tools/generate/outcome.h"
#include "tools/generate/prose.h"
#include "tools/generate/random.h"
#include "tools/generate/world.h"
#include "tools/generate/zipf.h"

namespace fortnight::generate {

// A written call: its line, and its values for the answer key. Overwritten by the next write().
struct Call {
  Micros time = 0;
  std::string_view account;
  std::string_view method;
  std::string_view endpoint;
  std::string_view revision;
  int status = 0;
  std::string call_id;
  std::string error_id;   // empty if the call succeeded
  std::string job_id;     // empty if the call isn't about an asynchronous job
  std::string metric_id;  // empty if the call isn't about a metric
  std::vector<std::string> resource_ids;
  std::string line;  // without its line end
};

class CallWriter {
 public:
  // `world` must outlive the writer.
  CallWriter(const World& world, std::uint64_t seed);
  // Writes the next call, made at `time`.
  const Call& write(Micros time);

 private:
  struct Job {
    const Account* account;
    std::string id;
    Micros submitted;
    std::uint32_t total;
  };

  void choose(Micros time);
  void choose_resources();
  void choose_job();
  void write_path();
  void write_request();
  void write_request_document();
  void write_response();
  void write_error();
  void write_page();
  void write_job();
  void write_data(std::string& out, const Entity& entity, Detail detail, bool with_id);
  void assemble();
  void append_request_headers();
  void append_response_headers();
  void append_ids();

  const World& world_;
  Prose prose_;
  Incidents incidents_;
  Zipf endpoint_popularity_;
  Random random_;
  std::vector<Job> jobs_;  // the latest ones; later calls poll them
  std::size_t next_job_ = 0;

  // Of the call that is being written.
  const Account* account_ = nullptr;
  const Endpoint* endpoint_ = nullptr;
  Job job_{};
  std::vector<Entity> entities_;
  std::size_t entity_count_ = 0;
  std::string path_;
  std::string request_body_;  // "null" if there is none
  std::string response_body_;
  Call call_;
};

}  // namespace fortnight::generate
