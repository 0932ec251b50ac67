// Dialogue: one IMAP connection as a person would have it: octets go out as they are, responses
// come in one by one, and every wait has an end. It keeps the client's view of the selected
// mailbox, as far as it is a number.
//
// Errors are sticky, as the Parser's: after a problem nothing is sent or heard any more, and who
// has asked for many things asks once for problem(). What a server sends is never kept whole: so
// many responses in one wait, and so many octets in one response, then it is a flood.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/doctor/wire.h"
#include "client/command.h"
#include "client/problem.h"
#include "imap/protocol/response.h"
#include "imap/protocol/response_reader.h"

namespace roost::doctor {

struct Heard {
  client::Time at;
  std::string text;  // as it came, its beginning
  imap::Response response;

  template <typename Kind>
  [[nodiscard]] const Kind* as() const {
    return std::get_if<Kind>(&response);
  }
};

struct Answer {
  std::vector<Heard> untagged;
  std::optional<imap::response::Status> status;  // nothing: none came

  [[nodiscard]] bool is(imap::Condition condition) const {
    return status && status->condition == condition;
  }
  [[nodiscard]] bool ok() const { return is(imap::Condition::kOk); }
  // "NO [LIMIT] too many", "no answer".
  [[nodiscard]] std::string words() const;
};

// What comes first of an answer that may be a continuation.
struct Opening {
  std::string plus;  // as it came; empty: there was none
  Answer answer;     // the tagged response instead
};

// What no server may say, by whichever dialogue it was heard: a few of them.
using Irregularities = std::vector<std::string>;

class Dialogue {
 public:
  static constexpr std::size_t kMostResponses = 10'000;  // in one wait
  static constexpr std::size_t kLongestResponse = 256 * 1024;
  static constexpr std::size_t kMostIrregularities = 5;

  // patience: how long an answer is waited for. All outlive the dialogue.
  Dialogue(client::Outcome<std::unique_ptr<Wire>> wire, Network& network, client::Duration patience,
           Irregularities& irregularities);

  // Octets as they are.
  void send(std::string_view octets);
  void send_line(std::string_view line) { send(std::string(line) + "\r\n"); }
  // Hears responses until one is enough. False: none was, in time, or there is a problem.
  bool listen(client::Time until, const std::function<bool(const Heard&)>& enough);
  bool listen(client::Duration time, const std::function<bool(const Heard&)>& enough);
  void pause(client::Duration time);  // hears what comes meanwhile

  // Sends it under a tag of its own, which is returned.
  std::string begin(std::string_view command);
  // Waits for the tagged response; that there is none is a problem.
  Answer answer(const std::string& tag);
  Answer command(std::string_view command);
  Answer command(const client::Command& command);
  // To be used where an answer other than OK is a problem, too.
  Answer must(const client::Command& command);

  // Sends what asks for a continuation, and waits for that or for the tagged response.
  Opening open(std::string_view command);
  [[nodiscard]] const std::string& open_tag() const { return open_tag_; }
  // IDLE; that it is refused is a problem.
  void idle();
  Answer done();  // … and DONE

  // How many messages the selected mailbox has, as the client was told.
  [[nodiscard]] std::uint32_t messages() const { return messages_; }
  // Until it has been told of so many, by EXISTS.
  bool until_messages(std::uint32_t count, client::Duration time);
  [[nodiscard]] client::Time last_heard() const { return last_heard_; }

  [[nodiscard]] const std::optional<client::Problem>& problem() const { return problem_; }
  // A problem that was to be expected is none.
  std::optional<client::Problem> excuse();
  [[nodiscard]] bool works();  // answers NOOP with OK; a problem is excused

  void secure();
  [[nodiscard]] std::string protection() const { return wire_ ? wire_->protection() : ""; }
  [[nodiscard]] client::Time now() const { return network_->now(); }
  void fail(client::ProblemKind kind, std::string text);

 private:
  Opening opening(const std::string& tag);
  [[nodiscard]] std::optional<Heard> next(client::Time until);
  [[nodiscard]] Heard heard();
  void follow(const Heard& heard);
  void irregular(const Heard& heard, std::string_view why);

  Network* network_;
  std::unique_ptr<Wire> wire_;
  client::Duration patience_;
  Irregularities* irregularities_;
  imap::ResponseReader reader_;
  std::string input_;  // not read yet
  std::size_t taken_ = 0;
  std::optional<client::Problem> problem_;
  bool excused_ = false;
  std::string goodbye_;
  std::string open_tag_;
  std::uint32_t tags_ = 0;
  std::uint32_t messages_ = 0;
  client::Time last_heard_;
};

}  // namespace roost::doctor
