#include "cli/doctor/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/watch/report.h"

namespace roost::doctor {

namespace {

constexpr Verdict kVerdicts[] = {Verdict::kPass, Verdict::kWarn, Verdict::kFail, Verdict::kSkipped};

std::int64_t count_of(std::span<const Examined> all, Verdict verdict) {
  return std::ranges::count_if(
      all, [&](const Examined& examined) { return examined.finding.verdict == verdict; });
}

std::string_view takes_of(const Examination& examination) {
  switch (examination.takes) {
    case Examination::Takes::kNothing:
      return "";
    case Examination::Takes::kWriting:
      return "`--write`";
    case Examination::Takes::kPatience:
      break;
  }
  return "`--long`";
}

std::string_view meaning_of(const Examined& examined) {
  const std::string_view own = examined.finding.meaning;
  return own.empty() ? examined.examination->meaning : own;
}

}  // namespace

std::string text_of(const Examined& examined) {
  const auto& [examination, finding] = examined;
  std::string text =
      fmt::format("{:<7}  {:<17}  {} {}", name_of(finding.verdict), examination->name,
                  examination->question, cli::printable(finding.text));
  if (finding.verdict == Verdict::kWarn || finding.verdict == Verdict::kFail) {
    text += fmt::format("\n{:28}{}\n{:28}{}", "", meaning_of(examined), "", examination->rfc);
  }
  return text;
}

std::string summary_of(std::span<const Examined> all) {
  std::string words;
  for (const Verdict verdict : kVerdicts) {
    words +=
        fmt::format("{}{} {}", words.empty() ? "" : ", ", count_of(all, verdict), name_of(verdict));
  }
  return words;
}

admin::Json json_of(std::span<const Examined> all) {
  admin::Json list = admin::Json::array();
  for (const Examined& examined : all) {
    const auto& [examination, finding] = examined;
    admin::Json measures = admin::Json::object();
    for (const Measure& measure : finding.measures) {
      measures[std::string(measure.name)] = measure.value;
    }
    list.push_back({{"name", examination->name},
                    {"question", examination->question},
                    {"rfc", examination->rfc},
                    {"meaning", meaning_of(examined)},
                    {"verdict", name_of(finding.verdict)},
                    {"finding", finding.text},
                    {"measures", std::move(measures)}});
  }
  admin::Json json = {{"examinations", std::move(list)}};
  for (const Verdict verdict : kVerdicts)
    json[std::string(name_of(verdict))] = count_of(all, verdict);
  return json;
}

std::string table_of(std::span<const Examination> all) {
  std::string table = "| name | question | judged by | takes |\n|---|---|---|---|\n";
  for (const Examination& one : all) {
    table +=
        fmt::format("| `{}` | {} | {} | {} |\n", one.name, one.question, one.rfc, takes_of(one));
  }
  return table;
}

}  // namespace roost::doctor
