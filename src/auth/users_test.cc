#include "auth/users.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/first_login.h"
#include "auth/password.h"
#include "mail/special_use.h"
#include "store/memory/memory_store.h"

namespace roost::auth {
namespace {

using mail::SpecialUse;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

class UsersTest : public testing::Test {
 protected:
  std::vector<std::pair<std::string, SpecialUse>> mailboxes_of(std::string_view name) {
    std::vector<std::pair<std::string, SpecialUse>> out;
    const auto mailboxes = store_->mailboxes(store_->find_account(name)->id).value();
    for (const store::Mailbox& mailbox : mailboxes) {
      out.emplace_back(mailbox.name, mailbox.special_use);
    }
    return out;
  }
  bool password_is(std::string_view name, std::string_view password) {
    return verify_password(hash_of(store_->find_account(name).value()), password).value();
  }

  std::unique_ptr<store::Store> store_ = store::open_memory_store();
  StoreUsers users_{*store_};
};

TEST_F(UsersTest, ANewUserHasTheDefaultMailboxesAndIsSubscribedToThem) {
  ASSERT_TRUE(users_.add("wren", "egg"));
  EXPECT_THAT(
      mailboxes_of("wren"),
      UnorderedElementsAre(
          std::pair("INBOX", SpecialUse::kNone), std::pair("Drafts", SpecialUse::kDrafts),
          std::pair("Sent", SpecialUse::kSent), std::pair("Junk", SpecialUse::kJunk),
          std::pair("Trash", SpecialUse::kTrash), std::pair("Archive", SpecialUse::kArchive)));
  EXPECT_THAT(store_->subscriptions(store_->find_account("wren")->id).value(),
              UnorderedElementsAre("INBOX", "Drafts", "Sent", "Junk", "Trash", "Archive"));
  EXPECT_TRUE(password_is("wren", "egg"));
}

TEST_F(UsersTest, ANameIsTakenInAnyCase) {
  ASSERT_TRUE(users_.add("Wren", "egg"));
  const auto again = users_.add("wREN", "egg");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kAlreadyExists);
  EXPECT_THAT(users_.names().value(), ElementsAre("Wren"));
}

TEST_F(UsersTest, BadNamesAndPasswordsAreInvalidAndMakeNothing) {
  EXPECT_EQ(users_.add("", "egg").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(users_.add("two words", "egg").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(users_.add("wren", "").error().code, ErrorCode::kInvalid);
  EXPECT_EQ(users_.add("wren", std::string(kMaxPassword + 1, 'x')).error().code,
            ErrorCode::kInvalid);
  EXPECT_THAT(users_.names().value(), ElementsAre());
}

TEST_F(UsersTest, APasswordIsReplaced) {
  ASSERT_TRUE(users_.add("wren", "egg"));
  ASSERT_TRUE(users_.set_password("WREN", "feather"));
  EXPECT_TRUE(password_is("wren", "feather"));
  EXPECT_FALSE(password_is("wren", "egg"));
}

TEST_F(UsersTest, WhoIsNotThereIsNotFound) {
  EXPECT_EQ(users_.set_password("wren", "egg").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(users_.remove("wren").error().detail, "there is no user wren");
}

TEST_F(UsersTest, ARemovedUserIsGone) {
  ASSERT_TRUE(users_.add("wren", "egg"));
  ASSERT_TRUE(users_.add("rook", "egg"));
  ASSERT_TRUE(users_.remove("wren"));
  EXPECT_THAT(users_.names().value(), ElementsAre("rook"));
}

TEST_F(UsersTest, ImportsTenThousandLines) {
  std::string file;
  for (int i = 0; i < 10'000; ++i) {
    file += "user" + std::to_string(i) + "@example.org:{MD5-CRYPT}$1$plumage$" +
            "3JX3AZF409UMc8x/u1dHE/:1000:1000\n";
  }
  EXPECT_EQ(users_.import(file).value(), 10'000U);
  EXPECT_EQ(users_.names()->size(), 10'000U);
  EXPECT_TRUE(password_is("user0@example.org", "Wren & Rook"));
  EXPECT_TRUE(password_is("user9999@example.org", "Wren & Rook"));
  EXPECT_FALSE(password_is("user9999@example.org", "Wren"));
}

TEST_F(UsersTest, OneBadLineStopsAnImport) {
  EXPECT_EQ(users_.import("wren:{PLAIN}egg\nrook:{NEST}egg\n").error().code, ErrorCode::kInvalid);
  EXPECT_THAT(users_.names().value(), ElementsAre());
}

TEST_F(UsersTest, AnImportReplacesThePasswordOfAUserWhoIsThere) {
  ASSERT_TRUE(users_.add("wren", "egg"));
  EXPECT_EQ(users_.import("WREN:{PLAIN}feather\nrook:{PLAIN}egg\n").value(), 2U);
  EXPECT_THAT(users_.names().value(), UnorderedElementsAre("wren", "rook"));
  EXPECT_TRUE(password_is("wren", "feather"));
}

TEST_F(UsersTest, ANewPasswordLeavesTheFirstLoginOutstanding) {
  ASSERT_TRUE(users_.import("wren:{PLAIN}egg\n"));
  ASSERT_TRUE(users_.set_password("wren", "feather"));
  EXPECT_TRUE(first_login_outstanding(store_->find_account("wren").value()));
  EXPECT_TRUE(password_is("wren", "feather"));
}

}  // namespace
}  // namespace roost::auth
