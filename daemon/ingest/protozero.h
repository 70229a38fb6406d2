// protozero, whose checks of a message's wire types throw. Its default is to end the process.
#pragma once

#include <stdexcept>

#ifdef PROTOZERO_CONFIG_HPP
#error "include this header instead of protozero's"
#endif

#define protozero_assert(condition)                                        \
  do {                                                                     \
    if (!(condition)) throw std::runtime_error("a field of another type"); \
  } while (false)

#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>
