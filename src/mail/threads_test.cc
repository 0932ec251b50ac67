// THREAD=REFERENCES and ORDEREDSUBJECT (RFC 5256 section 3).
#include "mail/threads.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/varint.h"

namespace roost::mail {
namespace {

ThreadedMessage read(const Digest& digest, std::string_view message_ids) {
  static const ThreadTexts none;
  static ThreadReader reader({.low = 1, .high = 2}, none);
  return reader.read(digest, message_ids);
}

// As the THREAD response shows it; for trees that are not deep.
std::string shown(const Threads& threads, std::uint32_t node) {
  const Threads::Node& at = threads.nodes[node];
  std::string out = at.number == 0 ? "" : std::to_string(at.number);
  if (at.first_child == Threads::kNone) return out;
  const bool one = at.first_child == at.last_child;
  if (!out.empty()) out += ' ';
  for (std::uint32_t child = at.first_child; child != Threads::kNone;
       child = threads.nodes[child].next_sibling) {
    out += one ? shown(threads, child) : "(" + shown(threads, child) + ")";
  }
  return out;
}

std::string shown(const Threads& threads) {
  std::string out;
  for (std::uint32_t node = threads.top.first_child; node != Threads::kNone;
       node = threads.nodes[node].next_sibling) {
    out += "(" + shown(threads, node) + ")";
  }
  return out;
}

struct Message {
  std::string id;
  std::vector<std::string> references;
  std::string subject = "";
  std::int64_t date = 0;
};

void add(Threader& threader, std::uint32_t number, const Message& message) {
  Digest digest;
  digest.envelope = "(NIL \"" + message.subject + "\" NIL NIL NIL NIL NIL NIL NIL NIL)";
  digest.sent_date = message.date;
  std::string ids;
  append_counted(ids, message.id);
  for (const std::string& reference : message.references) append_counted(ids, reference);
  EXPECT_TRUE(threader.add(number, read(digest, ids)));
}

std::string thread(std::unique_ptr<Threader> threader, const std::vector<Message>& messages) {
  for (std::uint32_t i = 0; i < messages.size(); ++i) add(*threader, i + 1, messages[i]);
  return shown(threader->threads());
}

std::string references(const std::vector<Message>& messages) {
  return thread(thread_by_references(), messages);
}
std::string ordered_subject(const std::vector<Message>& messages) {
  return thread(thread_by_ordered_subject(), messages);
}

TEST(ThreadOrderedSubject, OneThreadASubjectOneParentAThread) {
  EXPECT_EQ(ordered_subject({{"", {}, "b", 1},
                             {"", {}, "a", 5},
                             {"", {}, "Re: B", 4},
                             {"", {}, "a", 2},
                             {"", {}, "b", 3},
                             {"", {}, "c", 9}}),
            "(1 (5)(3))(4 2)(6)");
  EXPECT_EQ(ordered_subject({}), "");
  EXPECT_EQ(ordered_subject({{"", {}, "", 1}, {"", {}, "Re:", 1}}), "(1 2)");
}

TEST(ThreadReferences, ReferencesToWhatIsNotThereAreBounded) {
  const auto threader = thread_by_references(10);
  std::uint32_t id = 0;
  const auto add_one = [&](std::size_t references) {
    std::string ids;
    append_counted(ids, std::to_string(++id));
    for (; references > 0; --references) append_counted(ids, std::to_string(++id));
    return threader->add(id, read(Digest(), ids));
  };
  ASSERT_TRUE(add_one(kNodesAMessage - 1 + 5));
  ASSERT_TRUE(add_one(kNodesAMessage - 1 + 5));
  ASSERT_TRUE(add_one(kNodesAMessage - 1));
  const auto beyond = add_one(kNodesAMessage);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, ErrorCode::kLimit);
}

TEST(ThreadReferences, ParentsAreTheLastReference) {
  EXPECT_EQ(references({{"a", {}}, {"b", {"a"}}, {"c", {"a", "b"}}, {"d", {"a"}}}), "(1 (2 3)(4))");
  // Whatever the order they come in.
  EXPECT_EQ(references({{"c", {"a", "b"}}, {"d", {"a"}}, {"b", {"a"}}, {"a", {}}}), "(4 (2)(3 1))");
}

TEST(ThreadReferences, ReferencesLinkEachOther) {
  // 1 says that b answers a, though b itself says nothing: that is undone when b comes.
  EXPECT_EQ(references({{"c", {"a", "b"}}, {"a", {}}}), "(2 1)");
  EXPECT_EQ(references({{"c", {"a", "b"}}, {"a", {}}, {"b", {}}}), "(2)(3 1)");
}

TEST(ThreadReferences, ALinkThatIsThereStays) {
  EXPECT_EQ(references({{"a", {}}, {"x", {}}, {"b", {"a"}}, {"c", {"x", "b"}}}), "(1 3 4)(2)");
}

TEST(ThreadReferences, DummiesArePruned) {
  // Without children to keep apart: gone.
  EXPECT_EQ(references({{"c", {"none", "nobody"}}}), "(1)");
  // Two children at the top: siblings of a parent that is not there.
  EXPECT_EQ(references({{"a", {"none"}}, {"b", {"none"}}}), "((1)(2))");
  // Below a message its children are promoted.
  EXPECT_EQ(references({{"a", {}}, {"b", {"a", "none"}}, {"c", {"a", "none"}}}), "(1 (2)(3))");
  // A dummy below a dummy.
  EXPECT_EQ(references({{"a", {"x", "y"}}, {"b", {"x", "y"}}, {"c", {"x"}}}), "((1)(2)(3))");
}

TEST(ThreadReferences, LoopsAreNotMade) {
  EXPECT_EQ(references({{"a", {"a"}}}), "(1)");
  EXPECT_EQ(references({{"a", {"b"}}, {"b", {"a"}}}), "(2 1)");
  EXPECT_EQ(references({{"a", {"b", "c"}}, {"b", {"c", "a"}}, {"c", {"a", "b"}}}), "(2 3 1)");
  EXPECT_EQ(references({{"a", {"x", "y", "x", "y"}}, {"b", {"y", "x"}}}), "((1)(2))");
}

TEST(ThreadReferences, TheFirstOfAMessageIdHasIt) {
  EXPECT_EQ(references({{"a", {}}, {"a", {}}, {"b", {"a"}}}), "(1 3)(2)");
  EXPECT_EQ(references({{"", {}}, {"", {}}}), "(1)(2)");
  // A reference to it came first.
  EXPECT_EQ(references({{"b", {"a"}}, {"a", {}}, {"a", {}}}), "(2 1)(3)");
}

TEST(ThreadReferences, SiblingsAreSortedBySentDate) {
  EXPECT_EQ(references({{"a", {}, "", 9},
                        {"b", {"a"}, "", 8},
                        {"c", {"a"}, "", 3},
                        {"d", {}, "", 5},
                        {"e", {"none"}, "", 7},
                        {"f", {"none"}, "", 4}}),
            "((6)(5))(4)(1 (3)(2))");
}

TEST(ThreadReferences, ThreadsOfOneSubjectAreMerged) {
  // A reply becomes a child of what is none.
  EXPECT_EQ(references({{"a", {}, "x", 1}, {"b", {}, "Re: x", 2}}), "(1 2)");
  EXPECT_EQ(references({{"b", {}, "Re: x", 1}, {"a", {}, "X", 2}}), "(2 1)");
  // Two of a kind become siblings.
  EXPECT_EQ(references({{"a", {}, "x", 1}, {"b", {}, "x", 2}}), "((1)(2))");
  EXPECT_EQ(references({{"a", {}, "Re: x", 1}, {"b", {}, "Fwd: x", 2}}), "((1)(2))");
  EXPECT_EQ(references({{"a", {}, "x", 1}, {"c", {}, "re: x", 2}, {"b", {}, "x", 3}}),
            "((1 2)(3))");
  // Not without a subject.
  EXPECT_EQ(references({{"a", {}, "", 1}, {"b", {}, "Re:", 2}}), "(1)(2)");
}

TEST(ThreadReferences, DummiesAreMergedBySubject) {
  // Both are dummies.
  EXPECT_EQ(
      references(
          {{"a", {"n"}, "x", 1}, {"b", {"n"}, "y", 2}, {"c", {"m"}, "x", 3}, {"d", {"m"}, "z", 4}}),
      "((1)(2)(3)(4))");
  // The message in the table is one.
  EXPECT_EQ(references({{"a", {"n"}, "x", 2}, {"b", {"n"}, "y", 3}, {"c", {}, "x", 1}}),
            "((3)(1)(2))");
}

// In each of these, work for every pair of messages would take minutes.
constexpr std::uint32_t kMany = 100'000;

std::string name(std::uint32_t n) { return std::to_string(n) + "@x"; }

TEST(ThreadReferencesHostile, OneDeepChainInEitherOrder) {
  for (const bool newest_first : {false, true}) {
    const auto threader = thread_by_references();
    for (std::uint32_t i = 0; i < kMany; ++i) {
      const std::uint32_t n = newest_first ? kMany - i : i + 1;
      add(*threader, n, {name(n), {name(n - 1)}, "", n});
    }
    const Threads threads = threader->threads();
    std::uint32_t expected = 1;
    std::uint32_t node = threads.top.first_child;
    for (; node != Threads::kNone; node = threads.nodes[node].first_child) {
      ASSERT_EQ(threads.nodes[node].number, expected++);
    }
    EXPECT_EQ(expected, kMany + 1);
  }
}

// Every link asks whether it makes a loop, and all stand deep in one tree.
TEST(ThreadReferencesHostile, LoopsOverDeepChains) {
  const auto threader = thread_by_references();
  for (std::uint32_t n = 1; n <= kMany; ++n) {
    add(*threader, n, {name(n), {name(kMany), name(n / 2), name(n + 1)}, "", n});
  }
  EXPECT_NE(threader->threads().top.first_child, Threads::kNone);
}

TEST(ThreadReferencesHostile, AllOfOneSubject) {
  for (const std::string_view subject : {"x", "Re: x"}) {
    const auto threader = thread_by_references();
    for (std::uint32_t n = 1; n <= kMany; ++n) {
      add(*threader, n, {name(n), {}, std::string(subject), n});
    }
    const Threads threads = threader->threads();
    const std::uint32_t dummy = threads.top.first_child;
    EXPECT_EQ(threads.nodes[dummy].number, 0U);
    EXPECT_EQ(threads.nodes[dummy].next_sibling, Threads::kNone);
    std::uint32_t children = 0;
    for (std::uint32_t node = threads.nodes[dummy].first_child; node != Threads::kNone;
         node = threads.nodes[node].next_sibling) {
      ++children;
    }
    EXPECT_EQ(children, kMany);
  }
}

TEST(ThreadReferencesHostile, AllOfOneMessageId) {
  const auto threader = thread_by_references();
  for (std::uint32_t n = 1; n <= kMany; ++n) add(*threader, n, {"a", {"a", "b", "a"}, "", n});
  EXPECT_NE(threader->threads().top.first_child, Threads::kNone);
}

// Known texts and new ones: in all that a reader returns, the same text has the same number.
TEST(ThreadReader, GoesOnWithWhatIsKnown) {
  constexpr HashKey key = {.low = 1, .high = 2};
  const auto digest_of = [](const std::string& subject) {
    Digest digest;
    digest.envelope = "(NIL \"" + subject + "\" NIL NIL NIL NIL NIL NIL NIL NIL)";
    return digest;
  };
  const auto ids_of = [](const std::string& own, const std::string& reference) {
    std::string ids;
    append_counted(ids, own);
    append_counted(ids, reference);
    return ids;
  };
  const auto numbers = [](const ThreadedMessage& message) {
    std::vector<std::uint32_t> all(message.ids.begin(), message.ids.end());
    all.push_back(message.subject);
    return all;
  };
  const ThreadTexts none;
  ThreadReader first(key, none);
  std::vector<std::uint32_t> ids[3];
  ThreadedMessage known[3];
  for (std::uint32_t i = 0; i < 3; ++i) {
    const std::string n = std::to_string(i);
    known[i] = first.read(digest_of("s" + n), ids_of("a" + n, "b" + n));
    ids[i].assign(known[i].ids.begin(), known[i].ids.end());
    known[i].ids = ids[i];
  }
  ThreadReader second(key, first.texts());
  second.reserve(100, 100);
  EXPECT_EQ(numbers(second.known(known[0])), numbers(known[0]));
  // Of the first a text is known here already, of the second not yet.
  const auto read = numbers(second.read(digest_of("s0"), ids_of("b0", "b1")));
  EXPECT_EQ(read[0], known[0].ids[1]);
  EXPECT_GE(read[1], first.texts().ids.size());
  EXPECT_EQ(read[2], known[0].subject);
  EXPECT_EQ(second.texts().ids.size(), 1U);
  EXPECT_TRUE(second.texts().subjects.empty());
  const std::vector<std::uint32_t> here = {known[1].ids[0], read[1], known[1].subject};
  EXPECT_EQ(numbers(second.known(known[1])), here);
  EXPECT_EQ(numbers(second.known(known[2])), numbers(known[2]));
}

}  // namespace
}  // namespace roost::mail
