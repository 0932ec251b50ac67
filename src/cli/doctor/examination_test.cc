#include "cli/doctor/examination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "cli/doctor/fake_session.h"
#include "cli/doctor/ward.h"

namespace roost::doctor {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;

class DoctorTest : public testing::Test {
 protected:
  DoctorTest() {
    plan_.login = {.host = "mail.example", .credentials = {.user = "wren", .secret = "secret"}};
    plan_.login.extensions = plan_.login.compress = false;
    plan_.write = plan_.patient = true;
  }

  Finding examined(std::string_view name) {
    Ward ward(network_, plan_);
    if (const auto problem = ward.open()) return fault("open: " + problem->text);
    const auto all = examinations();
    const auto it = std::ranges::find(all, name, &Examination::name);
    if (it == all.end()) return fault("there is none of that name");
    Finding finding = examine(*it, ward);
    EXPECT_THAT(ward.close(), IsEmpty());
    EXPECT_EQ(network_.mailboxes.size(), 1U);
    EXPECT_LE(network_.sessions.size(), 1U);  // the writer's
    return finding;
  }

  void expect(Diseases diseases, std::string_view name, Verdict verdict, const char* words) {
    network_.diseases = diseases;
    const Finding finding = examined(name);
    EXPECT_EQ(finding.verdict, verdict) << name << ": " << finding.text;
    EXPECT_THAT(finding.text, HasSubstr(words)) << name;
  }

