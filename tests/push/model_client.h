// A client that does what a random source tells it to, and keeps the list of messages that the
// server's responses describe, and nothing else: what the list lacks at rest, the server has not
// told. What the protocol forbids is reported in errors().
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace roost::push_model {

using Random = std::mt19937_64;

[[nodiscard]] inline std::size_t below(Random& random, std::size_t bound) {
  return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
}

inline constexpr std::string_view kAccount = "alice";
inline constexpr std::string_view kPassword = "secret";
inline constexpr std::string_view kMailboxes[] = {"INBOX", "work"};

class ModelClient {
 public:
  using FlagSet = std::set<std::string, std::less<>>;  // without \Recent
  struct Message {
    std::optional<std::uint32_t> uid;  // as far as it has been told
    std::optional<FlagSet> flags;
  };

  // --- what it does ---
  // Neither a command nor IDLE is under way: choose() may be called.
  [[nodiscard]] bool free() const { return phase_ == Phase::kFree; }
  [[nodiscard]] bool idling() const { return phase_ == Phase::kIdling; }
  // Begins something at random; from IDLE, that is DONE.
  void choose(Random& random);
  // Requires: free() or idling().
  void begin_noop();
  void begin_fetch_all();
  void begin_done();

  // --- the connection ---
  [[nodiscard]] const std::string& to_send() const { return to_send_; }
  void sent(std::size_t octets) { to_send_.erase(0, octets); }
  void hear(std::string_view octets);

  // --- what it knows ---
  [[nodiscard]] bool selected() const { return selected_; }
  [[nodiscard]] std::string_view mailbox() const { return mailbox_; }
  [[nodiscard]] const std::vector<Message>& messages() const { return messages_; }
  [[nodiscard]] const std::vector<std::string>& errors() const { return errors_; }
  [[nodiscard]] const std::string& transcript() const { return transcript_; }

 private:
  enum class Phase : std::uint8_t { kGreeting, kFree, kCommand, kIdleSent, kIdling, kDoneSent };

  void begin(const std::string& command);
  void choose_in_mailbox(Random& random);
  void select(Random& random);
  void store(Random& random);
  void append(Random& random);
  void hear_line(const std::string& line);
  void hear_message(std::uint32_t number, std::string_view what, const std::string& line);
  void learn(Message& message, std::string_view line);
  void error(std::string_view what, const std::string& line);

  Phase phase_ = Phase::kGreeting;
  bool logged_in_ = false;
  bool selected_ = false;
  bool read_only_ = false;
  std::string mailbox_;
  std::vector<Message> messages_;

  std::uint32_t commands_ = 0;
  std::string tag_;
  std::string command_;
  bool numbers_stand_ = false;  // the command speaks of messages by number
  std::string to_send_;
  std::string heard_;
  std::vector<std::string> errors_;
  std::string transcript_;
};

}  // namespace roost::push_model
