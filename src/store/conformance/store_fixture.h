// What the conformance tests share: a store of each backend, a sink that records, and messages.
// Every rule of store.h has its test in this folder, and every backend runs all of them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/temporary_directory.h"
#include "mail/part_tree.h"
#include "store/memory/memory_store.h"
#include "store/rocks/rocks_store.h"
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
  return {.mailbox = mailbox, .flags = {}, .expunge = {}, .messages = {}};
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

// Remembers what it was told, for any thread.
class RecordingSink : public ChangeSink {
 public:
  void committed(const Change& change) override {
    std::lock_guard lock(mutex_);
    changes_.push_back(change);
  }
  void mailbox_deleted(mail::MailboxId mailbox) override {
    std::lock_guard lock(mutex_);
    deleted_.push_back(mailbox);
  }
  void account_changed(mail::AccountId account, AccountEvent event) override {
    std::lock_guard lock(mutex_);
    accounts_.emplace_back(account, event);
  }

  void mailboxes_changed(mail::AccountId account) override {
    std::lock_guard lock(mutex_);
    trees_.push_back(account);
  }

  std::vector<Change> changes() const {
    std::lock_guard lock(mutex_);
    return changes_;
  }
  std::vector<mail::MailboxId> deleted() const {
    std::lock_guard lock(mutex_);
    return deleted_;
  }
  std::vector<mail::AccountId> trees() const {
    std::lock_guard lock(mutex_);
    return trees_;
  }
  std::vector<std::pair<mail::AccountId, AccountEvent>> account_events() const {
    std::lock_guard lock(mutex_);
    return accounts_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Change> changes_;
  std::vector<mail::MailboxId> deleted_;
  std::vector<mail::AccountId> trees_;
  std::vector<std::pair<mail::AccountId, AccountEvent>> accounts_;
};

struct Backend {
  const char* name;
  Result<std::unique_ptr<Store>> (*open)(const std::filesystem::path& directory);
};

inline constexpr std::size_t kMailboxesPerAccount = 100;

inline constexpr Backend kBackends[] = {
    {"memory",
     [](const std::filesystem::path&) -> Result<std::unique_ptr<Store>> {
       return open_memory_store({.mailboxes_per_account = kMailboxesPerAccount});
     }},
    {"rocks",
     [](const std::filesystem::path& directory) {
       return open_rocks_store({.directory = directory,
                                .sync = RocksOptions::Sync::kOff,
                                .sweep_interval = std::chrono::seconds(0),
                                .mailboxes_per_account = kMailboxesPerAccount});
     }},
};

// A store with one account, alice.
class StoreTest : public testing::TestWithParam<Backend> {
 protected:
  StoreTest() : store_owner_(must(GetParam().open(directory_.path()))), store(*store_owner_) {
    store.set_sink(&sink);
    alice = must(store.create_account("alice", "hash"));
    inbox = must(store.find_mailbox(alice, "INBOX")).id;
  }
  // Whatever a test did, the store does not contradict itself.
  void TearDown() override {
    const CheckReport report = must(store.check());
    EXPECT_EQ(report.problems, std::vector<std::string>());
  }

 private:
  TemporaryDirectory directory_;
  std::unique_ptr<Store> store_owner_;

 protected:
  Store& store;
  RecordingSink sink;
  mail::AccountId alice;
  mail::MailboxId inbox;
};

inline std::string backend_name(const testing::TestParamInfo<Backend>& info) {
  return info.param.name;
}

#define ROOST_FOR_EVERY_BACKEND(suite) \
  INSTANTIATE_TEST_SUITE_P(Backends, suite, testing::ValuesIn(kBackends), backend_name)

}  // namespace roost::store
