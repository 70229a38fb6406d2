// Negotiation of an answer's form, without I/O: RFC 9110, section 12.5.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace fortnight::daemon {

// `metrics` is the text format of Prometheus.
enum class Media : std::uint8_t { json, ndjson, csv, event_stream, metrics };

// "application/x-ndjson".
std::string_view name_of(Media media);
// "text/csv; charset=utf-8", for the header Content-Type.
std::string_view content_type(Media media);
// The type of a path's suffix, "csv"; nothing if there is no such type.
std::optional<Media> media_of_suffix(std::string_view suffix);

// The offered type that the header `Accept` prefers, of equal ones the first; nothing if it accepts
// none. An empty header accepts all.
std::optional<Media> choose_media(std::string_view accept, std::span<const Media> offered);

enum class Coding : std::uint8_t { identity, gzip, zstd };
// "gzip".
std::string_view name_of(Coding coding);
// The offered coding that the header `Accept-Encoding` prefers, of equal ones the first; `identity`
// if it accepts none.
Coding choose_coding(std::string_view accept_encoding, std::initializer_list<Coding> offered);

}  // namespace fortnight::daemon
