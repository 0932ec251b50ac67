// ROOST_CHECK(condition): an impossible state stops the process, in every build. For states that no
// input can bring about; what a client, a file or the environment can cause is an Error instead.
#pragma once

#include <cstdio>
#include <cstdlib>

#define ROOST_CHECK(condition)                                                               \
  do {                                                                                       \
    if (!(condition)) [[unlikely]] {                                                         \
      std::fprintf(stderr, "%s:%d: impossible state: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)
