// The keys of the column families: fixed-width big-endian numbers, so that RocksDB's order of
// octets is the order of numbers, and all rows of one mailbox or blob are one range.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mail/ids.h"

namespace roost::store {

enum class Column : std::uint8_t {
  kMeta,
  kState,
  kDigest,
  kLog,
  kBody,
  kLink,
  kCandidate,
  kThread
};
inline constexpr std::size_t kColumns = 8;
// On disk: never change one.
[[nodiscard]] inline std::string name_of(Column column) {
  constexpr const char* kNames[kColumns] = {"meta", "state", "digest",    "log",
                                            "body", "link",  "candidate", "thread"};
  return kNames[static_cast<std::size_t>(column)];
}

// The first octet of a key of the meta column. On disk: never change one.
enum class MetaKind : char {
  kAccount = 'a',       // account id
  kName = 'n',          // account key (folded name)
  kMailbox = 'm',       // account id, mailbox name
  kSubscription = 's',  // account id, mailbox name
  kValidity = 'u',      // account id or kRemovedAccounts: the last UIDVALIDITY given
  kHeader = 'h',        // mailbox id
  kGone = 'g',          // mailbox id: deleted, its rows still to be removed
  kNextId = 'i',        // IdKind: all ids below are given or lost
  kFormat = 'v',        // the version of the whole
};

// Stands in the key of kValidity for all accounts that were removed. No account has this id.
inline constexpr mail::AccountId kRemovedAccounts{};

template <typename Number>
void append_big_endian(std::string& key, Number number) {
  for (int shift = (sizeof(Number) - 1) * 8; shift >= 0; shift -= 8) {
    key.push_back(static_cast<char>(number >> shift & 0xff));
  }
}

// The octets that a damaged key lacks are 0.
template <typename Number>
[[nodiscard]] Number read_big_endian(std::string_view key, std::size_t at) {
  Number number = 0;
  for (std::size_t i = at; i < at + sizeof(Number); ++i) {
    const auto octet = i < key.size() ? static_cast<unsigned char>(key[i]) : 0U;
    number = static_cast<Number>(number << 8 | octet);
  }
  return number;
}

template <typename... Numbers>
[[nodiscard]] std::string key_of(Numbers... numbers) {
  std::string key;
  (append_big_endian(key, numbers), ...);
  return key;
}

[[nodiscard]] inline std::string meta_key(MetaKind kind, std::string_view name = {}) {
  return std::string(1, static_cast<char>(kind)).append(name);
}
[[nodiscard]] inline std::string meta_key(MetaKind kind, std::uint64_t id,
                                          std::string_view name = {}) {
  return meta_key(kind, key_of(id)).append(name);
}

// state and digest: one row a message.
[[nodiscard]] inline std::string message_key(mail::MailboxId mailbox, mail::Uid uid) {
  return key_of(mailbox.value, uid.value);
}
inline constexpr std::size_t kMessageKeySize = 12;

[[nodiscard]] inline std::string log_key(mail::MailboxId mailbox, mail::ModSeq modseq) {
  return key_of(mailbox.value, modseq.value);
}
inline constexpr std::size_t kLogKeySize = 16;

[[nodiscard]] inline std::string body_key(mail::BlobId blob, std::uint32_t chunk) {
  return key_of(blob.value, chunk);
}
inline constexpr std::size_t kBodyKeySize = 12;

// link: the message refers to the blob. candidate: it did, or (mailbox and UID 0) the blob is new.
[[nodiscard]] inline std::string link_key(mail::BlobId blob, mail::MailboxId mailbox,
                                          mail::Uid uid) {
  return key_of(blob.value, mailbox.value, uid.value);
}
inline constexpr std::size_t kLinkKeySize = 20;

[[nodiscard]] inline std::string thread_key(mail::AccountId account, std::uint64_t key) {
  return key_of(account.value, key);
}
inline constexpr std::size_t kThreadKeySize = 16;

// The first key behind all that begin with prefix; empty if there is none.
[[nodiscard]] inline std::string key_after(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (!prefix.empty()) prefix.back() = static_cast<char>(prefix.back() + 1);
  return prefix;
}

}  // namespace roost::store
