// What a check has found so far.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "base/error.h"
#include "store/store.h"

namespace roost::store {

// Owner: the check. One thread.
class Findings {
 public:
  CheckReport report;

  void problem(std::string words) {
    if (++problems_ <= kMaxProblems) report.problems.push_back(std::move(words));
  }
  // Reports what a decoder says of a row.
  template <typename T>
  [[nodiscard]] bool readable(const Result<T>& row, const std::string& where) {
    if (!row) problem(where + ": " + row.error().detail);
    return row.has_value();
  }
  // The report, complete.
  [[nodiscard]] CheckReport take() {
    if (problems_ > kMaxProblems) {
      report.problems.push_back(std::to_string(problems_ - kMaxProblems) + " more problems");
    }
    return std::move(report);
  }

 private:
  static constexpr std::size_t kMaxProblems = 1000;  // that are written out

  std::size_t problems_ = 0;
};

// "mailbox 7"
template <typename Id>
[[nodiscard]] std::string text(const char* what, Id id) {
  return std::string(what) + " " + std::to_string(id.value);
}

}  // namespace roost::store
