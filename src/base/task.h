// A Task is work handed to another thread: called once, on the thread it was posted to.
#pragma once

#include <functional>

namespace roost {

using Task = std::move_only_function<void()>;

}  // namespace roost
