#include "tools/generate/call_writer.h"

#include <algorithm>

#include "tools/generate/ids.h"

namespace fortnight::generate {
namespace {

constexpr std::size_t kJobsRemembered = 128;
constexpr std::string_view kBase = "https://api.example.com";

bool carries_document(Action action) {
  return action == Action::create || action == Action::accept || action == Action::update ||
         action == Action::relate || action == Action::submit;
}

void append_quoted(std::string& out, std::string_view value) {
  out.append("\"").append(value).append("\"");
}

}  // namespace

CallWriter::CallWriter(const World& world, std::uint64_t seed)
    : world_(world),
      incidents_(world.seed(), static_cast<std::uint32_t>(world.accounts().size())),
      endpoint_popularity_(static_cast<std::uint32_t>(endpoints().size()), 1.0),
      random_(mix(world.seed(), seed)),
      entities_(8) {}

const Call& CallWriter::write(Micros time) {
  choose(time);
  write_path();
  write_request();
  write_response();
  assemble();
  return call_;
}

void CallWriter::choose(Micros time) {
  const std::uint32_t rank = endpoint_popularity_.draw(random_);
  endpoint_ = &endpoints()[rank];
  account_ = &world_.draw_account(random_);
  call_.time = time;
  call_.status = incidents_.broken(rank, time) ? draw_broken_status(endpoint_->action, random_)
                                               : draw_status(endpoint_->action, random_);
  const auto flooding = incidents_.flooding_account(time);
  if (flooding && random_.chance(0.08)) {
    account_ = &world_.accounts()[*flooding];
    if (random_.chance(0.7)) call_.status = 429;
  }
  choose_resources();
  choose_job();
  call_.account = account_->id;
  call_.method = endpoint_->method;
  call_.endpoint = endpoint_->path;
  call_.revision = World::draw_revision(*account_, random_);
  call_.call_id.clear();
  append_uuid4(call_.call_id, random_);
  call_.error_id.clear();
  if (call_.status >= 400) append_uuid4(call_.error_id, random_);
}

void CallWriter::choose_resources() {
  entity_count_ = 1;
  if (endpoint_->action == Action::list) entity_count_ = random_.below(4);
  Kind kind = endpoint_->kind;
  if (kind == Kind::job) kind = Kind::profile;
  if (endpoint_->action == Action::relate) entity_count_ = 2 + random_.below(2);
  if (endpoint_->action == Action::submit) entity_count_ = 1 + random_.below(2);
  if (endpoint_->action == Action::poll) entity_count_ = 0;
  for (std::size_t i = 0; i < entity_count_; ++i) {
    // In a change of relations, the first resource is the one in the path; the others are members.
    const Kind of = endpoint_->action == Action::relate && i > 0 ? Kind::profile : kind;
    if (endpoint_->action == Action::create) {
      World::make_entity(of, call_.time, random_, entities_[i]);
    } else {
      World::draw_entity(*account_, of, call_.time, random_, entities_[i]);
    }
  }
  call_.resource_ids.clear();
  call_.metric_id.clear();
  const bool unborn = endpoint_->action == Action::create && call_.status >= 400;
  for (std::size_t i = 0; i < entity_count_ && !unborn; ++i) {
    if (kind == Kind::metric) call_.metric_id = entities_[i].id;
    if (kind != Kind::metric && endpoint_->action != Action::submit) {
      call_.resource_ids.push_back(entities_[i].id);
    }
  }
  if (kind == Kind::event && endpoint_->action == Action::accept) {
    Entity metric;
    World::draw_entity(*account_, Kind::metric, call_.time, random_, metric);
    call_.metric_id = metric.id;
  }
}

void CallWriter::choose_job() {
  call_.job_id.clear();
  if (endpoint_->kind != Kind::job) return;
  const bool poll = endpoint_->action == Action::poll;
  if (poll && !jobs_.empty()) {
    job_ = jobs_[random_.below(jobs_.size())];
    account_ = job_.account;
    call_.job_id = job_.id;
    return;
  }
  if (!poll && call_.status >= 400) return;  // refused: no job was created
  job_ = {account_, {}, call_.time, 1 + random_.skewed(10'000)};
  append_hex(job_.id, random_, 24);
  call_.job_id = job_.id;
  if (jobs_.size() < kJobsRemembered) {
    jobs_.push_back(job_);
  } else {
    jobs_[next_job_++ % kJobsRemembered] = job_;
  }
}

void CallWriter::write_path() {
  path_.clear();
  const std::size_t hole = endpoint_->path.find("{id}");
  path_.append(endpoint_->path.substr(0, hole));
  Entity parent;
  if (hole != std::string_view::npos) {
    if (endpoint_->action == Action::poll) {
      path_.append(job_.id);
    } else if (endpoint_->action == Action::list) {
      World::draw_entity(*account_, Kind::list, call_.time, random_, parent);
      path_.append(parent.id);
    } else {
      path_.append(entities_[0].id);
    }
    path_.append(endpoint_->path.substr(hole + 4));
  }
  if (endpoint_->action != Action::list) return;
  const std::uint32_t style = random_.below(10);
  if (style < 5) path_.append("?page[size]=").append(style < 2 ? "100" : "20");
  if (style >= 3 && style < 6) path_.append(style < 5 ? "&" : "?").append("sort=-updated");
  if (style == 6 || style == 7) {
    path_.append("?filter=greater-than(updated,");
    append_rfc3339(path_, call_.time - random_.below(72) * kHour, 0);
    path_.push_back(')');
  }
  if (style == 8) {
    path_.append("?cursor=");
    append_base64url(path_, "next::id::");
    append_base62(path_, random_, 16);
  }
}

void CallWriter::write_request() {
  request_body_.clear();
  if (!carries_document(endpoint_->action)) {
    request_body_.append("null");
  } else if (call_.status == 400 && random_.below(4) == 0) {
    request_body_.append("\"{\\\"data\\\": {\\\"type\\\": \\\"");  // cut off: logged as a string
    request_body_.append(type_name(endpoint_->kind)).append("\\\"\"");
  } else {
    write_request_document();
  }
}

void CallWriter::write_request_document() {
  std::string& out = request_body_;
  if (endpoint_->action == Action::relate) {
    out.append("{\"data\":[");
    for (std::size_t i = 1; i < entity_count_; ++i) {
      out.append(i > 1 ? ",{\"type\":\"profile\",\"id\":" : "{\"type\":\"profile\",\"id\":");
      append_quoted(out, entities_[i].id);
      out.push_back('}');
    }
    out.append("]}");
    return;
  }
  if (endpoint_->action == Action::submit) {
    out.append(
        "{\"data\":{\"type\":\"job\",\"attributes\":{\"profiles\":"
        "{\"data\":[");
    for (std::size_t i = 0; i < entity_count_; ++i) {
      if (i > 0) out.push_back(',');
      write_data(out, entities_[i], Detail::brief, false);
    }
    out.append("]}}}}");
    return;
  }
  out.append("{\"data\":");
  const bool names_it = endpoint_->action == Action::update;
  write_data(out, entities_[0], Detail::partial, names_it);
  if (!call_.metric_id.empty() && endpoint_->kind == Kind::event) {
    out.pop_back();
    out.append(",\"relationships\":{\"metric\":{\"data\":{\"type\":\"metric\",\"id\":");
    append_quoted(out, call_.metric_id);
    out.append("}}}}");
  }
  out.push_back('}');
}

void CallWriter::write_data(std::string& out, const Entity& entity, Detail detail, bool with_id) {
  out.append("{\"type\":");
  append_quoted(out, type_name(entity.kind));
  if (with_id) {
    out.append(",\"id\":");
    append_quoted(out, entity.id);
  }
  out.append(",\"attributes\":{");
  append_attributes(out, prose_, *account_, entity, detail, call_.time, random_);
  out.append("}}");
}

void CallWriter::write_response() {
  response_body_.clear();
  if (call_.status >= 400) return write_error();
  switch (endpoint_->action) {
    case Action::accept:
    case Action::remove:
    case Action::relate:
      response_body_.append("null");
      return;
    case Action::list:
      return write_page();
    case Action::submit:
    case Action::poll:
      return write_job();
    case Action::get:
    case Action::create:
    case Action::update:
      break;
  }
  std::string& out = response_body_;
  out.append("{\"data\":");
  if (endpoint_->action == Action::get) {
    write_data(out, entities_[0], Detail::full, true);
    out.pop_back();
  } else {  // the response doesn't repeat the request
    out.append("{\"type\":");
    append_quoted(out, type_name(entities_[0].kind));
    out.append(",\"id\":");
    append_quoted(out, entities_[0].id);
  }
  out.append(",\"links\":{\"self\":\"").append(kBase).append("/api/");
  out.append(type_name(entities_[0].kind)).append("s/").append(entities_[0].id);
  out.append("\"}}}");
}

void CallWriter::write_error() {
  if (call_.status == 502) {
    response_body_.append(R"("<html>\r\n<head><title>502 Bad Gateway<\/title><\/head>\r\n<body>)"
                          R"(<center><h1>502 Bad Gateway<\/h1><\/center><\/body>\r\n<\/html>")");
    return;
  }
  const ErrorText text = error_text(call_.status);
  std::string& out = response_body_;
  out.append("{\"errors\":[{\"id\":");
  append_quoted(out, call_.error_id);
  out.append(",\"status\":");
  append_decimal(out, call_.status);
  out.append(",\"code\":");
  append_quoted(out, text.code);
  out.append(",\"title\":");
  append_quoted(out, text.title);
  out.append(",\"detail\":");
  append_quoted(out, text.detail);
  out.append(",\"source\":{\"pointer\":\"");
  out.append(call_.status == 422 ? "/data/attributes/email" : "/data/").append("\"}}]}");
}

void CallWriter::write_page() {
  std::string& out = response_body_;
  out.append("{\"data\":[");
  for (std::size_t i = 0; i < entity_count_; ++i) {
    if (i > 0) out.push_back(',');
    write_data(out, entities_[i], Detail::brief, true);
  }
  out.append("],\"links\":{\"self\":\"").append(kBase).append(path_).append("\",\"next\":");
  if (entity_count_ < 3) {
    out.append("null");
  } else {
    out.append("\"").append(kBase).append(endpoint_->path.substr(0, endpoint_->path.find('{')));
    out.append("?cursor=");
    append_base64url(out, "next::id::" + entities_[entity_count_ - 1].id);
    out.push_back('"');
  }
  out.append(",\"prev\":null}}");
}

void CallWriter::write_job() {
  std::string& out = response_body_;
  const Micros age = call_.time - job_.submitted;
  const std::uint32_t done =
      static_cast<std::uint32_t>(std::min<Micros>(job_.total, age / kSecond * 20));
  const bool complete = done == job_.total;
  out.append("{\"data\":{\"type\":\"job\",\"id\":");
  append_quoted(out, call_.job_id);
  out.append(",\"attributes\":{\"status\":");
  append_quoted(out, complete ? "complete" : age == 0 ? "queued" : "processing");
  out.append(",\"created_at\":\"");
  append_rfc3339(out, job_.submitted, 0);
  out.append("\",\"total_count\":");
  append_decimal(out, job_.total);
  out.append(",\"completed_count\":");
  append_decimal(out, done);
  out.append(",\"failed_count\":0,\"expires_at\":\"");
  append_rfc3339(out, job_.submitted + 7 * kDay, 0);
  out.append("\"}}}");
}

}  // namespace fortnight::generate
