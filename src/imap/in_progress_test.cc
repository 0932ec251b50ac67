// INPROGRESS (RFC 9585 section 4): the forms of the response, what commands count, and when nothing
// may be said. A baton that is held stops a command between two of its slices.
#include "imap/in_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "imap/logged_in_test.h"

namespace roost::imap {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string written(const InProgress& in_progress, std::string_view tag = "A001") {
  std::string out;
  in_progress.write(ResponseWriter(out), tag);
  return out;
}

TEST(InProgress, WithNothingCountedOnlyTheTagIsKnown) {
  EXPECT_EQ(written({}), "* OK [INPROGRESS (\"A001\" NIL NIL)] Still at it\r\n");
}

TEST(InProgress, WithoutAGoalItSaysWhatIsDone) {
  InProgress in_progress;
  in_progress.add(175);
  EXPECT_EQ(written(in_progress), "* OK [INPROGRESS (\"A001\" 175 NIL)] 175 done so far\r\n");
}

TEST(InProgress, WithAGoalItSaysBoth) {
  InProgress in_progress;
  in_progress.set_goal(1000);
  EXPECT_EQ(written(in_progress), "* OK [INPROGRESS (\"A001\" 0 1000)] 0 of 1000 done\r\n");
  in_progress.add(400);
  in_progress.add(54);
  EXPECT_EQ(written(in_progress), "* OK [INPROGRESS (\"A001\" 454 1000)] 454 of 1000 done\r\n");
}

TEST(InProgress, TheGoalIsGreaterThanTheProgress) {
  InProgress in_progress;
  in_progress.set_goal(1000);
  in_progress.add(1000);
  EXPECT_EQ(written(in_progress), "* OK [INPROGRESS (\"A001\" 999 1000)] 999 of 1000 done\r\n");
  in_progress.set_goal(1);
  EXPECT_EQ(written(in_progress), "* OK [INPROGRESS (\"A001\" 0 1)] 0 of 1 done\r\n");
}

TEST(InProgress, ATagWithABracketIsNotNamed) {
  EXPECT_EQ(written({}, "A]001"), "* OK [INPROGRESS (NIL NIL NIL)] Still at it\r\n");
}

// A client in the INBOX of alice, and what becomes of its commands step by step.
class LongCommand : public LoggedInTest {
 protected:
  static constexpr std::size_t kLarge = 3 << 20;  // a search reads no more than a few in a slice

  void deliver_large(int count) {
    const std::string message = "Subject: large\r\n\r\n" + std::string(kLarge, 'x') + "\r\n";
    for (int i = 0; i < count; ++i) server_.deliver(server_.mailbox("alice"), message);
  }
  // The command runs up to its first slice, which is not done yet.
  void begin(std::string_view command) {
    connection_->hold_baton();
    EXPECT_EQ(say(command), "");
  }
  // The next slice, on a worker; the baton stays there.
  void run_slice() { EXPECT_TRUE(connection_->run_offloaded()); }
  // Back to the loop, which passes it on.
  void give_back() { EXPECT_TRUE(connection_->run_offloaded()); }
  // What is heard when it has become time to say something.
  std::string hear_after_an_interval() {
    server_.pass(InProgress::kInterval);
    return connection_->take_output();
  }
  // And what once the command goes on.
  std::string hear_the_end() {
    connection_->release_baton();
    return say("");
  }
};

TEST_F(LongCommand, ASearchCountsTheMessagesItHasLookedAt) {
  deliver_large(5);
  (void)say("s SELECT INBOX\r\n");
  begin("a SEARCH BODY needle\r\n");
  const auto progress = [&] {
    const std::string line = hear_after_an_interval();
    int number = -1;
    EXPECT_EQ(std::sscanf(line.c_str(), "* OK [INPROGRESS (\"a\" %d 5)]", &number), 1) << line;
    return number;
  };
  run_slice();
  const int first = progress();
  EXPECT_GE(first, 1);
  EXPECT_LE(first, 3);
  give_back();
  run_slice();
  EXPECT_GT(progress(), first);
  EXPECT_THAT(hear_the_end(), testing::EndsWith("* SEARCH\r\na OK SEARCH completed\r\n"));
}

TEST_F(LongCommand, ACopyCountsTheMessagesItHasTaken) {
  for (int i = 0; i < 3; ++i) server_.deliver(server_.mailbox("alice"));
  (void)say("s SELECT INBOX\r\n");
  begin("a UID COPY 1:1000 Sent\r\n");
  run_slice();
  EXPECT_EQ(hear_after_an_interval(), "* OK [INPROGRESS (\"a\" 2 3)] 2 of 3 done\r\n");
  give_back();
  EXPECT_THAT(hear_the_end(), testing::StartsWith("a OK [COPYUID "));
}

TEST_F(LongCommand, OfSeveralMailboxesNoGoalIsKnown) {
  server_.deliver(server_.mailbox("alice"));
  begin("a ESEARCH IN (mailboxes (INBOX Sent)) SUBJECT hello\r\n");
  run_slice();
  EXPECT_EQ(hear_after_an_interval(), "* OK [INPROGRESS (\"a\" 1 NIL)] 1 done so far\r\n");
  EXPECT_THAT(hear_the_end(), testing::EndsWith("a OK ESEARCH completed\r\n"));
}

TEST_F(LongCommand, TheNextCommandBeginsToCountAnew) {
  server_.deliver(server_.mailbox("alice"));
  (void)say("s SELECT INBOX\r\na SEARCH ALL\r\n");
  begin("b STATUS INBOX (MESSAGES)\r\n");
  EXPECT_EQ(hear_after_an_interval(), "* OK [INPROGRESS (\"b\" NIL NIL)] Still at it\r\n");
  (void)hear_the_end();
}

TEST_F(LongCommand, NothingIsSaidInTheMiddleOfAResponse) {
  deliver_large(1);
  (void)say("s SELECT INBOX\r\n");
  begin("a FETCH 1 BODY.PEEK[TEXT]\r\n");
  EXPECT_THAT(hear_after_an_interval(), HasSubstr("INPROGRESS"));
  run_slice();
  give_back();
  EXPECT_THAT(connection_->take_output(), testing::StartsWith("* 1 FETCH (BODY[TEXT] {"));
  EXPECT_EQ(hear_after_an_interval(), "");
  EXPECT_THAT(hear_the_end(), Not(HasSubstr("INPROGRESS")));
}

TEST_F(LongCommand, NothingIsSaidToAClientThatDoesNotRead) {
  deliver_large(1);
  (void)say("s SELECT INBOX\r\n");
  connection_->stall();
  connection_->feed("a FETCH 1 BODY.PEEK[TEXT]\r\n");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(hear_after_an_interval(), "");
  connection_->resume();
  const std::string heard = say("");
  EXPECT_THAT(heard, Not(HasSubstr("INPROGRESS")));
  EXPECT_THAT(heard, testing::EndsWith("a OK FETCH completed\r\n"));
}

}  // namespace
}  // namespace roost::imap
