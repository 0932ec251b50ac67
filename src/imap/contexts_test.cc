// RFC 5267 section 4.3: what a client is told of a context, from view to view.
#include "imap/contexts.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>
#include <ranges>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "imap/selected_mailbox.h"
#include "store/forwarding_store.h"
#include "store/memory/memory_store.h"

namespace roost::imap {
namespace {

constexpr std::uint8_t kFlagged = static_cast<std::uint8_t>(mail::SystemFlag::kFlagged);

using IsFlagged = std::function<bool(std::uint32_t uid)>;

class ContextsTest : public testing::Test {
 protected:
  // The UIDs 1 to last, changed at modseq.
  static mail::ViewPtr view(std::uint32_t last, std::uint64_t modseq, const IsFlagged& is_flagged) {
    std::vector<mail::MessageEntry> entries;
    for (std::uint32_t uid = 1; uid <= last; ++uid) {
      const mail::Flags flags{.system = is_flagged(uid) ? kFlagged : std::uint8_t{0}};
      entries.push_back({mail::Uid(uid), flags, mail::ModSeq(modseq)});
    }
    return mail::MailboxView::build({.uid_validity = mail::UidValidity(1),
                                     .uid_next = mail::Uid(last + 1),
                                     .modseq = mail::ModSeq(modseq),
                                     .keywords = std::make_shared<mail::KeywordTable>()},
                                    entries);
  }
  static mail::SearchKey flagged_key() {
    mail::SearchKey key;
    key.kind = mail::SearchKey::Kind::kFlag;
    key.flag = mail::SystemFlag::kFlagged;
    return key;
  }
  static mail::SearchKey body_key() {
    mail::SearchKey key;
    key.kind = mail::SearchKey::Kind::kBody;
    key.text = "needle";
    return key;
  }
  // Of nothing found so far.
  static Context flagged(std::string tag, const mail::MailboxView& searched) {
    return context(std::move(tag), searched, flagged_key());
  }
  static Context context(std::string tag, const mail::MailboxView& searched,
                         mail::SearchKey program, std::string response = "* ESEARCH") {
    SearchCriteria criteria{.program = std::move(program)};
    return {
        {.tag = std::move(tag), .response = std::move(response), .addressed = Addressed::kByNumber},
        MessageSearch(std::move(criteria), {}, 0, MessageSearch::Digests::kAsNeeded),
        searched,
        {},
        std::nullopt};
  }
  std::string told(Contexts& contexts, const mail::MailboxView& view) {
    std::string out;
    EXPECT_TRUE(contexts.tell_changed({*store_, mail::MailboxId(1), view, {}}, view, 0, out));
    return out;
  }