  FakeNetwork network_;
  Plan plan_;
};

TEST_F(DoctorTest, AHealthyServerPassesAll) {
  Ward ward(network_, plan_);
  ASSERT_FALSE(ward.open());
  for (const Examination& examination : examinations()) {
    const Finding finding = examine(examination, ward);
    EXPECT_EQ(finding.verdict, Verdict::kPass) << examination.name << ": " << finding.text;
  }
  EXPECT_THAT(ward.close(), IsEmpty());
  EXPECT_EQ(network_.mailboxes.size(), 1U);
}

TEST_F(DoctorTest, TheTableIsComplete) {
  std::set<std::string_view> names;
  for (const Examination& examination : examinations()) {
    EXPECT_TRUE(names.insert(examination.name).second) << examination.name;
    EXPECT_TRUE(examination.question.ends_with('?')) << examination.name;
    EXPECT_TRUE(examination.rfc.starts_with("RFC ")) << examination.name;
    EXPECT_TRUE(examination.meaning.ends_with('.')) << examination.name;
    EXPECT_NE(examination.examine, nullptr) << examination.name;
  }
}

TEST_F(DoctorTest, FindsWhatIsWrongWithTheWords) {
  expect({.other_after_login = true}, "capabilities", Verdict::kWarn, "SORT");
  expect({.no_idle = true}, "capabilities", Verdict::kFail, "not offered");
  expect({.anybody_idles = true}, "idle-before-login", Verdict::kFail, "anybody");
  expect({.bare_plus = true}, "idle-entry", Verdict::kWarn, "space");
  expect({.upper_case_only = true}, "idle-entry", Verdict::kFail, "BAD");
  expect({.argument_ignored = true}, "idle-arguments", Verdict::kWarn, "no argument");
  expect({.no_trailing_space = true}, "trailing-space", Verdict::kWarn, "BAD");
  expect({.malformed = true}, "responses", Verdict::kFail, "0 EXPUNGE");
}

TEST_F(DoctorTest, FindsHowDoneIsTaken) {
  expect({.upper_case_only = true}, "done-spelling", Verdict::kFail, "BAD");
  expect({.loses_pieces = true}, "done-in-pieces", Verdict::kFail, "it is not");
  expect({.loses_next = true}, "done-with-next", Verdict::kFail, "it is not");
  expect({.hangs_at_once = true}, "done-at-once", Verdict::kWarn, "no answer within 15 s");
  expect({.done_closes = true}, "done-outside", Verdict::kWarn, "ends the connection");
  expect({.push_loses_pieces = true}, "done-across-push", Verdict::kFail, "BAD");
  expect({.long_line_ignored = true}, "garbage-long", Verdict::kWarn, "silence");
  expect({.garbage_closes = true}, "garbage-long", Verdict::kPass, "BYE");
  expect({.garbage_closes = true}, "garbage", Verdict::kWarn, "ends the connection");
  expect({.garbage_executed = true}, "garbage", Verdict::kWarn, "executed");
}

TEST_F(DoctorTest, FindsWhatIsNotTold) {
  expect({.deaf = true}, "arrival", Verdict::kFail, "within 10 s, nor when asked");
  expect({.slow = true}, "arrival", Verdict::kWarn, "now and then");
  expect({.one_too_many = true}, "arrival", Verdict::kFail, "where there are 4");
  expect({.deaf_if_read_only = true}, "read-only", Verdict::kFail, "nothing");
  expect({.one_idler = true}, "two-idlers", Verdict::kFail, "the first one is not");
  expect({.forgets_gap = true}, "gap", Verdict::kFail, "3 of ");
  expect({.silent_flags = true}, "flags", Verdict::kWarn, "nothing");
  expect({.no_uid = true}, "flags", Verdict::kWarn, "without the UID");
  expect({.low_first = true}, "expunge", Verdict::kFail, "other messages");
  expect({.deaf = true}, "expunge", Verdict::kPass, "the numbers are right");
  expect({.deaf = true, .tells_behind = true}, "expunge", Verdict::kPass, "the numbers are right");
  expect({.expunge_any_time = true}, "expunge-outside", Verdict::kFail, "no command");
  expect({.no_modseq = true}, "modseq", Verdict::kFail, "without MODSEQ");
  expect({.silent_flags = true}, "modseq", Verdict::kSkipped, "not told");
  expect({.no_vanished = true}, "vanished", Verdict::kFail, "EXPUNGE");
  expect({.deaf_after_rename = true}, "renamed", Verdict::kFail, "not told");
  expect({.hangs_after_delete = true}, "deleted", Verdict::kFail, "no effect");
}

TEST_F(DoctorTest, FindsWhatNotifyIsWorth) {
  expect({.notify_silent = true}, "notify", Verdict::kFail, "taken, and nothing");
  expect({.notify_none_ignored = true}, "notify-none", Verdict::kFail, "EXISTS");
  expect({.notify_bad = true}, "notify-unknown", Verdict::kFail, "BAD");
}

TEST_F(DoctorTest, FindsLimits) {
  expect({.limit = 4}, "connections", Verdict::kWarn, "too many");
  expect({.limit = 11}, "connections", Verdict::kPass, "too many");
  expect({.blames_password = true, .limit = 4}, "connections", Verdict::kFail, "password");
  expect({.no_keep_alive = true}, "keep-alive", Verdict::kWarn, "nothing for 300 s");
  expect({}, "keep-alive", Verdict::kPass, "\"still here\" every 120 s");
}

TEST_F(DoctorTest, AWordJustAfterIdleIsNotTooOften) {
  using std::chrono::seconds;
  expect({.first_word = seconds(20), .each_word = seconds(240)}, "keep-alive", Verdict::kPass,
         "every 240 s");
  expect({.first_word = seconds(20), .each_word = seconds(290)}, "keep-alive", Verdict::kPass,
         "after 20 s, and nothing for 280 s then");
  expect({.first_word = seconds(90), .each_word = seconds(30)}, "keep-alive", Verdict::kWarn,
         "every 30 s");
  const Finding finding = examined("keep-alive");
  EXPECT_THAT(finding.meaning, HasSubstr("phone"));
  ASSERT_EQ(finding.measures.size(), 2U);
  EXPECT_EQ(finding.measures[0].value, 90'000);
  EXPECT_EQ(finding.measures[1].value, 30'000);
}

TEST_F(DoctorTest, AnIdlerMayBeLoggedOutAfterHalfAnHour) {
  using std::chrono::minutes;
  plan_.keep_alive = minutes(31);
  expect({.first_word = minutes(29), .logs_out = true}, "keep-alive", Verdict::kFail,
         "logs the client out after 1740 s");
  EXPECT_THAT(examined("keep-alive").meaning, HasSubstr("hears nothing"));
  expect({.first_word = minutes(30), .logs_out = true}, "keep-alive", Verdict::kWarn,
         "nothing for 1800 s; it logs the client out after 1800 s, as it may");
}

TEST_F(DoctorTest, WhoIsLoggedInFromTheBeginningMayIdle) {
  expect({.preauth = true}, "idle-before-login", Verdict::kSkipped, "PREAUTH");
  expect({.preauth = true}, "idle-unselected", Verdict::kPass, "");
  expect({.preauth = true}, "capabilities", Verdict::kPass, "IDLE");
}

TEST_F(DoctorTest, FindsHowItGreets) {
  expect({.late_greeting = true}, "greeting", Verdict::kWarn, "only after 7");
  expect({.late_greeting = true, .greets_with_bye = true, .limit = 1}, "greeting", Verdict::kFail,
         "BYE");
}

TEST_F(DoctorTest, AFloodIsAFinding) {
  for (const std::string_view name : {"idle-entry", "done-in-pieces", "garbage", "arrival", "gap",
                                      "flags", "expunge", "renamed", "deleted", "keep-alive"}) {
    network_.diseases = {.floods = true};
    EXPECT_NE(examined(name).verdict, Verdict::kPass) << name;
    network_.diseases = {.endless_line = true};
    EXPECT_NE(examined(name).verdict, Verdict::kPass) << name;
  }
}

TEST_F(DoctorTest, WithoutWritingNothingIsChanged) {
  plan_.write = false;
  Ward ward(network_, plan_);
  ASSERT_FALSE(ward.open());
  for (const Examination& examination : examinations()) {
    const Finding finding = examine(examination, ward);
    const bool writes = examination.takes == Examination::Takes::kWriting;
    EXPECT_EQ(finding.verdict, writes ? Verdict::kSkipped : Verdict::kPass) << examination.name;
  }
  EXPECT_EQ(network_.mailboxes.size(), 1U);
  EXPECT_THAT(network_.mailboxes["INBOX"], IsEmpty());
}

TEST_F(DoctorTest, MailboxesAreMadeWhereTheServerTakesThem) {
  network_.below_inbox_only = true;
  EXPECT_EQ(examined("arrival").verdict, Verdict::kPass);
}

TEST_F(DoctorTest, WhatAKilledRunLeftIsRemoved) {
  const std::string old = "roost-doctor-probe-1700000000-0123abcd";
  const std::string young = "roost-doctor-probe-1799989201-0123abcd";
  const std::string other = "roost-doctor-probe-1700000000-notes";
  for (const std::string& name : {old, young, other}) network_.mailboxes[name];
  Ward ward(network_, plan_);
  ASSERT_FALSE(ward.open());
  EXPECT_THAT(network_.mailboxes, Not(Contains(Key(old))));
  EXPECT_THAT(network_.mailboxes, Contains(Key(young)));
  EXPECT_THAT(network_.mailboxes, Contains(Key(other)));
}

TEST_F(DoctorTest, ALeftoverThatCannotBeRemovedHoldsUpNoRun) {
  network_.mailboxes["roost-doctor-probe-1700000000-0123abcd"];
  network_.silent_deletes = 1;
  Ward ward(network_, plan_);
  EXPECT_FALSE(ward.open());
}

TEST_F(DoctorTest, ASilentDeleteLeavesNothing) {
  Ward ward(network_, plan_);
  ASSERT_FALSE(ward.open());
  for (int i = 0; i < 3; ++i) (void)ward.new_mailbox();
  network_.silent_deletes = 1;
  EXPECT_THAT(ward.close(), IsEmpty());
  EXPECT_EQ(network_.mailboxes.size(), 1U);
}

TEST_F(DoctorTest, AnInterruptedRunRemovesWhatItMade) {
  Ward ward(network_, plan_);
  ASSERT_FALSE(ward.open());
  (void)ward.mailbox();
  network_.interrupt();
  EXPECT_EQ(examine(examinations().front(), ward).text, "interrupted");
  EXPECT_THAT(ward.close(), IsEmpty());
  EXPECT_EQ(network_.mailboxes.size(), 1U);
}

TEST_F(DoctorTest, WhatWasMadeWithoutAnAnswerIsRemoved) {
  expect({.hangs_after_create = true}, "arrival", Verdict::kFail, "no answer");
}

TEST_F(DoctorTest, WhatIsBeingMadeWhenARunIsInterruptedIsRemoved) {
  network_.interrupted_by = "CREATE";
  EXPECT_EQ(examined("arrival").text, "interrupted");
}

TEST_F(DoctorTest, WhatIsStillInUseIsRemovedALittleLater) {
  expect({.in_use = true}, "read-only", Verdict::kPass, "");
}

TEST_F(DoctorTest, WhatMayStillBeThereIsNamed) {
  Ward ward(network_, plan_);
  ASSERT_FALSE(ward.open());
  const std::string name = ward.new_mailbox();
  network_.diseases = {.no_list = true};
  EXPECT_THAT(ward.close(), ElementsAre(name));
}

TEST_F(DoctorTest, WhatIsNoServerIsNotExamined) {
  network_.diseases.limit = 0;
  Ward ward(network_, plan_);
  const auto problem = ward.open();
  ASSERT_TRUE(problem);
  EXPECT_THAT(problem->text, HasSubstr("too many"));
}

}  // namespace
}  // namespace roost::doctor
