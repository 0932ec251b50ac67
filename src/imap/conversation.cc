#include "imap/conversation.h"

#include <utility>

#include "imap/capability.h"

namespace roost::imap {

namespace {

// Ends a connection that speaks something else (HTTP, a scanner) or does nothing but fail.
constexpr std::uint32_t kMaxErrorsBeforeLogin = 5;
constexpr std::uint32_t kMaxErrors = 50;

// What `command_line = 0`, no limit, comes to: memory is bounded all the same.
constexpr std::size_t kLongestLine = 16 << 20;

std::size_t line_limit(const ServerOptions& options) {
  return options.command_line > 0 ? options.command_line : kLongestLine;
}

constexpr std::string_view kShutDown = "Roost is shutting down";

}  // namespace

Conversation::Conversation(Server& server, net::Loop& loop, auth::ConnectionLimits::Slot slot)
    : push::Subscription(server.hub.feeds(loop.index())),
      server_(server),
      id_(++server.connections),
      since_(loop.deadlines().now()),
      deadline_([](void* self) { static_cast<Conversation*>(self)->on_deadline(); }, this) {
  state_.slot = std::move(slot);
}

Conversation::Work::Work(Server& server, net::Loop& loop, SessionState& state, Peer peer)
    : session(server, loop.index(), state, peer),
      reader(*this, {.line = line_limit(server.options)}) {}

Conversation::Work& Conversation::work() {
  if (work_ == nullptr) {
    const Peer peer{connection_->peer_address(), connection_->peer_is_loopback(),
                    connection_->is_tls(), connection_->is_compressed()};
    work_ = std::make_unique<Work>(server_, connection_->loop(), state_, peer);
    if (idling()) work_->reader.set_mode(CommandReader::Mode::kLine);
  }
  return *work_;
}

std::string_view Conversation::account_name() const { return state_.account.name; }

Conversation::Description Conversation::describe(net::Clock::time_point now) const {
  const bool selected = state_.state == State::kSelected;
  std::string_view doing = "waiting for a command";
  if (idling())
    doing = "idle";
  else if (row_ != nullptr)
    doing = row_->name;
  return {.id = id_,
          .account = account_name(),
          .mailbox = selected ? std::string_view(state_.selected->mailbox.name) : "",
          .doing = doing,
          .age = now - since_};
}

bool Conversation::kick() {
  if (connection_ == nullptr) return false;
  bye("", "Disconnected by the administrator");
  return true;
}

// --- what the connection says ---

void Conversation::on_open(net::Connection& connection) {
  connection_ = &connection;
  server_.metrics.connections.add(1);
  session().write().untagged(Condition::kOk, "CAPABILITY " + capabilities(session()),
                             "Roost ready");
  flush();
  arm();
  rest();
}

void Conversation::on_tls(net::Connection& connection) { session().peer.tls = connection.is_tls(); }

void Conversation::on_input(net::Connection& /*connection*/) { pump(); }

void Conversation::on_drained(net::Connection& /*connection*/) {
  if (stage_ == Stage::kDraining) {
    run_command();
    pump();
  } else if (stage_ == Stage::kWaking) {
    wake_up();
  } else if (idling() && has_news()) {
    catch_up();
  } else {
    say_others();
  }
}

void Conversation::on_shutdown(net::Connection& /*connection*/) { bye("", kShutDown); }

void Conversation::on_closed(net::Connection& /*connection*/, net::CloseReason /*reason*/) {
  set_stage(Stage::kClosing);
  deadline_.cancel();
  drop_command();
  server_.metrics.connections.add(-1);
}

void Conversation::set_stage(Stage stage) {
  server_.metrics.idling.add((stage == Stage::kIdling ? 1 : 0) - (idling() ? 1 : 0));
  stage_ = stage;
}

// --- writing ---

void Conversation::flush() {
  if (work_ == nullptr) return;
  work_->sent_a_part = work_->session.mid_response;
  if (!work_->session.out.empty()) connection_->write(std::exchange(work_->session.out, {}));
}

void Conversation::say_goodbye(std::string_view code, std::string_view text) {
  goodbye_ = std::make_unique<Farewell>(Farewell{std::string(code), std::string(text)});
}

bool Conversation::said_goodbye() {
  if (!goodbye_ && connection_->shutting_down()) say_goodbye("", kShutDown);
  if (goodbye_) bye(goodbye_->code, goodbye_->text);
  return goodbye_ != nullptr;
}

void Conversation::bye(std::string_view code, std::string_view text) {
  if (stage_ == Stage::kClosing) return;
  if (!session().mid_response) {
    session().write().untagged(Condition::kBye, code, text);
    flush();
  }
  set_stage(Stage::kClosing);
  deadline_.cancel();
  follow_mailbox(mail::MailboxId());
  follow_account(mail::AccountId());
  // In the middle of a response the client would take BYE for octets of a message.
  session().mid_response ? connection_->abort() : connection_->close();
}

void Conversation::count_error() {
  ++errors_;
  const std::uint32_t limit =
      state_.state == State::kNotAuthenticated ? kMaxErrorsBeforeLogin : kMaxErrors;
  if (errors_ >= limit) bye("", "Too many errors");
}

static_assert(sizeof(Conversation) <= 296 && sizeof(SelectedMailbox) <= 152,
              "a client that waits is to cost next to nothing");

}  // namespace roost::imap
