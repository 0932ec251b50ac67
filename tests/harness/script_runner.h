// Runs a script in a world. What does not hold is a failure of the test, at the script's line.
#pragma once

#include "tests/harness/script.h"
#include "tests/harness/world.h"

namespace roost::harness {

void run(const Script& script, World& world);

}  // namespace roost::harness
