#include "harness/report.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/die.h"

namespace roost::bench {
namespace {

std::string cpu_model() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

std::string commit() {
  const auto pipe = std::unique_ptr<FILE, int (*)(FILE*)>(
      popen("git -C " ROOST_SOURCE_DIR " rev-parse --short HEAD 2>/dev/null", "r"), pclose);
  std::array<char, 64> text{};
  if (!pipe || std::fgets(text.data(), text.size(), pipe.get()) == nullptr) return "unknown";
  std::string result(text.data());
  while (result.ends_with('\n')) result.pop_back();
  return result;
}

const Figure* find(const Figures& figures, std::string_view name) {
  const auto found = std::ranges::find(figures, name, &Figure::name);
  return found == figures.end() ? nullptr : &*found;
}

/// How many times better `ours` is than `theirs`; 0 where that has no meaning.
double advantage(const Figure& ours, const Figure& theirs) {
  if (ours.value <= 0 || theirs.value <= 0) return 0;
  switch (ours.better) {
    case Better::kLower:
      return theirs.value / ours.value;
    case Better::kHigher:
      return ours.value / theirs.value;
    case Better::kNeither:
      return 0;
  }
  return 0;
}

}  // namespace

Benchmark::Benchmark(std::string name, std::string question)
    : name_(std::move(name)), question_(std::move(question)), options_(question_, name_) {
  options_.add_option("--roost", roost_, "the roost program")->capture_default_str();
  options_
      .add_option("--dir", directory_, "where to keep the data: a directory of the disk to measure")
      ->capture_default_str();
  options_.add_option("--only", only_, "measure this server alone")
      ->check(CLI::IsMember({"roost", "dovecot"}));
  options_.add_flag("--json", json_, "print one line of JSON");
}

int Benchmark::run(int argc, char** argv, const std::function<size_t()>& accounts,
                   const std::function<Figures(Server&)>& measure) {
  CLI11_PARSE(options_, argc, argv);
  exit_on_signals();
  raise_file_limit();
  const std::filesystem::path scratch = make_scratch_directory(directory_);
  std::vector<std::pair<std::string, Figures>> results;
  const auto take = [&](std::unique_ptr<Server> server) {
    if (!server) return;
    fmt::print(stderr, "measuring {} ...\n", server->name());
    results.emplace_back(server->name(), measure(*server));
  };
  if (only_ != "dovecot") take(start_roost(roost_, scratch, accounts()));
  if (only_ != "roost") take(start_dovecot(scratch, accounts()));
  if (json_) {
    print_json(results);
  } else {
    print(results);
  }
  std::fflush(stdout);  // to remove what was stored takes a while
  return results.empty() ? 1 : 0;
}

void Benchmark::print(const std::vector<std::pair<std::string, Figures>>& results) const {
  fmt::print("{}: {}\n{}, {} cores, commit {}\n\n", name_, question_, cpu_model(),
             std::thread::hardware_concurrency(), commit());
  fmt::print("{:<44} {:<9}", "", "unit");
  for (const auto& [server, figures] : results) fmt::print(" {:>12}", server);
  fmt::print(" {:>9}\n", results.size() == 2 ? "ratio" : "");

  Figures rows;
  for (const auto& [server, figures] : results) {
    for (const Figure& figure : figures) {
      if (find(rows, figure.name) == nullptr) rows.push_back(figure);
    }
  }
  for (const Figure& row : rows) {
    fmt::print("{:<44} {:<9}", row.name, row.unit);
    std::vector<const Figure*> pair;
    for (const auto& [server, figures] : results) {
      const Figure* figure = find(figures, row.name);
      pair.push_back(figure);
      fmt::print(" {:>12}", figure != nullptr ? fmt::format("{:.2f}", figure->value) : "-");
    }
    const double ratio = pair.size() == 2 && pair[0] != nullptr && pair[1] != nullptr
                             ? advantage(*pair[0], *pair[1])
                             : 0;
    fmt::print(" {:>9}\n", ratio > 0 ? fmt::format("{:.2f} x", ratio) : "");
  }
}

void Benchmark::print_json(const std::vector<std::pair<std::string, Figures>>& results) const {
  nlohmann::json out{{"benchmark", name_},
                     {"cpu", cpu_model()},
                     {"cores", std::thread::hardware_concurrency()},
                     {"commit", commit()}};
  for (const auto& [server, figures] : results) {
    for (const Figure& figure : figures) {
      out["results"][server][figure.name] = {{"value", figure.value}, {"unit", figure.unit}};
    }
  }
  fmt::print("{}\n", out.dump());
}

}  // namespace roost::bench
