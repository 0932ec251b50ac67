// For tests: few words for what they put into a store and ask of it.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "mail/part_tree.h"
#include "store/store.h"

namespace roost::store {

inline void PrintTo(const BlobRef& blob, std::ostream* out) { *out << blob.id().value; }

// Takes the value of a Result that a test relies on.
template <typename T>
T must(Result<T> result) {
  EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().detail);
  if constexpr (!std::is_void_v<T>) return std::move(result).value();
}

template <typename T>
ErrorCode code_of(const Result<T>& result) {
  EXPECT_FALSE(result.has_value());
  return result ? ErrorCode::kInternal : result.error().code;
}

inline mail::UidSet uids(std::initializer_list<std::uint32_t> values) {
  mail::UidSet set;
  for (const std::uint32_t value : values) set.add(mail::Uid(value));
  return set;
}

inline mail::UidSet uid_range(std::uint32_t first, std::uint32_t last) {
  return mail::UidSet(mail::UidRange{mail::Uid(first), mail::Uid(last)});
}

inline mail::FlagNames flag(mail::SystemFlag system) {
  return {static_cast<std::uint8_t>(system), {}};
}

inline Batch batch_for(mail::MailboxId mailbox) {
  return {.mailbox = mailbox, .flags = {}, .expunge = {}};
}

inline BlobRef write_blob(Store& store, std::string_view octets) {
  const auto writer = store.new_blob();
  must(writer->append(octets));
  return must(writer->finish());
}

inline NewMessage message(Store& store, std::string_view octets, mail::FlagNames flags = {}) {
  NewMessage made{write_blob(store, octets), {}, std::move(flags)};
  made.digest.blob = made.blob.id();
  made.digest.size = octets.size();
  made.digest.internal_date = {1'700'000'000, 60};
  made.digest.envelope = "(envelope of " + std::string(octets.substr(0, 20)) + ")";
  made.digest.bodystructure = "(\"text\" \"plain\")";
  made.digest.structure = mail::encode_part_tree(
      {.header = {}, .body = {0, octets.size()}, .type = "text/plain", .charset = {}});
  return made;
}

inline Committed append(Store& store, mail::MailboxId mailbox, std::string_view octets,
                        mail::FlagNames flags = {}) {
  Batch batch = batch_for(mailbox);
  batch.messages.push_back(message(store, octets, std::move(flags)));
  return must(store.commit(batch));
}

// What copies those of `which` that are there; without their flags.
inline Batch copies_for(Store& store, mail::MailboxId to, mail::MailboxId from,
                        const mail::UidSet& which) {
  Batch batch = batch_for(to);
  must(store.copies(from, which, [&batch](mail::Uid, MessageCopy&& copy) {
    batch.copies.push_back(std::move(copy));
    return true;
  }));
  return batch;
}

inline Committed expunge(Store& store, mail::MailboxId mailbox, mail::UidSet which) {
  Batch batch = batch_for(mailbox);
  batch.expunge = std::move(which);
  return must(store.commit(batch));
}

inline Committed update_flags(Store& store, mail::MailboxId mailbox, mail::UidSet which,
                              FlagUpdate::Op op, mail::FlagNames flags) {
  Batch batch = batch_for(mailbox);
  batch.flags.push_back({std::move(which), op, std::move(flags)});
  return must(store.commit(batch));
}

// The entry of uid in the mailbox's view.
inline mail::MessageEntry entry_of(Store& store, mail::MailboxId mailbox, std::uint32_t uid) {
  const mail::ViewPtr view = must(store.view(mailbox));
  const auto seq = view->find(mail::Uid(uid));
  EXPECT_TRUE(seq.has_value()) << "no message with UID " << uid;
  return seq ? view->at(*seq) : mail::MessageEntry{};
}

}  // namespace roost::store
