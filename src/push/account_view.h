// AccountView: what is to be told of all mailboxes of an account, without the selected one: their
// names, attributes and states, as of one reading, immutable. As with mail::MailboxView, what a
// client is told is the difference of the view it has and a newer one (decision 0016).
//
// It is read mailbox by mailbox, so it is no instant of the account; but whatever was announced
// before the reading began is in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "mail/ids.h"
#include "mail/special_use.h"
#include "store/store.h"

namespace roost::push {

class AccountView;
using AccountViewPtr = std::shared_ptr<const AccountView>;

// What must be read anew.
struct Stale {
  bool names = false;  // and the states of mailboxes that were not there before
  bool all_states = false;
  std::vector<mail::MailboxId> states;

  void add_state(mail::MailboxId mailbox);
  [[nodiscard]] bool has_state(mail::MailboxId mailbox) const;
  [[nodiscard]] bool empty() const { return !names && !all_states && states.empty(); }
};

class AccountView {
 public:
  // An account that has more mailboxes or subscriptions, or longer names in all, is not told of:
  // what is written to a client at once is bounded by it.
  static constexpr std::size_t kMaxNames = 1000;
  static constexpr std::size_t kMaxOctetsOfNames = 64 * 1024;

  // A view keeps little of each name, for it may be kept for very many accounts.
  struct Entry {
    mail::MailboxId id;  // 0: cannot be selected
    mail::ModSeq highest_modseq;
    mail::UidValidity uid_validity;
    mail::Uid uid_next;
    std::uint32_t messages = 0;
    std::uint32_t unseen = 0;
    std::uint32_t name_end = 0;  // in the octets of all names
    mail::SpecialUse special_use = mail::SpecialUse::kNone;
    bool exists : 1 = false;  // false: only subscribed to
    bool has_children : 1 = false;
    bool subscribed : 1 = false;

    [[nodiscard]] bool selectable() const { return id != mail::MailboxId(); }
    // False: it was deleted before its state was read.
    [[nodiscard]] bool has_state() const { return uid_validity != mail::UidValidity(); }
    [[nodiscard]] store::MailboxStatus status() const;  // as much as is kept of it
    // LIST tells the same of both, but for the name.
    [[nodiscard]] bool has_attributes_of(const Entry& other) const;
  };

  // before: the last view, of which all is kept that is not stale; may be null if the names are. A
  // mailbox that was renamed keeps its state.
  // Worker.
  [[nodiscard]] static Result<AccountViewPtr> read(store::Store& store, mail::AccountId account,
                                                   const AccountView* before, const Stale& stale);

  [[nodiscard]] bool too_large() const { return too_large_; }  // then it has no entries
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }  // by name
  [[nodiscard]] std::string_view name(std::size_t i) const;
  [[nodiscard]] const Entry* find(std::string_view name) const;
  // Mailboxes that have the state of the view before, or none: theirs could not be read. The next
  // reading tries again.
  [[nodiscard]] const std::vector<mail::MailboxId>& unread() const { return unread_; }

 private:
  [[nodiscard]] Result<void> read_names(store::Store& store, mail::AccountId account);
  void add(std::string_view name, Entry entry);
  void take_states(const AccountView& before);
  void read_states(store::Store& store, const AccountView* before, const Stale& stale);

  std::vector<Entry> entries_;
  std::string names_;
  std::vector<mail::MailboxId> unread_;
  bool too_large_ = false;
};

static_assert(sizeof(AccountView::Entry) == 40);

}  // namespace roost::push
