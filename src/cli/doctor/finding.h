// What an examination has found.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/time.h"

namespace roost::doctor {

enum class Verdict : std::uint8_t {
  kPass,
  kWarn,     // against a SHOULD, or against what clients need though no RFC says so
  kFail,     // against a MUST, or push that is lost
  kSkipped,  // not examined; the text says why
};

[[nodiscard]] constexpr std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "pass";
    case Verdict::kWarn:
      return "warn";
    case Verdict::kFail:
      return "fail";
    case Verdict::kSkipped:
      break;
  }
  return "skipped";
}

// A number for programs.
struct Measure {
  std::string_view name;
  std::int64_t value = 0;
};

struct Finding {
  Verdict verdict = Verdict::kPass;
  std::string text;  // the answer to the question; may hold words of the server
  std::vector<Measure> measures{};
  std::string_view meaning{};  // where the examination's does not fit
};

[[nodiscard]] inline Finding pass(std::string text) { return {Verdict::kPass, std::move(text)}; }
[[nodiscard]] inline Finding warn(std::string text) { return {Verdict::kWarn, std::move(text)}; }
[[nodiscard]] inline Finding fault(std::string text) { return {Verdict::kFail, std::move(text)}; }
[[nodiscard]] inline Finding skipped(std::string text) {
  return {Verdict::kSkipped, std::move(text)};
}

// "340 ms", "12 s"; 119,997 ms are 120 s.
[[nodiscard]] inline std::string in_words(client::Duration time) {
  const auto count = time.count();
  return count < 10'000 ? std::to_string(count) + " ms"
                        : std::to_string((count + 500) / 1000) + " s";
}

}  // namespace roost::doctor
