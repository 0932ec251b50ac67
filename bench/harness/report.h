// What every benchmark has in common: options, the servers one after the other, and one table with
// a row per figure - Roost, Dovecot beside it in the same run, and how many times better Roost is.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "harness/server.h"

namespace roost::bench {

enum class Better { kLower, kHigher, kNeither };

struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  Better better = Better::kLower;
};
using Figures = std::vector<Figure>;

/// Lifetime: main's. A program adds its own options to options(), then calls run().
class Benchmark {
 public:
  Benchmark(std::string name, std::string question);

  [[nodiscard]] CLI::App& options() { return options_; }
  /// The roost program; from run() on.
  [[nodiscard]] const std::string& roost() const { return roost_; }

  /// Starts each server in turn with `accounts` accounts, lets `measure` do its work and prints
  /// what it found. A rate of Roost by which Dovecot is too slow to be measured as long is for
  /// `measure` to shorten: it is told the server.
  int run(int argc, char** argv, const std::function<size_t()>& accounts,
          const std::function<Figures(Server&)>& measure);

 private:
  void print(const std::vector<std::pair<std::string, Figures>>& results) const;
  void print_json(const std::vector<std::pair<std::string, Figures>>& results) const;

  std::string name_;
  std::string question_;
  CLI::App options_;
  std::string roost_ = "build/release/roost";
  std::string directory_ = ".";
  std::string only_;
  bool json_ = false;
};

}  // namespace roost::bench
