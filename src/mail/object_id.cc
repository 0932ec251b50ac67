#include "mail/object_id.h"

#include <fmt/format.h>

#include <charconv>

namespace roost::mail {
namespace {

std::string written(char letter, std::uint64_t number) {
  return fmt::format("{}{:x}", letter, number);
}

// Only as we write it: each object has one id.
std::optional<std::uint64_t> number_of(char letter, std::string_view id) {
  if (!id.starts_with(letter)) return std::nullopt;
  std::uint64_t number = 0;
  const char* const end = id.data() + id.size();
  const auto [read, error] = std::from_chars(id.data() + 1, end, number, 16);
  if (error != std::errc() || read != end || written(letter, number) != id) return std::nullopt;
  return number;
}

}  // namespace

// With the UIDVALIDITY it is no id of another server's mailbox, most likely.
std::string mailbox_id(MailboxId mailbox, UidValidity uid_validity) {
  return fmt::format("F{:x}-{:x}", mailbox.value, uid_validity.value);
}
std::string email_id(BlobId blob) { return written('M', blob.value); }
std::string thread_id(ThreadId thread) { return written('T', thread.value); }

std::optional<BlobId> email_named(std::string_view id) {
  const auto number = number_of('M', id);
  return number ? std::optional(BlobId(*number)) : std::nullopt;
}

std::optional<ThreadId> thread_named(std::string_view id) {
  const auto number = number_of('T', id);
  return number && *number != 0 ? std::optional(ThreadId(*number)) : std::nullopt;
}

}  // namespace roost::mail
