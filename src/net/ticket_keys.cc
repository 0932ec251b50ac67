#include "net/ticket_keys.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <optional>
#include <string_view>

#include "base/check.h"
#include "net/fd.h"
#include "net/replace_file.h"

namespace roost::net {

namespace {

constexpr std::time_t kDay = 24L * 60 * 60;

std::optional<TicketKeys> read_keys(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status{};
  if (!file.is_open() || ::fstat(file.get(), &status) != 0) return std::nullopt;
  const std::time_t age = std::time(nullptr) - status.st_mtime;
  TicketKeys keys;
  if (age < 0 || age > kDay || status.st_size != static_cast<off_t>(keys.size()))
    return std::nullopt;
  if (::read(file.get(), keys.data(), keys.size()) != static_cast<ssize_t>(keys.size())) {
    return std::nullopt;
  }
  return keys;
}

}  // namespace

Result<TicketKeys> todays_ticket_keys(const std::string& file) {
  if (const auto keys = read_keys(file)) return *keys;
  TicketKeys keys;
  ROOST_CHECK(RAND_bytes(keys.data(), keys.size()) == 1);  // the system has no randomness
  const std::string_view content(reinterpret_cast<const char*>(keys.data()), keys.size());
  if (auto kept = replace_file(file, content, 0600); !kept) return fail(std::move(kept.error()));
  return keys;
}

}  // namespace roost::net
