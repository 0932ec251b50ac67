#include "cli/doctor/dialogue.h"

#include <algorithm>
#include <utility>

#include "imap/protocol/response_parser.h"

namespace roost::doctor {

namespace re = imap::response;
using client::Command;
using client::Duration;
using client::Problem;
using client::ProblemKind;
using client::Time;

namespace {

constexpr std::size_t kQuoted = 160;  // octets of a response that are shown

bool is_tagged(const Heard& heard, const std::string& tag) {
  const auto* status = heard.as<re::Status>();
  return status != nullptr && status->tag == tag;
}

}  // namespace

std::string Answer::words() const {
  if (!status) return "no answer";
  std::string words(imap::name_of(status->condition));
  if (!status->code.name.empty()) words += " [" + status->code.name + "]";
  return words + " " + status->text;
}

Dialogue::Dialogue(client::Outcome<std::unique_ptr<Wire>> wire, Network& network, Duration patience,
                   Irregularities& irregularities)
    : network_(&network),
      patience_(patience),
      irregularities_(&irregularities),
      reader_({.line = kLongestResponse, .literals = kLongestResponse}),
      last_heard_(network.now()) {
  if (wire) {
    wire_ = *std::move(wire);
  } else {
    problem_ = wire.error();
  }
}

void Dialogue::fail(ProblemKind kind, std::string text) {
  if (!problem_) problem_ = Problem{kind, std::move(text)};
}

std::optional<Problem> Dialogue::excuse() {
  excused_ = problem_.has_value();
  return std::exchange(problem_, std::nullopt);
}

// --- octets ---

void Dialogue::send(std::string_view octets) {
  if (problem_ || excused_) return;
  if (auto sent = wire_->send(octets, now() + patience_); !sent) problem_ = sent.error();
}

void Dialogue::secure() {
  if (problem_) return;
  // What came before and was not read is nobody's (section 6.2.1).
  input_.clear();
  taken_ = 0;
  if (auto secured = wire_->secure(now() + patience_); !secured) problem_ = secured.error();
}

// --- responses ---

std::optional<Heard> Dialogue::next(Time until) {
  while (!problem_ && !excused_) {
    std::string_view input = std::string_view(input_).substr(taken_);
    const auto event = reader_.read(input);
    taken_ = input_.size() - input.size();
    if (event == imap::ResponseReader::Event::kResponse) return heard();
    if (event == imap::ResponseReader::Event::kTooLong) {
      fail(ProblemKind::kProtocol, "the server sends a response without end");
      break;
    }
    const auto octets = wire_->receive(until);
    if (!octets) {
      problem_ = octets.error();
      if (!goodbye_.empty()) problem_->text += " (" + goodbye_ + ")";
    } else if (octets->empty()) {
      break;
    } else {
      input_.assign(*octets);
      taken_ = 0;
    }
  }
  return std::nullopt;
}

Heard Dialogue::heard() {
  const imap::Frame& frame = reader_.frame();
  Heard heard{.at = now(),
              .text = frame.octets.substr(0, kQuoted),
              .response = imap::parse_response(frame)};
  reader_.next();
  last_heard_ = heard.at;
  follow(heard);
  return heard;
}

void Dialogue::irregular(const Heard& heard, std::string_view why) {
  if (irregularities_->size() == kMostIrregularities) return;
  irregularities_->push_back("\"" + heard.text + "\": " + std::string(why));
}

void Dialogue::follow(const Heard& heard) {
  if (const auto* malformed = heard.as<re::Malformed>()) {
    irregular(heard, malformed->error);
  } else if (const auto* exists = heard.as<re::Exists>()) {
    if (exists->count < messages_) irregular(heard, "there were more, and none was expunged");
    messages_ = exists->count;
  } else if (const auto* expunge = heard.as<re::Expunge>()) {
    if (expunge->seq.value > messages_) {
      irregular(heard, "there are " + std::to_string(messages_) + " messages");
    } else {
      --messages_;
    }
  } else if (const auto* vanished = heard.as<re::Vanished>(); vanished && !vanished->earlier) {
    messages_ -=
        static_cast<std::uint32_t>(std::min<std::uint64_t>(messages_, vanished->uids.count()));
  } else if (const auto* fetch = heard.as<re::Fetch>()) {
    if (fetch->seq.value > messages_) {
      irregular(heard, "there are " + std::to_string(messages_) + " messages");
    }
  } else if (const auto* status = heard.as<re::Status>()) {
    if (status->condition == imap::Condition::kBye) goodbye_ = heard.text;
    if (status->code.name == "CLOSED") messages_ = 0;
  }
}

bool Dialogue::listen(Time until, const std::function<bool(const Heard&)>& enough) {
  for (std::size_t count = 0; count < kMostResponses; ++count) {
    const auto heard = next(until);
    if (!heard) return false;
    if (enough(*heard)) return true;
    if (now() >= until) return false;
  }
  fail(ProblemKind::kProtocol,
       "the server floods: " + std::to_string(kMostResponses) + " responses in one go, and no end");
  return false;
}

bool Dialogue::listen(Duration time, const std::function<bool(const Heard&)>& enough) {
  return listen(now() + time, enough);
}

void Dialogue::pause(Duration time) {
  listen(time, [](const Heard&) { return false; });
}

bool Dialogue::until_messages(std::uint32_t count, Duration time) {
  if (messages_ >= count) return true;
  return listen(time, [&](const Heard&) { return messages_ >= count; });
}

// --- commands ---

std::string Dialogue::begin(std::string_view command) {
  std::string tag = "d" + std::to_string(++tags_);
  if (command.starts_with("SELECT ") || command.starts_with("EXAMINE ")) messages_ = 0;
  send_line(tag + " " + std::string(command));
  return tag;
}

Answer Dialogue::answer(const std::string& tag) {
  Answer answer;
  const bool answered = listen(patience_, [&](const Heard& heard) {
    if (is_tagged(heard, tag)) {
      answer.status = *heard.as<re::Status>();
      return true;
    }
    answer.untagged.push_back(heard);
    return false;
  });
  if (!answered && !excused_) {
    fail(ProblemKind::kSilent,
         "no answer within " + std::to_string(patience_.count() / 1000) + " s");
  }
  return answer;
}

Answer Dialogue::command(std::string_view command) { return answer(begin(command)); }

Opening Dialogue::opening(const std::string& tag) {
  Opening opening;
  listen(patience_, [&](const Heard& heard) {
    if (is_tagged(heard, tag)) opening.answer.status = *heard.as<re::Status>();
    if (heard.as<re::Continuation>() != nullptr) opening.plus = heard.text;
    return opening.answer.status || !opening.plus.empty();
  });
  return opening;
}

Answer Dialogue::command(const Command& command) {
  const auto& pieces = command.pieces();
  const std::string tag = begin(pieces.front().view());
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    if (Opening opening = this->opening(tag); opening.answer.status) return opening.answer;
    send_line(pieces[i].view());
  }
  return answer(tag);
}

Answer Dialogue::must(const Command& command) {
  Answer answer = this->command(command);
  if (answer.status && !answer.ok()) {
    const std::string& text = command.pieces().front().string();
    fail(ProblemKind::kProtocol, text.substr(0, text.find(' ')) + " is refused: " + answer.words());
  }
  return answer;
}

Opening Dialogue::open(std::string_view command) {
  open_tag_ = begin(command);
  return opening(open_tag_);
}

void Dialogue::idle() {
  const Opening opening = open("IDLE");
  if (opening.answer.status) {
    fail(ProblemKind::kProtocol, "IDLE is refused: " + opening.answer.words());
  } else if (opening.plus.empty() && !excused_) {
    fail(ProblemKind::kSilent, "IDLE is not answered by \"+\"");
  }
}

Answer Dialogue::done() {
  send("DONE\r\n");
  return answer(open_tag_);
}

bool Dialogue::works() {
  const bool answered = command("NOOP").ok();
  if (!answered) excuse();
  return answered;
}

}  // namespace roost::doctor
