#include "admin/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "admin/json.h"
#include "store/forwarding_store.h"
#include "store/memory/memory_store.h"

namespace roost::admin {
namespace {

using testing::HasSubstr;

// Writes down what it is asked, and answers with `answer` if that is an error.
class FakeUsers final : public auth::Users {
 public:
  Result<void> add(std::string_view name, std::string_view password) override {
    return asked("add", name, password);
  }
  Result<void> set_password(std::string_view name, std::string_view password) override {
    return asked("set_password", name, password);
  }
  Result<void> remove(std::string_view name) override { return asked("remove", name, ""); }
  Result<std::vector<std::string>> names() override {
    if (!answer) return fail(answer.error());
    return std::vector<std::string>{"rook", "wren\xff"};
  }
  Result<std::size_t> import(std::string_view passwd_file) override {
    if (auto done = asked("import", passwd_file, ""); !done) return fail(done.error());
    return 2;
  }

  Result<void> answer;
  std::string call;

 private:
  Result<void> asked(std::string_view what, std::string_view a, std::string_view b) {
    call = std::string(what) + "|" + std::string(a) + "|" + std::string(b);
    return answer;
  }
};

class FakeConnections final : public LiveConnections {
 public:
  Result<std::vector<ConnectionInfo>> list() override {
    return std::vector{ConnectionInfo{.id = 7, .user = "wren", .age = std::chrono::seconds(9)}};
  }
  Result<std::size_t> kick(const KickFilter& filter) override {
    kicked = filter;
    return 3;
  }
  KickFilter kicked;
};

class ApiTest : public testing::Test {
 protected:
  Response owner(std::string_view method, std::string_view target, std::string_view body = "") {
    return api_.handle(Visitor::kOwner, {method, target, body});
  }
  Response anyone(std::string_view method, std::string_view target) {
    return api_.handle(Visitor::kAnyone, {method, target, ""});
  }

  FakeUsers users_;
  FakeConnections connections_;
  metrics::Registry metrics_;
  class Disk final : public store::ForwardingStore {
   public:
    using ForwardingStore::ForwardingStore;
    [[nodiscard]] Result<void> writable() const override { return state; }
    Result<void> state;
  };
  std::unique_ptr<store::Store> memory_ = store::open_memory_store();
  Disk store_{*memory_};
  Api api_{store_, users_, connections_, metrics_};
};

TEST_F(ApiTest, HealthSaysWhetherTheStoreTakesChanges) {
  store_.state = fail(ErrorCode::kUnavailable, "the nest is full");
  const Response broken = anyone("GET", "/health");
  EXPECT_EQ(broken.status, 503U);
  EXPECT_THAT(broken.body, HasSubstr("the nest is full"));
}

TEST_F(ApiTest, HealthAndMetricsAreForEverybody) {
  metrics_.counter("roost_nests_total", "Nests built.").add(4);
  EXPECT_EQ(anyone("GET", "/health").status, 200U);
  EXPECT_THAT(anyone("GET", "/health?probe=1").body, HasSubstr("\"status\":\"ok\""));
  const Response metrics = anyone("GET", "/metrics");
  EXPECT_THAT(metrics.body, HasSubstr("roost_nests_total 4"));
  EXPECT_THAT(std::string(metrics.content_type), HasSubstr("text/plain"));
}

TEST_F(ApiTest, NothingElseIs) {
  for (const auto& [method, target] : {std::pair{"GET", "/users"},
                                       {"POST", "/users"},
                                       {"POST", "/users/import"},
                                       {"PUT", "/users/wren/password"},
                                       {"DELETE", "/users/wren"},
                                       {"GET", "/connections"},
                                       {"POST", "/kick"}}) {
    EXPECT_EQ(anyone(method, target).status, 404U) << target;
  }
  EXPECT_EQ(users_.call, "");
}

TEST_F(ApiTest, AddsAUser) {
  EXPECT_EQ(owner("POST", "/users", R"({"name":"wren","password":"egg"})").status, 201U);
  EXPECT_EQ(users_.call, "add|wren|egg");
}

TEST_F(ApiTest, TheNameInAPathIsDecoded) {
  EXPECT_EQ(owner("PUT", "/users/w%2Fr%40x/password", R"({"password":"egg"})").status, 204U);
  EXPECT_EQ(users_.call, "set_password|w/r@x|egg");
  EXPECT_EQ(owner("DELETE", "/users/import").status, 204U);
  EXPECT_EQ(users_.call, "remove|import|");
  users_.call.clear();
  for (const char* target : {"/users/", "/users//password", "/users/a/b", "/users/%4"}) {
    EXPECT_EQ(owner("DELETE", target).status, 404U) << target;
  }
  EXPECT_EQ(users_.call, "");
}

TEST_F(ApiTest, ListsEvenNamesThatAreNotUtf8) {
  EXPECT_EQ(owner("GET", "/users").body, "[\"rook\",\"wren\ufffd\"]");
}

TEST_F(ApiTest, ImportsTheBody) {
  EXPECT_EQ(owner("POST", "/users/import", "wren:{PLAIN}egg\n").body, R"({"imported":2})");
  EXPECT_EQ(users_.call, "import|wren:{PLAIN}egg\n|");
}

TEST_F(ApiTest, WhatIsWrongWithABodyIsSaid) {
  for (const char* body : {"", "{", "[]", "7", R"({"name":"wren"})", R"({"name":1,"password":"x"})",
                           "{\"name\":\"\xff\",\"password\":\"x\"}"}) {
    const Response response = owner("POST", "/users", body);
    EXPECT_EQ(response.status, 400U) << body;
    EXPECT_EQ(error_of(parse_json(response.body).value()).code, ErrorCode::kInvalid) << body;
  }
  EXPECT_EQ(users_.call, "");
}

TEST_F(ApiTest, AnErrorGoesThroughWithItsCodeAndWords) {
  users_.answer = fail(ErrorCode::kAlreadyExists, "there is a user wren already");
  const Response response = owner("POST", "/users", R"({"name":"wren","password":"egg"})");
  EXPECT_EQ(response.status, 409U);
  const Error error = error_of(parse_json(response.body).value());
  EXPECT_EQ(error.code, ErrorCode::kAlreadyExists);
  EXPECT_EQ(error.detail, "there is a user wren already");
}

TEST_F(ApiTest, ListsConnections) {
  const Json json = parse_json(owner("GET", "/connections").body).value();
  ASSERT_EQ(json.size(), 1U);
  EXPECT_EQ(connection_info(json[0]).value(), connections_.list()->front());
}

TEST_F(ApiTest, KicksWhomItIsToldAndNeverEverybody) {
  EXPECT_EQ(owner("POST", "/kick", R"({"user":"wren","address":"::1"})").body, R"({"kicked":3})");
  EXPECT_EQ(connections_.kicked, (KickFilter{.user = "wren", .address = "::1"}));
  EXPECT_EQ(owner("POST", "/kick", R"({"id":7})").status, 200U);
  EXPECT_EQ(connections_.kicked, (KickFilter{.id = 7}));
  for (const char* body : {"{}", "[]", "", R"({"id":"7"})", R"({"id":-7})", R"({"user":null})"}) {
    EXPECT_EQ(owner("POST", "/kick", body).status, 400U) << body;
  }
}

TEST_F(ApiTest, AnotherMethodIsNotAllowed) {
  EXPECT_EQ(anyone("POST", "/health").status, 405U);
  EXPECT_EQ(owner("GET", "/kick").status, 405U);
  EXPECT_EQ(owner("GET", "/").status, 404U);
}

}  // namespace
}  // namespace roost::admin
