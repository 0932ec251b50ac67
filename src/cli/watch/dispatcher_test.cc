#include "cli/watch/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace roost::cli {
namespace {

using testing::UnorderedElementsAre;

// Ends as it is told for the mailbox.
class Scripted final : public Action {
 public:
  Scripted(boost::asio::io_context& context, const std::map<std::string, std::string>& failures)
      : context_(context), failures_(failures) {}
  void start(const Batch& batch, std::function<void(Result<void>)> done) override {
    const auto failure = failures_.find(batch.mailbox);
    Result<void> result;
    if (failure != failures_.end()) result = fail(ErrorCode::kUnavailable, failure->second);
    boost::asio::post(context_, [done = std::move(done), result] { done(result); });
  }

 private:
  boost::asio::io_context& context_;
  const std::map<std::string, std::string>& failures_;
};

class DispatcherTest : public ::testing::Test {
 protected:
  void add(const std::string& mailbox) {
    dispatcher_.add({.user = "wren", .host = "h"}, {{.mailbox = mailbox}});
    context_.poll();
  }
  void try_again() {
    dispatcher_.drain();
    context_.restart();
    context_.poll();
  }

  boost::asio::io_context context_;
  std::map<std::string, std::string> failures_;  // by mailbox
  std::vector<std::string> said_;
  Dispatcher dispatcher_{context_, client::Duration(0),
                         std::make_unique<Scripted>(context_, failures_),
                         [this](const std::string& text) { said_.push_back(text); }};
};

TEST_F(DispatcherTest, AFailureIsSaidOnceOfEachMailbox) {
  failures_ = {{"one", "sh: exit code 1"}, {"other", "sh: exit code 2"}};
  add("one");
  add("other");
  const std::vector<std::string> each = {"wren@h/one: sh: exit code 1",
                                         "wren@h/other: sh: exit code 2"};
  EXPECT_EQ(said_, each);
  add("third");
  try_again();
  EXPECT_EQ(dispatcher_.lost(), 2U);
  EXPECT_EQ(said_, each);
}

TEST_F(DispatcherTest, SoIsItsEnd) {
  failures_ = {{"one", "sh: exit code 1"}, {"other", "sh: exit code 2"}};
  add("one");
  add("other");
  failures_ = {{"other", "sh: exit code 3"}};
  said_.clear();
  try_again();
  EXPECT_THAT(said_, UnorderedElementsAre("wren@h/one: is dealt with again, after sh: exit code 1",
                                          "wren@h/other: sh: exit code 3"));
}

}  // namespace
}  // namespace roost::cli
