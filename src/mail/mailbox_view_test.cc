#include "mail/mailbox_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>

namespace roost::mail {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::shared_ptr<const KeywordTable> no_keywords() {
  static const auto table = std::make_shared<const KeywordTable>();
  return table;
}

MailboxView::Header header(std::uint64_t modseq, std::uint32_t uid_next) {
  return {UidValidity(1), Uid(uid_next), ModSeq(modseq), no_keywords()};
}

MessageEntry entry(std::uint32_t uid, std::uint64_t modseq = 1, std::uint8_t system = 0) {
  return {Uid(uid), Flags{.system = system}, ModSeq(modseq)};
}

std::vector<MessageEntry> entries(std::uint32_t first, std::uint32_t last) {
  std::vector<MessageEntry> result;
  for (std::uint32_t uid = first; uid <= last; ++uid) result.push_back(entry(uid));
  return result;
}

ViewPtr build(const std::vector<MessageEntry>& list, std::uint64_t modseq = 1) {
  return MailboxView::build(header(modseq, list.empty() ? 1 : list.back().uid.value + 1), list);
}

ViewPtr build_upto(std::uint32_t last) { return build(entries(1, last)); }

UidSet uids(std::initializer_list<std::uint32_t> list) {
  UidSet set;
  for (const std::uint32_t uid : list) set.add(Uid(uid));
  return set;
}

ViewPtr without(const ViewPtr& view, const UidSet& expunged) {
  MailboxView::Header next = view->header();
  next.modseq = next.modseq.next();
  return view->next(next, {}, expunged, {});
}

std::vector<MessageEntry> content(const MailboxView& view) {
  std::vector<MessageEntry> result;
  view.for_each([&](SeqNum seq, const MessageEntry& e) {
    EXPECT_EQ(seq.value, result.size() + 1);
    result.push_back(e);
    return true;
  });
  return result;
}

std::vector<std::uint32_t> numbers(const std::vector<SeqNum>& seqs) {
  std::vector<std::uint32_t> result;
  for (const SeqNum seq : seqs) result.push_back(seq.value);
  return result;
}

// How many chunks of a stand in b, too.
std::size_t shared_chunks(const MailboxView& a, const MailboxView& b) {
  return static_cast<std::size_t>(std::ranges::count_if(a.chunks(), [&](const auto& chunk) {
    return std::ranges::find(b.chunks(), chunk) != b.chunks().end();
  }));
}

// What holds for the chunks of every view.
void expect_sound(const MailboxView& view) {
  std::size_t messages = 0;
  for (std::size_t i = 0; i < view.chunks().size(); ++i) {
    const MailboxView::Chunk& chunk = *view.chunks()[i];
    ASSERT_FALSE(chunk.empty());
    ASSERT_LE(chunk.size(), MailboxView::kChunkEntries);
    if (i > 0) {
      ASSERT_GT(chunk.size() + view.chunks()[i - 1]->size(), MailboxView::kChunkEntries / 2);
    }
    messages += chunk.size();
  }
  ASSERT_EQ(messages, view.size());
}

std::vector<Uid> uids_changed_since(const std::vector<MessageEntry>& list, ModSeq since) {
  std::vector<Uid> changed;
  for (const MessageEntry& entry : list) {
    if (entry.modseq > since) changed.push_back(entry.uid);
  }
  return changed;
}

std::vector<Uid> next_changed_uids(const MailboxView& view, ModSeq since) {
  std::vector<Uid> changed;
  for (SeqNum seq = view.next_changed(SeqNum(1), since); seq.value <= view.size();
       seq = view.next_changed(seq.next(), since)) {
    changed.push_back(view.at(seq).uid);
  }
  return changed;
}

TEST(MailboxView, Empty) {
  const ViewPtr view = build({});
  EXPECT_TRUE(view->empty());
  EXPECT_EQ(view->size(), 0U);
  EXPECT_EQ(view->last_uid(), Uid(0));
  EXPECT_EQ(view->find(Uid(1)), std::nullopt);
  EXPECT_EQ(view->lower_bound(Uid(1)), SeqNum(1));
  EXPECT_THAT(content(*view), IsEmpty());
  EXPECT_TRUE(view->chunks().empty());
}

TEST(MailboxView, NumbersArePositions) {
  const ViewPtr view = build({entry(3), entry(7), entry(8)});
  EXPECT_EQ(view->at(SeqNum(1)).uid, Uid(3));
  EXPECT_EQ(view->at(SeqNum(3)).uid, Uid(8));
  EXPECT_EQ(view->find(Uid(7)), SeqNum(2));
  EXPECT_EQ(view->find(Uid(6)), std::nullopt);
  EXPECT_EQ(view->lower_bound(Uid(4)), SeqNum(2));
  EXPECT_EQ(view->lower_bound(Uid(9)), SeqNum(4));
  EXPECT_EQ(view->last_uid(), Uid(8));
}

TEST(MailboxView, ForEachIsClippedAndStops) {
  const ViewPtr view = build_upto(600);
  std::vector<std::uint32_t> seen;
  const auto collect = [&](SeqNum seq, const MessageEntry& e) {
    EXPECT_EQ(e.uid.value, seq.value);
    seen.push_back(seq.value);
    return seen.size() < 4;
  };
  view->for_each(SeqNum(255), SeqNum(10'000), collect);
  EXPECT_THAT(seen, ElementsAre(255, 256, 257, 258));
  seen.clear();
  view->for_each(SeqNum(599), SeqNum(10'000), collect);
  EXPECT_THAT(seen, ElementsAre(599, 600));
  seen.clear();
  view->for_each(SeqNum(601), SeqNum(700), collect);
  view->for_each(SeqNum(5), SeqNum(4), collect);
  EXPECT_THAT(seen, IsEmpty());
  view->for_each(SeqNum(0), SeqNum(1), collect);
  EXPECT_THAT(seen, ElementsAre(1));
}

TEST(MailboxView, NextReplacesExpungesAndAppends) {
  const ViewPtr view = build({entry(1), entry(2), entry(3), entry(4)});
  const std::vector<MessageEntry> updates = {entry(2, 5, 1), entry(3, 5, 2), entry(9, 5, 4)};
  const std::vector<MessageEntry> arrivals = {entry(5, 5), entry(6, 5)};
  const ViewPtr next = view->next(header(5, 7), updates, uids({1, 3, 8}), arrivals);

  EXPECT_THAT(content(*next), ElementsAre(entry(2, 5, 1), entry(4), entry(5, 5), entry(6, 5)));
  EXPECT_EQ(next->modseq(), ModSeq(5));
  EXPECT_EQ(next->uid_next(), Uid(7));
  EXPECT_EQ(view->size(), 4U);  // the old one is as it was
}

TEST(MailboxView, AppendToAMillionCopiesTheLastChunkOnly) {
  const ViewPtr view = build_upto(1'000'000);
  const std::vector<MessageEntry> arrivals = {entry(1'000'001, 2)};
  const ViewPtr next = view->next(header(2, 1'000'002), {}, {}, arrivals);

  EXPECT_EQ(next->size(), 1'000'001U);
  EXPECT_EQ(next->chunks().size(), view->chunks().size());
  EXPECT_EQ(shared_chunks(*view, *next), view->chunks().size() - 1);
  EXPECT_NE(view->chunks().back(), next->chunks().back());
}

TEST(MailboxView, AppendAfterAFullChunkSharesAllChunks) {
  const ViewPtr view = build_upto(2 * MailboxView::kChunkEntries);
  const std::vector<MessageEntry> arrivals = {entry(2 * MailboxView::kChunkEntries + 1, 2)};
  const ViewPtr next = view->next(header(2, arrivals[0].uid.value + 1), {}, {}, arrivals);
  EXPECT_EQ(shared_chunks(*view, *next), 2U);
  EXPECT_EQ(next->chunks().size(), 3U);
}

TEST(MailboxView, AFlagChangeCopiesItsChunkOnly) {
  const ViewPtr view = build_upto(10 * MailboxView::kChunkEntries);
  const std::vector<MessageEntry> updates = {entry(1000, 2, 1)};
  const ViewPtr next = view->next(header(2, view->uid_next().value), updates, {}, {});
  EXPECT_EQ(shared_chunks(*view, *next), 9U);
  EXPECT_EQ(next->at(SeqNum(1000)), entry(1000, 2, 1));
}

TEST(MailboxView, AnExpungeCopiesItsChunkOnly) {
  const ViewPtr view = build_upto(10 * MailboxView::kChunkEntries);
  const ViewPtr next = without(view, uids({1000}));
  EXPECT_EQ(shared_chunks(*view, *next), 9U);
  EXPECT_EQ(next->find(Uid(1001)), SeqNum(1000));
}

TEST(MailboxView, ExpungesLeaveNoCrumbs) {
  constexpr std::uint32_t kCount = 100 * MailboxView::kChunkEntries;
  ViewPtr view = build_upto(kCount);
  for (std::uint32_t chunk = 0; chunk < 100; ++chunk) {
    const std::uint32_t first = chunk * MailboxView::kChunkEntries + 1;
    view = without(view, UidSet({Uid(first), Uid(first + MailboxView::kChunkEntries - 2)}));
    expect_sound(*view);
  }
  EXPECT_EQ(view->size(), 100U);
  EXPECT_LE(view->chunks().size(), 2U);
}

TEST(MailboxView, ExpungeOfAll) {
  const ViewPtr view = build_upto(700);
  const ViewPtr next = without(view, UidSet({Uid(1), Uid(0xffffffff)}));
  EXPECT_TRUE(next->empty());
  EXPECT_EQ(next->uid_next(), Uid(701));
  EXPECT_EQ(diff(*view, *next).expunged.size(), 700U);
}

TEST(MailboxView, KnowsWhatHasChangedSince) {
  const ViewPtr before = build_upto(1000);
  EXPECT_EQ(before->next_changed(SeqNum(1), ModSeq(0)), SeqNum(1));
  EXPECT_EQ(before->next_changed(SeqNum(1), ModSeq(1)), SeqNum(1001));
  EXPECT_EQ(before->next_changed(SeqNum(1001), ModSeq(0)), SeqNum(1001));
  EXPECT_EQ(build({})->next_changed(SeqNum(1), ModSeq(0)), SeqNum(1));

  const ViewPtr after =
      before->next(header(3, 1001), std::vector{entry(3, 2), entry(700, 3)}, uids({1, 699}), {});
  EXPECT_EQ(after->next_changed(SeqNum(1), ModSeq(1)), SeqNum(2));
  EXPECT_EQ(after->next_changed(SeqNum(3), ModSeq(1)), SeqNum(698));
  EXPECT_EQ(after->next_changed(SeqNum(1), ModSeq(2)), SeqNum(698));
  EXPECT_EQ(changed_since(*after, UidSet(UidRange{Uid(1), Uid(699)}), ModSeq(1)), uids({3}));
  EXPECT_EQ(changed_since(*after, UidSet(UidRange{Uid(4), Uid(900)}), ModSeq(1)), uids({700}));
  EXPECT_TRUE(changed_since(*after, UidSet(), ModSeq(0)).empty());
}

TEST(MailboxView, KnowsWhichUidsAreMissing) {
  const ViewPtr view = without(build_upto(10), uids({1, 4, 5, 10}));
  EXPECT_EQ(missing_from(*view, UidSet(UidRange{Uid(1), Uid(10)})), uids({1, 4, 5, 10}));
  EXPECT_EQ(missing_from(*view, uids({2, 4, 9, 20})), uids({4, 20}));
  EXPECT_TRUE(missing_from(*view, uids({2, 3, 6, 7})).empty());
  EXPECT_EQ(missing_from(*build({}), uids({2, 3})), uids({2, 3}));
  const UidSet last(UidRange{Uid(9), Uid(0xffffffff)});
  EXPECT_EQ(missing_from(*view, last), UidSet(UidRange{Uid(10), Uid(0xffffffff)}));
}

TEST(ViewDiff, OfAViewAndItselfIsEmpty) {
  const ViewPtr view = build_upto(1000);
  EXPECT_TRUE(diff(*view, *view).empty());
  EXPECT_TRUE(diff(*view, *build_upto(1000)).empty());  // equal, and nothing shared
}

TEST(ViewDiff, SaysWhatToTell) {
  const ViewPtr from = build({entry(1), entry(2), entry(3), entry(4)});
  const std::vector<MessageEntry> updates = {entry(4, 2, 1)};
  const std::vector<MessageEntry> arrivals = {entry(5, 2), entry(6, 2)};
  const ViewPtr to = from->next(header(2, 7), updates, uids({1, 3}), arrivals);

  const ViewDiff d = diff(*from, *to);
  EXPECT_THAT(numbers(d.expunged), ElementsAre(1, 3));
  EXPECT_THAT(d.expunged_uids, ElementsAre(Uid(1), Uid(3)));
  EXPECT_THAT(numbers(d.changed), ElementsAre(2));  // UID 4, by its number in `to`
  EXPECT_EQ(d.arrived, 2U);
  EXPECT_FALSE(d.empty());
}

TEST(ViewDiff, AModSeqAloneIsAChange) {
  const ViewPtr from = build({entry(1)});
  const std::vector<MessageEntry> updates = {entry(1, 9)};
  EXPECT_THAT(numbers(diff(*from, *from->next(header(9, 2), updates, {}, {})).changed),
              ElementsAre(1));
}

TEST(ViewDiff, AMessageThatCameAndWentIsNeverMentioned) {
  const ViewPtr from = build_upto(3);
  const std::vector<MessageEntry> arrivals = {entry(4, 2)};
  const ViewPtr to = without(from->next(header(2, 5), {}, {}, arrivals), uids({4}));
  EXPECT_TRUE(diff(*from, *to).empty());
}

TEST(Ghosts, NoneWithoutExpunges) {
  const ViewPtr from = build_upto(10);
  const std::vector<MessageEntry> arrivals = {entry(11, 2)};
  const ViewPtr to = from->next(header(2, 12), {}, {}, arrivals);
  EXPECT_EQ(with_ghosts(from, to), to);
}

TEST(Ghosts, KeepTheirPlaces) {
  const ViewPtr from = build_upto(4);
  const std::vector<MessageEntry> updates = {entry(3, 2, 1)};
  const std::vector<MessageEntry> arrivals = {entry(5, 2)};
  const ViewPtr to = from->next(header(2, 6), updates, uids({2, 4}), arrivals);

  const ViewPtr ghosts = with_ghosts(from, to);
  EXPECT_THAT(content(*ghosts),
              ElementsAre(entry(1), entry(2), entry(3, 2, 1), entry(4), entry(5, 2)));
  EXPECT_EQ(ghosts->modseq(), to->modseq());
  EXPECT_EQ(ghosts->uid_next(), to->uid_next());
  // Told in two steps, the client arrives at the same place.
  const ViewDiff now = diff(*from, *ghosts);
  EXPECT_TRUE(now.expunged.empty());
  EXPECT_EQ(now.arrived, 1U);
  EXPECT_THAT(numbers(diff(*ghosts, *to).expunged), ElementsAre(2, 4));
}

TEST(Ghosts, CopyNoChunkWithoutAGhost) {
  const ViewPtr from = build_upto(10 * MailboxView::kChunkEntries);
  const ViewPtr to = without(from, uids({1000}));
  EXPECT_EQ(shared_chunks(*with_ghosts(from, to), *to), 9U);
}

// A mailbox as a plain list, changed by the same random steps as a chain of views.
class Model {
 public:
  explicit Model(std::uint32_t seed) : random_(seed) {}

  struct Step {
    std::vector<MessageEntry> updates;
    UidSet expunged;
    std::vector<MessageEntry> arrivals;
  };

  Step step() {
    ++modseq_;
    Step step;
    const std::uint32_t expunge_odds = pick({0, 0, 30, 3});
    const std::uint32_t update_odds = pick({0, 50, 5});
    std::vector<MessageEntry> kept;
    for (MessageEntry e : list_) {
      if (odds(update_odds)) {
        e.modseq = ModSeq(modseq_);
        e.flags.system = static_cast<std::uint8_t>(random_() % 32);
        step.updates.push_back(e);
      }
      if (odds(expunge_odds)) {
        step.expunged.add(e.uid);
      } else {
        kept.push_back(e);
      }
    }
    const std::uint32_t count = pick({0, 1, 3, 400});
    for (std::uint32_t i = 0; i < count; ++i) {
      uid_next_ += 1 + random_() % 3;
      step.arrivals.push_back(entry(uid_next_ - 1, modseq_));
    }
    kept.insert(kept.end(), step.arrivals.begin(), step.arrivals.end());
    list_ = std::move(kept);
    return step;
  }

  [[nodiscard]] const std::vector<MessageEntry>& list() const { return list_; }
  [[nodiscard]] MailboxView::Header make_header() const { return header(modseq_, uid_next_); }
  [[nodiscard]] std::uint32_t random() { return static_cast<std::uint32_t>(random_()); }

 private:
  bool odds(std::uint32_t n) { return n != 0 && random_() % n == 0; }
  std::uint32_t pick(std::initializer_list<std::uint32_t> choices) {
    return choices.begin()[random_() % choices.size()];
  }

  std::mt19937 random_;
  std::vector<MessageEntry> list_;
  std::uint64_t modseq_ = 1;
  std::uint32_t uid_next_ = 1;
};

bool has(const std::vector<MessageEntry>& list, Uid uid) {
  return std::ranges::binary_search(list, uid, {}, &MessageEntry::uid);
}

// Plays the difference to a client that knows nothing but its own list, as IMAP would.
std::vector<MessageEntry> played(std::vector<MessageEntry> client, const ViewDiff& d,
                                 const MailboxView& to) {
  EXPECT_EQ(d.expunged.size(), d.expunged_uids.size());
  for (std::size_t i = d.expunged.size(); i-- > 0;) {
    const auto at = client.begin() + d.expunged[i].value - 1;
    EXPECT_EQ(at->uid, d.expunged_uids[i]);
    client.erase(at);
  }
  for (std::uint32_t i = d.arrived; i-- > 0;) client.push_back(to.at(SeqNum(to.size() - i)));
  for (const SeqNum seq : d.changed) client[seq.value - 1] = to.at(seq);
  return client;
}

TEST(ViewAsOf, IsTheNewerOneWhereNothingChanged) {
  const ViewPtr view = build_upto(1000);
  const ViewPtr same = view_as_of(*view, view->modseq(), view->uid_next(), UidSet());
  EXPECT_EQ(content(*same), content(*view));
  EXPECT_TRUE(std::ranges::equal(same->chunks(), view->chunks()));
}

TEST(ViewAsOf, DiffersInWhatHasChangedSince) {
  const ViewPtr old = build_upto(600);
  MailboxView::Header next = header(2, 603);
  const std::vector<MessageEntry> flagged = {entry(5, 2, 1), entry(300, 2, 1)};
  const std::vector<MessageEntry> arrived = {entry(601, 2), entry(602, 2)};
  const ViewPtr newer = old->next(next, flagged, uids({1, 7, 8, 600}), arrived);

  const ViewPtr again = view_as_of(*newer, old->modseq(), old->uid_next(), uids({1, 7, 8, 600}));
  EXPECT_EQ(again->modseq(), old->modseq());
  EXPECT_EQ(again->size(), 600);
  const ViewDiff expected = diff(*old, *newer);
  const ViewDiff actual = diff(*again, *newer);
  EXPECT_EQ(actual.expunged, expected.expunged);
  EXPECT_EQ(actual.changed, expected.changed);
  EXPECT_EQ(actual.arrived, expected.arrived);
}

TEST(ViewAsOf, KnowsNothingOfMessagesThatCameAndWent) {
  const ViewPtr old = build_upto(3);
  const ViewPtr newer = old->next(header(9, 8), {}, UidSet(), std::vector{entry(7, 5)});
  const ViewPtr again = view_as_of(*newer, old->modseq(), old->uid_next(), uids({4, 5, 6}));
  EXPECT_EQ(content(*again), content(*old));
}

TEST(ViewAsOf, MayBeToldOfExpungesThatTheNewerOneDoesNotHave) {
  const ViewPtr old = build_upto(3);
  const ViewPtr newer = without(old, uids({2}));
  const ViewPtr again = view_as_of(*newer, old->modseq(), old->uid_next(), uids({2, 3}));
  EXPECT_EQ(again->size(), 3);
  EXPECT_THAT(diff(*again, *newer).expunged, ElementsAre(SeqNum(2)));
}

TEST(MailboxView, AgreesWithAPlainList) {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    Model model(seed);
    std::vector<std::pair<ViewPtr, std::vector<MessageEntry>>> history = {{build({}), {}}};
    std::vector<UidSet> expunged;  // by the step that led to the next in history
    for (int i = 0; i < 30; ++i) {
      const Model::Step step = model.step();
      const ViewPtr view = history.back().first->next(model.make_header(), step.updates,
                                                      step.expunged, step.arrivals);
      history.emplace_back(view, model.list());
      expunged.push_back(step.expunged);
      expect_sound(*view);
      ASSERT_EQ(content(*view), model.list()) << "seed " << seed << " step " << i;

      for (std::uint64_t since = 0; since <= view->modseq().value; since += 5) {
        ASSERT_EQ(next_changed_uids(*view, ModSeq(since)),
                  uids_changed_since(model.list(), ModSeq(since)));
      }
      for (int probe = 0; probe < 20; ++probe) {
        const Uid uid(model.random() % (view->uid_next().value + 2));
        const auto it = std::ranges::lower_bound(model.list(), uid, {}, &MessageEntry::uid);
        const SeqNum seq(static_cast<std::uint32_t>(it - model.list().begin()) + 1);
        ASSERT_EQ(view->lower_bound(uid), seq);
        ASSERT_EQ(view->find(uid).has_value(), has(model.list(), uid));
        if (seq.value <= view->size()) {
          ASSERT_EQ(view->at(seq), *it);
        }
      }
    }
    // Any earlier view against any later one, not only neighbours.
    for (int pair = 0; pair < 25; ++pair) {
      const std::size_t older = model.random() % history.size();
      const std::size_t newer = older + model.random() % (history.size() - older);
      const auto& [from, before] = history[older];
      const auto& [to, after] = history[newer];
      ASSERT_EQ(played(before, diff(*from, *to), *to), after);

      std::vector<UidRange> gone;
      for (std::size_t i = older; i < newer; ++i) {
        gone.insert(gone.end(), expunged[i].ranges().begin(), expunged[i].ranges().end());
      }
      const ViewPtr again =
          view_as_of(*to, from->modseq(), from->uid_next(), UidSet::from_ranges(std::move(gone)));
      expect_sound(*again);
      ASSERT_EQ(played(before, diff(*again, *to), *to), after);
      ASSERT_EQ(diff(*again, *to).changed, diff(*from, *to).changed);

      const ViewPtr ghosts = with_ghosts(from, to);
      expect_sound(*ghosts);
      ASSERT_EQ(next_changed_uids(*ghosts, from->modseq()),
                uids_changed_since(content(*ghosts), from->modseq()));
      const ViewDiff first = diff(*from, *ghosts);
      ASSERT_THAT(first.expunged, IsEmpty());
      const ViewDiff second = diff(*ghosts, *to);
      ASSERT_THAT(second.changed, IsEmpty());
      ASSERT_EQ(second.arrived, 0U);
      ASSERT_EQ(played(played(before, first, *ghosts), second, *to), after);
      ASSERT_EQ(ghosts->size(), to->size() + second.expunged.size());
      // A client that keeps a ghost view for long still arrives.
      const auto& [last, last_list] = history.back();
      ASSERT_EQ(played(content(*ghosts), diff(*ghosts, *last), *last), last_list);
    }
  }
}

}  // namespace
}  // namespace roost::mail
