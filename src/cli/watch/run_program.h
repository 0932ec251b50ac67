// Runs a program for each batch of events, without a shell. It finds the events as lines of JSON on
// its standard input, and what they have in common in its environment (report.h). What it says goes
// to our standard error. An exit code other than 0 is a failure.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cli/watch/action.h"
#include "client/time.h"

namespace roost::cli {

inline constexpr client::Duration kProgramTimeout = std::chrono::minutes(10);  // then it is killed

// Requires: arguments is not empty.
[[nodiscard]] std::unique_ptr<Action> run_program(boost::asio::io_context& context,
                                                  std::vector<std::string> arguments,
                                                  client::Duration timeout = kProgramTimeout);

}  // namespace roost::cli
