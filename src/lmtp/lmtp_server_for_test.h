// A server without sockets for the tests of this folder: a memory store with some accounts, and
// what a test asks of both.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lmtp/session.h"
#include "store/forwarding_store.h"
#include "store/memory/memory_store.h"

namespace roost::lmtp {

// A store in which a test makes deliveries fail. Thread: any; set before the delivery.
class FaultyStore final : public store::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  Result<store::Committed> commit(const store::Batch& batch) override {
    ++commits;
    if (batch.mailbox == fails && commit_error) return fail(*commit_error);
    return ForwardingStore::commit(batch);
  }
  std::unique_ptr<store::BlobWriter> new_blob() override {
    auto blob = ForwardingStore::new_blob();
    if (!append_error) return blob;
    class Full final : public store::BlobWriter {
     public:
      explicit Full(Error error) : error_(std::move(error)) {}
      Result<void> append(std::string_view /*octets*/) override { return fail(error_); }
      Result<store::BlobRef> finish() override { return fail(error_); }

     private:
      Error error_;
    };
    return std::make_unique<Full>(*append_error);
  }

  [[nodiscard]] Result<void> writable() const override { return state; }

  Result<void> state;
  mail::MailboxId fails;
  std::optional<Error> commit_error;
  std::optional<Error> append_error;
  std::atomic<int> commits = 0;
};

class LmtpServerForTest {
 public:
  LmtpServerForTest() {
    for (const char* name : {"alice", "bob", "carol@example.org"}) add_account(name);
  }

  void add_account(std::string_view name) { ASSERT_TRUE(memory->create_account(name, "")); }
  mail::MailboxId mailbox(std::string_view account, std::string_view name = "INBOX") {
    return memory->find_mailbox(memory->find_account(account)->id, name)->id;
  }
  void add_mailbox(std::string_view account, std::string_view name) {
    ASSERT_TRUE(
        memory->create_mailbox(memory->find_account(account)->id, name, mail::SpecialUse::kNone));
  }

  // The digests of all messages, by UID.
  std::vector<mail::Digest> digests(mail::MailboxId mailbox) {
    std::vector<mail::Digest> result;
    const mail::ViewPtr view = *memory->view(mailbox);
    view->for_each([&](mail::SeqNum, const mail::MessageEntry& entry) {
      result.push_back(*memory->digest(mailbox, entry.uid));
      return true;
    });
    return result;
  }
  // The octets of all messages, by UID.
  std::vector<std::string> messages(std::string_view account, std::string_view name = "INBOX") {
    std::vector<std::string> result;
    for (const mail::Digest& digest : digests(mailbox(account, name))) {
      result.push_back(*memory->read_blob(digest.blob, 0, digest.size));
    }
    return result;
  }

  std::unique_ptr<store::Store> memory = store::open_memory_store();
  FaultyStore store{*memory};
  net::Workers workers{2};
  ManualClock clock{1'700'000'000};
  metrics::Registry registry;
  LmtpContext context{.store = store,
                      .workers = workers,
                      .clock = clock,
                      .metrics = LmtpMetrics(registry),
                      .hostname = "roost.example.org",
                      .append_size = 1'000'000,
                      .zone_minutes = [](std::int64_t) { return std::int16_t{0}; },
                      .messages = 0};
};

// A client of a session: what it sends, and what comes back.
class Conversation {
 public:
  explicit Conversation(LmtpServerForTest& server) : session_(server.context, "192.0.2.1") {}

  // The replies to octets.
  std::string send(std::string_view octets) {
    std::string replies;
    session_.receive(octets, replies);
    return replies;
  }
  // The replies without their texts: "250 2.1.0|250 2.1.5|354".
  std::string codes(std::string_view octets) {
    std::string result;
    const std::string replies = send(octets);
    for (std::string_view rest = replies; !rest.empty();) {
      const std::string_view line = rest.substr(0, rest.find("\r\n"));
      rest.remove_prefix(line.size() + 2);
      if (!result.empty()) result += '|';
      const bool has_status = line.size() > 5 && line[5] == '.';
      result += line.substr(0, has_status ? line.find(' ', 4) : 3);
    }
    return result;
  }
  // LHLO, MAIL and one RCPT for each.
  void begin(const std::vector<std::string>& recipients, std::string_view parameters = "") {
    EXPECT_TRUE(send("LHLO mx.example.org\r\n").starts_with("250-"));
    EXPECT_EQ(codes("MAIL FROM:<sender@example.com>" + std::string(parameters) + "\r\n"),
              "250 2.1.0");
    for (const std::string& recipient : recipients) {
      EXPECT_EQ(codes("RCPT TO:<" + recipient + ">\r\n"), "250 2.1.5");
    }
  }

  Session& session() { return session_; }

 private:
  Session session_;
};

}  // namespace roost::lmtp
