// What the conformance tests share: a store of each backend, with an account. Every rule of store.h
// has its test in this folder, and every backend runs all of them.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/temporary_directory.h"
#include "store/memory/memory_store.h"
#include "store/recording_sink.h"
#include "store/rocks/rocks_store.h"
#include "store/store.h"
#include "store/test_messages.h"

namespace roost::store {

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
