// RecordingSink, for tests: remembers what it was told, by any thread.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "store/change.h"

namespace roost::store {

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

}  // namespace roost::store
