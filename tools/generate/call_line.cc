// The part of CallWriter that writes the line around the bodies.
#include "tools/generate/call_writer.h"
#include "tools/generate/ids.h"
#include "tools/generate/outcome.h"

namespace fortnight::generate {

void CallWriter::assemble() {
  std::string& out = call_.line;
  out.assign("{\"ts\":\"");
  append_rfc3339(out, call_.time, 6);
  out.append("\",\"call_id\":\"").append(call_.call_id);
  out.append("\",\"account\":\"").append(call_.account);
  out.append("\",\"method\":\"").append(call_.method);
  out.append("\",\"endpoint\":\"").append(call_.endpoint);
  out.append("\",\"path\":\"").append(path_);
  out.append("\",\"status\":");
  append_decimal(out, call_.status);
  out.append(",\"revision\":\"").append(call_.revision);
  out.append("\",\"duration_ms\":");
  append_duration(out, endpoint_->median_ms, call_.status, random_);
  append_ids();
  out.append(",\"request\":{\"headers\":{");
  append_request_headers();
  out.append("},\"body\":").append(request_body_);
  out.append("},\"response\":{\"headers\":{");
  append_response_headers();
  out.append("},\"body\":").append(response_body_).append("}}");
}

void CallWriter::append_ids() {
  std::string& out = call_.line;
  const auto append_id = [&](std::string_view kind, std::string_view value) {
    if (value.empty()) return;
    out.append(out.back() == '{' ? "\"" : ",\"").append(kind).append("\":\"");
    out.append(value).append("\"");
  };
  out.append(",\"ids\":{");
  append_id("error_id", call_.error_id);
  append_id("async_job_id", call_.job_id);
  append_id("metric_id", call_.metric_id);
  const auto& resources = call_.resource_ids;
  if (resources.size() == 1) append_id("resource_id", resources[0]);
  if (resources.size() > 1) {
    out.append(out.back() == '{' ? "" : ",").append("\"resource_id\":[");
    for (const std::string& id : resources) out.append("\"").append(id).append("\",");
    out.back() = ']';
  }
  out.push_back('}');
}

void CallWriter::append_request_headers() {
  std::string& out = call_.line;
  out.append("\"user-agent\":\"").append(account_->user_agent);
  out.append("\",\"x-forwarded-for\":\"");
  if (random_.below(4) > 0) {
    out.append(account_->address);
  } else {
    out.append(account_->address, 0, account_->address.rfind('.') + 1);
    append_decimal(out, random_.below(256));
  }
  out.append("\",\"revision\":\"").append(call_.revision).append("\"");
  if (request_body_ == "null") return;
  out.append(",\"content-type\":\"application/json\",\"content-length\":\"");
  append_decimal(out, static_cast<std::int64_t>(request_body_.size()));
  out.push_back('"');
  if (endpoint_->action == Action::create && account_->seed % 4 == 0) {
    out.append(",\"idempotency-key\":\"");
    append_hex(out, random_, 32);
    out.push_back('"');
  }
}

void CallWriter::append_response_headers() {
  std::string& out = call_.line;
  out.append("\"date\":\"");
  append_http_date(out, call_.time);
  if (response_body_ != "null") {
    out.append("\",\"content-type\":\"");
    out.append(call_.status == 502 ? "text/html" : "application/json");
    out.append("\",\"content-length\":\"");
    append_decimal(out, static_cast<std::int64_t>(response_body_.size()));
  }
  out.append("\",\"x-call-id\":\"").append(call_.call_id);
  if (call_.status == 502) return out.push_back('"');
  out.append("\",\"ratelimit-remaining\":\"");
  append_decimal(out, call_.status == 429 ? 0 : 74 - random_.skewed(40));
  out.append("\",\"ratelimit-reset\":\"");
  append_decimal(out, 1 + random_.skewed(59));
  if (call_.status == 429) {
    out.append("\",\"retry-after\":\"");
    append_decimal(out, 1 + random_.skewed(30));
  }
  out.push_back('"');
}

}  // namespace fortnight::generate