  const mail::ViewPtr empty_ = view(0, 1, {});
  ManualClock clock_{0};
  std::unique_ptr<store::Store> store_ = store::open_memory_store({.clock = clock_});
};

TEST_F(ContextsTest, ChangesAreJudgedOnce) {
  const auto first = view(10, 2, [](std::uint32_t) { return false; });
  Contexts contexts;
  contexts.add(flagged("a", *first));
  EXPECT_FALSE(contexts.is_behind(first->modseq()));

  const auto second = view(10, 5, [](std::uint32_t uid) { return uid == 2 || uid >= 9; });
  EXPECT_TRUE(contexts.is_behind(second->modseq()));
  EXPECT_EQ(told(contexts, *second), "* ESEARCH ADDTO (0 2,9:10)\r\n");
  EXPECT_FALSE(contexts.is_behind(second->modseq()));
  EXPECT_EQ(told(contexts, *second), "");

  const auto third = view(10, 6, [](std::uint32_t uid) { return uid == 3 || uid >= 9; });
  EXPECT_EQ(told(contexts, *third), "* ESEARCH REMOVEFROM (0 2) ADDTO (0 3)\r\n");
}

TEST_F(ContextsTest, WhatIsExpungedLeavesByItsOldNumber) {
  const auto first = view(6, 2, [](std::uint32_t uid) { return uid % 2 == 0; });
  Contexts contexts;
  contexts.add(flagged("a", *empty_));
  EXPECT_EQ(told(contexts, *first), "* ESEARCH ADDTO (0 2,4,6)\r\n");

  mail::MailboxView::Header header = first->header();
  header.modseq = mail::ModSeq(3);
  mail::UidSet gone;
  for (const std::uint32_t uid : {1U, 2U, 6U}) gone.add(mail::Uid(uid));
  const auto second = first->next(header, {}, gone, {});
  std::string out;
  contexts.tell_expunged(mail::diff(*first, *second).expunged_uids, *first, out);
  EXPECT_EQ(out, "* ESEARCH REMOVEFROM (0 2,6)\r\n");
  out.clear();
  contexts.tell_expunged(mail::diff(*first, *second).expunged_uids, *first, out);
  EXPECT_EQ(out, "");
  EXPECT_EQ(told(contexts, *second), "");

  // Message 1 has the UID 3 by now, 2 and 3 have 4 and 5.
  header.modseq = mail::ModSeq(4);
  const mail::Flags flags{.system = kFlagged};
  const std::vector<mail::MessageEntry> changed = {{mail::Uid(3), flags, header.modseq},
                                                   {mail::Uid(5), flags, header.modseq}};
  EXPECT_EQ(told(contexts, *second->next(header, changed, {}, {})), "* ESEARCH ADDTO (0 1,3)\r\n");
}

// What one item of the ESEARCH responses names, at position 0.
std::vector<std::uint32_t> numbers_of(std::string_view item, std::string_view out) {
  std::vector<std::uint32_t> numbers;
  const std::string head = " " + std::string(item) + " (0 ";
  for (std::size_t at = out.find(head); at != std::string_view::npos; at = out.find(head)) {
    out.remove_prefix(at + head.size());
    std::istringstream set(std::string(out.substr(0, out.find(')'))));
    for (std::string range; std::getline(set, range, ',');) {
      const std::size_t colon = range.find(':');
      const auto first = static_cast<std::uint32_t>(std::stoul(range));
      const auto last = colon == std::string::npos
                            ? first
                            : static_cast<std::uint32_t>(std::stoul(range.substr(colon + 1)));
      for (std::uint32_t number = first; number <= last; ++number) numbers.push_back(number);
    }
  }
  return numbers;
}

// By message number, a client that does as it is told knows what a new search would find.
TEST_F(ContextsTest, AClientKeepsUp) {
  std::mt19937 random(1);
  const auto one_in = [&](std::uint32_t n) { return random() % n == 0; };
  mail::ViewPtr known = view(0, 1, {});
  mail::ViewPtr newest = known;
  std::set<std::uint32_t> result;
  Contexts contexts;
  contexts.add(flagged("a", *known));
  for (int round = 0; round < 300; ++round) {
    for (std::uint32_t changes = random() % 4; changes > 0; --changes) {
      mail::MailboxView::Header header = newest->header();
      header.modseq = header.modseq.next();
      std::vector<mail::MessageEntry> updates;
      mail::UidSet expunged;
      newest->for_each([&](mail::SeqNum, const mail::MessageEntry& entry) {
        if (one_in(8)) expunged.add(entry.uid);
        if (one_in(4)) {
          const mail::Flags flags{.system = one_in(2) ? kFlagged : std::uint8_t{0}};
          updates.push_back({entry.uid, flags, header.modseq});
        }
        return true;
      });
      std::vector<mail::MessageEntry> arrivals;
      for (std::uint32_t i = random() % 4; i > 0; --i) {
        const mail::Flags flags{.system = one_in(2) ? kFlagged : std::uint8_t{0}};
        arrivals.push_back({header.uid_next, flags, header.modseq});
        header.uid_next = header.uid_next.next();
      }
      newest = newest->next(header, updates, expunged, arrivals);
    }
    std::string out;
    const mail::ViewDiff difference = mail::diff(*known, *newest);
    contexts.tell_expunged(difference.expunged_uids, *known, out);
    for (const std::uint32_t number : numbers_of("REMOVEFROM", out)) {
      ASSERT_EQ(result.erase(number), 1U) << number;
    }
    for (const mail::SeqNum seq : difference.expunged | std::views::reverse) {
      std::set<std::uint32_t> renumbered;
      for (const std::uint32_t number : result) {
        ASSERT_NE(number, seq.value);
        renumbered.insert(number > seq.value ? number - 1 : number);
      }
      result = std::move(renumbered);
    }
    known = newest;
    out = told(contexts, *known);
    for (const std::uint32_t number : numbers_of("REMOVEFROM", out)) {
      ASSERT_EQ(result.erase(number), 1U) << number;
    }
    for (const std::uint32_t number : numbers_of("ADDTO", out)) {
      ASSERT_TRUE(result.insert(number).second) << number;
    }
    std::set<std::uint32_t> expected;
    known->for_each([&](mail::SeqNum seq, const mail::MessageEntry& entry) {
      if (entry.flags.system == kFlagged) expected.insert(seq.value);
      return true;
    });
    ASSERT_EQ(result, expected) << "round " << round;
  }
}

TEST_F(ContextsTest, VeryManyChangesAreToldInPieces) {
  constexpr std::uint32_t kMessages = 50'000;
  const auto all = view(kMessages, 2, [](std::uint32_t) { return true; });
  Contexts contexts;
  contexts.add(flagged("a", *empty_));
  std::uint32_t next = 1;
  int pieces = 0;
  for (; contexts.is_behind(all->modseq()); ++pieces) {
    const std::string piece = told(contexts, *all);
    EXPECT_TRUE(piece.starts_with("* ESEARCH ADDTO (0 " + std::to_string(next) + ":")) << piece;
    next = static_cast<std::uint32_t>(std::stoul(piece.substr(piece.find(':') + 1))) + 1;
  }
  EXPECT_EQ(next, kMessages + 1);
  EXPECT_GT(pieces, 1);
}

TEST_F(ContextsTest, WhoHasToWaitIsTheFirstNextTime) {
  const auto every_other = view(50'000, 2, [](std::uint32_t uid) { return uid % 2 == 0; });
  Contexts contexts;
  for (const std::string tag : {"0", "1", "2", "3", "4", "5", "6", "7"}) {
    contexts.add(context(tag, *empty_, flagged_key(), "* " + tag));
  }
  // All are told of their first messages before one is told of more.
  std::string heard;
  for (int pieces = 0; contexts.is_behind(every_other->modseq()) && pieces < 1000; ++pieces) {
    heard += told(contexts, *every_other);
  }
  std::string order;
  std::istringstream lines(heard);
  for (std::string line; std::getline(lines, line);) order += line.substr(2, 1);
  EXPECT_TRUE(order.starts_with("0123456701234567")) << order;
  EXPECT_FALSE(contexts.is_behind(every_other->modseq()));
}

TEST_F(ContextsTest, TheyAreFew) {
  Contexts contexts;
  for (std::size_t i = 0; i <= Contexts::kMax; ++i) {
    contexts.add(flagged(std::to_string(i), *empty_));
  }
  EXPECT_TRUE(contexts.has(std::to_string(Contexts::kMax - 1)));
  EXPECT_FALSE(contexts.has(std::to_string(Contexts::kMax)));
  EXPECT_TRUE(contexts.cancel("0"));
  EXPECT_FALSE(contexts.cancel("0"));
  contexts.add(flagged("again", *empty_));
  EXPECT_TRUE(contexts.has("again"));
}

TEST_F(ContextsTest, OneThatGrowsTooMuchEnds) {
  Contexts contexts;
  contexts.add(flagged(std::string(Contexts::kMaxOctets, 'x'), *empty_));
  EXPECT_TRUE(contexts.empty());
  // A tag is held twice.
  contexts.add(flagged(std::string(Contexts::kMaxOctets / 2 - 5'000, 'x'), *empty_));
  contexts.add(flagged("small", *empty_));
  EXPECT_TRUE(contexts.has("small"));
  const auto every_other = view(4'000, 2, [](std::uint32_t uid) { return uid % 2 == 0; });
  std::string out = told(contexts, *every_other);
  EXPECT_TRUE(out.contains("* NO [NOUPDATE \"xxx")) << out.substr(0, 100);
  EXPECT_TRUE(contexts.has("small"));
  // Behind so much output the next waits.
  out = told(contexts, *every_other);
  EXPECT_TRUE(out.starts_with("* ESEARCH ADDTO (0 2,4,6,")) << out.substr(0, 100);
  EXPECT_FALSE(contexts.is_behind(every_other->modseq()));
}

// A store of messages that are all expunged by now, or cannot be read.
class AskedStore final : public store::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  Result<void> digests(mail::MailboxId /*mailbox*/, const mail::UidSet& uids,
                       const DigestVisitor& /*visit*/) override {
    asked = uids;
    return failure ? Result<void>(fail(*failure, "broken")) : Result<void>();
  }
  mail::UidSet asked;
  std::optional<ErrorCode> failure;
};

TEST_F(ContextsTest, WhatDoesNotChangeIsJudgedOnce) {
  AskedStore store(*store_);
  const auto told_of = [&](Contexts& contexts, const mail::MailboxView& view) {
    store.asked = {};
    std::string out;
    EXPECT_TRUE(contexts.tell_changed({store, mail::MailboxId(1), view, {}}, view, 0, out));
    EXPECT_FALSE(contexts.is_behind(view.modseq()));
    return store.asked.to_string() + out;
  };
  Contexts contexts;
  contexts.add(context("a", *view(3, 2, [](std::uint32_t) { return false; }), body_key()));
  const auto flags = [](std::uint32_t) { return true; };
  EXPECT_EQ(told_of(contexts, *view(3, 3, flags)), "");
  EXPECT_EQ(told_of(contexts, *view(5, 4, flags)), "4:5");
  EXPECT_EQ(told_of(contexts, *view(5, 5, flags)), "");
  EXPECT_EQ(told_of(contexts, *view(6, 6, flags)), "6");
}

TEST_F(ContextsTest, WhatStaysInItsPlaceIsNotReadAgain) {
  mail::SortedList sorted({{.key = mail::SortCriterion::Key::kArrival}});
  mail::UidSet found;
  for (const std::uint32_t uid : {2U, 4U}) {
    sorted.add(mail::Uid(uid), {}, mail::kExactly);
    found.add(mail::Uid(uid));
  }
  (void)sorted.put_in_place();
  const auto first = view(5, 2, [](std::uint32_t uid) { return uid == 2 || uid == 4; });
  Contexts contexts;
  contexts.add(
      {{.tag = "a", .response = "* ESEARCH", .addressed = Addressed::kByUid},
       MessageSearch({.program = flagged_key()}, {}, 0, MessageSearch::Digests::kOfAllFound),
       *first,
       found,
       sorted});
  AskedStore store(*store_);
  const auto newest = view(5, 3, [](std::uint32_t uid) { return uid == 2 || uid == 5; });
  std::string out;
  ASSERT_TRUE(contexts.tell_changed({store, mail::MailboxId(1), *newest, {}}, *newest, 0, out));
  EXPECT_EQ(store.asked.to_string(), "5");
  EXPECT_EQ(out, "* ESEARCH REMOVEFROM (2 4)\r\n");
}

TEST_F(ContextsTest, OneWhoseMessageCannotBeReadEnds) {
  const auto newest = view(3, 2, [](std::uint32_t uid) { return uid == 1; });
  Contexts contexts;
  contexts.add(context("a", *empty_, body_key()));
  contexts.add(flagged("b", *empty_));
  AskedStore store(*store_);
  store.failure = ErrorCode::kNotFound;
  std::string out;
  const auto told =
      contexts.tell_changed({store, mail::MailboxId(1), *newest, {}}, *newest, 0, out);
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, ErrorCode::kNotFound);

  store.failure = ErrorCode::kCorruption;
  ASSERT_TRUE(contexts.tell_changed({store, mail::MailboxId(1), *newest, {}}, *newest, 0, out));
  EXPECT_EQ(out, "* NO [NOUPDATE \"a\"] A message cannot be read\r\n* ESEARCH ADDTO (0 1)\r\n");
  EXPECT_FALSE(contexts.has("a"));
  EXPECT_TRUE(contexts.has("b"));
}

TEST_F(ContextsTest, NothingIsLeftOfOneThatEnds) {
  AskedStore store(*store_);
  store.failure = ErrorCode::kCorruption;
  SelectedMailbox selected;
  selected.view = view(3, 2, [](std::uint32_t) { return false; });
  selected.add_context(context("a", *empty_, body_key()));
  EXPECT_NE(selected.contexts(), nullptr);
  std::string out;
  ASSERT_TRUE(selected.tell_contexts(store, *selected.view, 0, out));
  EXPECT_EQ(out, "* NO [NOUPDATE \"a\"] A message cannot be read\r\n");
  EXPECT_EQ(selected.kept, nullptr);
}

}  // namespace
}  // namespace roost::imap
