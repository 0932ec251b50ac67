#include "harness/imap_client.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "harness/die.h"

namespace roost::bench {
namespace {

/// The size in a "{123}" that ends a line; 0 without one.
size_t literal_size(std::string_view line) {
  if (!line.ends_with('}')) return 0;
  const size_t brace = line.rfind('{');
  size_t size = 0;
  if (brace != std::string_view::npos) {
    std::from_chars(line.data() + brace + 1, line.data() + line.size(), size);
  }
  return size;
}

}  // namespace

uint64_t exists_in(std::string_view line) {
  if (!line.starts_with("* ") || !line.ends_with(" EXISTS")) return 0;
  uint64_t count = 0;
  std::from_chars(line.data() + 2, line.data() + line.size(), count);
  return count;
}

ImapClient::ImapClient(uint16_t port, Security security) : stream_(port, security) {
  const std::string_view greeting = stream_.read_line();
  if (!greeting.starts_with("* OK")) die("greeted with: {}", greeting);
}

ImapClient::Responses ImapClient::command(std::string_view text) {
  stream_.write(fmt::format("b {}\r\n", text));
  const uint64_t before = stream_.received();
  Responses responses;
  for (;;) {
    std::string_view line = stream_.read_line();
    if (line.starts_with("b ")) {
      if (!line.starts_with("b OK")) die("{} was answered with: {}", text, line);
      responses.octets = stream_.received() - before;
      return responses;
    }
    ++responses.untagged;
    if (const uint64_t exists = exists_in(line)) responses.exists = exists;
    if (line.starts_with("* SEARCH") || line.starts_with("* SORT")) {
      responses.hits = static_cast<uint64_t>(std::ranges::count(line, ' ')) - 1;
    }
    while (const size_t size = literal_size(line)) {
      stream_.skip(size);
      line = stream_.read_line();
    }
  }
}

uint64_t ImapClient::number_in(std::string_view text, std::string_view word) {
  stream_.write(fmt::format("b {}\r\n", text));
  const std::string wanted = fmt::format("{} ", word);
  std::optional<uint64_t> number;
  for (;;) {
    const std::string_view line = stream_.read_line();
    if (const size_t at = line.find(wanted); at != std::string_view::npos && !number) {
      number.emplace();
      std::from_chars(line.data() + at + wanted.size(), line.data() + line.size(), *number);
    }
    if (!line.starts_with("b ")) continue;
    if (!line.starts_with("b OK") || !number) die("{} was answered with: {}", text, line);
    return *number;
  }
}

void ImapClient::login(std::string_view user, std::string_view password) {
  command(fmt::format("LOGIN {} {}", user, password));
}

ImapClient::Responses ImapClient::select(std::string_view mailbox) {
  return command(fmt::format("SELECT {}", mailbox));
}

void ImapClient::idle() {
  stream_.write("b IDLE\r\n");
  while (!stream_.read_line().starts_with("+")) {
  }
}

uint64_t ImapClient::wait_for_exists() {
  for (;;) {
    if (const uint64_t count = exists_in(stream_.read_line())) return count;
  }
}

void ImapClient::done() {
  stream_.write("DONE\r\n");
  while (!stream_.read_line().starts_with("b OK")) {
  }
}

}  // namespace roost::bench
