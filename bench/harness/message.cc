#include "harness/message.h"

#include <fmt/format.h>

#include <iterator>
#include <random>
#include <string_view>

namespace roost::bench {
namespace {

constexpr std::string_view kWords[] = {
    "about",  "after",   "again",   "album",  "apple",   "basket",  "before",    "bridge",
    "candle", "carry",   "cloud",   "corner", "dinner",  "early",   "engine",    "evening",
    "field",  "figure",  "garden",  "gentle", "green",   "harbour", "house",     "inside",
    "island", "journey", "kitchen", "ladder", "letter",  "light",   "market",    "meadow",
    "minute", "morning", "number",  "office", "orange",  "paper",   "people",    "picture",
    "quiet",  "rather",  "river",   "school", "season",  "silver",  "simple",    "station",
    "street", "summer",  "table",   "ticket", "travel",  "under",   "valley",    "village",
    "water",  "weather", "window",  "winter", "without", "yellow",  "yesterday", "zebra"};

std::string message_id(uint64_t number) {
  return fmt::format("<{}.{}@bench.test>", number, 1 + number % 250);
}

/// Of four messages in a row each answers the one before it.
std::string references(uint64_t number) {
  const uint64_t first = number - number % 4;
  if (number == first) return {};
  std::string all;
  for (uint64_t n = first; n < number; ++n) all += ' ' + message_id(n);
  return fmt::format("In-Reply-To: {}\r\nReferences:{}\r\n", message_id(number - 1), all);
}

}  // namespace

std::string make_message(uint64_t number, size_t size) {
  std::minstd_rand random(static_cast<uint32_t>(number) + 1);
  const auto word = [&random] { return kWords[random() % std::size(kWords)]; };
  const bool rare = number % 100 == 0;
  std::string message = fmt::format(
      "Received: from relay.bench.test (relay.bench.test [192.0.2.{0}])\r\n"
      "\tby mx.bench.test with ESMTP id {1:08x}; Mon, 2 Nov 2026 {2:02}:{3:02}:{4:02} +0000\r\n"
      "Date: Mon, 2 Nov 2026 {2:02}:{3:02}:{4:02} +0000\r\n"
      "From: {5} {6} <{5}.{6}@bench.test>\r\n"
      "To: Reader <reader@bench.test>, {7} <{7}@bench.test>\r\n"
      "Subject: {8} {9} {10} {1}\r\n"
      "Message-ID: {12}\r\n"
      "{11}MIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: 7bit\r\n"
      "\r\n",
      1 + number % 250, number, number / 3600 % 24, number / 60 % 60, number % 60, word(), word(),
      word(), rare ? kRareSubject : word(), word(), word(), references(number), message_id(number));
  if (rare) message += fmt::format("This is the {} letter.\r\n", kRareWord);
  size_t column = 0;
  while (message.size() + 2 < size) {
    const std::string_view next = word();
    message += next;
    column += next.size() + 1;
    message += column > 64 ? "\r\n" : " ";
    if (column > 64) column = 0;
  }
  message += "\r\n";
  return message;
}

}  // namespace roost::bench
