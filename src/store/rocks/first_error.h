// For work of several steps that do not depend on each other: all are taken, whatever becomes of
// one, and the first error is the answer.
#pragma once

#include <utility>

#include "base/error.h"

namespace roost::store {

inline void keep_first(Result<void>& first, Result<void> next) {
  if (first && !next) first = std::move(next);
}

}  // namespace roost::store
