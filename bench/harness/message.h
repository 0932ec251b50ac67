// Messages for the benchmarks: ordinary headers, words of text, no two alike, four to a thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace roost::bench {

/// Every hundredth message (number 0, 100, …) has these words, in its subject and its body.
inline constexpr char kRareSubject[] = "heronry";
inline constexpr char kRareWord[] = "quinquennial";

/// Message `number`, of about `size` octets, with CRLF lines. The same number gives the same
/// message.
[[nodiscard]] std::string make_message(uint64_t number, size_t size);

}  // namespace roost::bench
