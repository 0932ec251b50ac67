#include "client/state_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "base/temporary_directory.h"

namespace roost::client {
namespace {

ToldByMailbox example() {
  Told inbox{.uid_validity = mail::UidValidity(3857529045),
             .uid_next = mail::Uid(550),
             .modseq = mail::ModSeq(90060115205545359)};
  inbox.add(mail::Uid(1), {"\\Seen", "work stuff"});
  inbox.add(mail::Uid(2), {"\\Seen"});
  inbox.add(mail::Uid(4294967295), {});
  return {{"INBOX", inbox}, {"Büro/a b", Told{.uid_validity = mail::UidValidity(1)}}};
}

TEST(StateFile, IsReadAsItWasWritten) {
  EXPECT_EQ(encode_state(example()),
            "roost-watch 1\n"
            "mailbox B%C3%BCro%2Fa%20b 1 0 0\n"
            "uids \n"
            "mailbox INBOX 3857529045 550 90060115205545359\n"
            "uids 1:2,4294967295\n"
            "flag %5CSeen 1:2\n"
            "flag work%20stuff 1\n"
            "end\n");
  const auto read = decode_state(encode_state(example()));
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(*read, example());
}

TEST(StateFile, WhatNothingIsToldOfIsLeftOut) {
  EXPECT_EQ(encode_state({{"INBOX", Told()}}), "roost-watch 1\nend\n");
}

TEST(StateFile, ADamagedOneIsNotBelieved) {
  const std::string whole = encode_state(example());
  for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
    EXPECT_FALSE(decode_state(std::string_view(whole).substr(0, size)).has_value()) << size;
  }
  for (const char* text :
       {"roost-watch 2\nend\n", "roost-watch 1\nuids 1\nend\n",
        "roost-watch 1\nmailbox a 1 2\nend\n", "roost-watch 1\nmailbox a 1 2 3\nuids 0\nend\n",
        "roost-watch 1\nmailbox a 1 2 3\nuids 5:4\nend\n",
        "roost-watch 1\nmailbox a 1 2 3\nuids 1\nuids 2\nend\n",
        "roost-watch 1\nmailbox a 1 2 3\nmailbox a 1 2 3\nend\n",
        "roost-watch 1\nmailbox a 4294967296 2 3\nend\n",
        "roost-watch 1\nmailbox a 1 2 3\nflag x \nend\n", "roost-watch 1\nmailbox a%2 1 2 3\nend\n",
        "roost-watch 1\nend\nend\n"}) {
    EXPECT_EQ(decode_state(text).error().code, ErrorCode::kCorruption) << text;
  }
}

TEST(StateFile, IsOneProcessesAtATime) {
  const TemporaryDirectory directory;
  const std::string path = directory / "state";
  {
    const auto first = lock_state(path);
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(lock_state(path).error().code, ErrorCode::kUnavailable);
  }
  EXPECT_TRUE(lock_state(path).has_value());
  EXPECT_EQ(lock_state("/nowhere/at/all").error().code, ErrorCode::kUnavailable);
}

TEST(StateFile, IsReplacedAndReadableByItsOwnerOnly) {
  const TemporaryDirectory directory;
  const std::string path = directory / "state";
  EXPECT_EQ(load_state(path).value(), ToldByMailbox());
  ASSERT_TRUE(save_state(path, {}).has_value());
  ASSERT_TRUE(save_state(path, example()).has_value());
  EXPECT_EQ(load_state(path).value(), example());
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::ofstream(path) << "no";
  EXPECT_EQ(load_state(path).error().code, ErrorCode::kCorruption);
  EXPECT_EQ(load_state(directory.path()).error().code, ErrorCode::kUnavailable);  // a folder
  EXPECT_EQ(save_state("/nowhere/at/all", {}).error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace roost::client
