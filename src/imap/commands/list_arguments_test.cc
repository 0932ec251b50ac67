#include "imap/commands/list_arguments.h"

#include <gtest/gtest.h>

#include <optional>

namespace roost::imap {
namespace {

std::optional<ListArguments> read(std::string octets) {
  Frame frame;
  frame.octets = std::move(octets);
  Parser parser(frame);
  ListArguments arguments = list_arguments(parser);
  parser.end();
  if (!parser.ok()) return std::nullopt;
  return arguments;
}

TEST(ListArguments, TheBasicForm) {
  const auto basic = read("foo/ b%");
  ASSERT_TRUE(basic);
  EXPECT_FALSE(basic->extended);
  EXPECT_EQ(basic->reference, "foo/");
  EXPECT_EQ(basic->patterns, std::vector<std::string>{"b%"});
  EXPECT_TRUE(read("\"\" * "));  // blanks at the end are forgiven
}

TEST(ListArguments, AnyOfThreeSignsExtends) {
  EXPECT_TRUE(read("() \"\" %")->extended);
  EXPECT_TRUE(read("\"\" (%)")->extended);
  EXPECT_TRUE(read("\"\" % RETURN ()")->extended);
}

TEST(ListArguments, SelectionOptions) {
  const auto all = read("(special-use REMOTE RecursiveMatch SUBSCRIBED) \"\" *");
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->select.subscribed && all->select.special_use && all->select.recursive_match);
  const auto none = read("(REMOTE REMOTE) \"\" *");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->select.subscribed || none->select.special_use || none->select.recursive_match);
  for (const std::string options :
       {"(RECURSIVEMATCH)", "(REMOTE RECURSIVEMATCH)", "( )", "(SUBSCRIBED", "(SUBSCRIBED,REMOTE)",
        "(SUBSCRIBEDX)", "(CHILDREN)", "(SUBSCRIBED  REMOTE)"}) {
    EXPECT_FALSE(read(options + " \"\" *")) << options;
  }
}

TEST(ListArguments, Patterns) {
  EXPECT_EQ(read("\"\" (INBOX \"\" \"Sent/%\" {1}\r\na)")->patterns,
            (std::vector<std::string>{"INBOX", "", "Sent/%", "a"}));
  EXPECT_FALSE(read("\"\" ()"));
  EXPECT_FALSE(read("\"\" (a (b))"));
}

TEST(ListArguments, ReturnOptions) {
  const auto all =
      read("\"\" * RETURN (CHILDREN subscribed STATUS (MESSAGES UNSEEN messages) SPECIAL-USE)");
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->returned.subscribed);
  EXPECT_EQ(all->returned.status.size(), 2u);
  EXPECT_TRUE(read("\"\" * RETURN ()")->returned.status.empty());
  for (const std::string options :
       {"RETURN", "RETURN (", "RETURN (STATUS)", "RETURN (STATUS ())", "RETURN (STATUS (NONE))",
        "RETURN (RECURSIVEMATCH)", "RETURN () RETURN ()", "()"}) {
    EXPECT_FALSE(read("\"\" * " + options)) << options;
  }
}

}  // namespace
}  // namespace roost::imap
