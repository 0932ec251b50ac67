#include "client/reconnect.h"

namespace roost::client {

// A token that came fresh from its command and is refused is as wrong as a password. An older one
// is not: the next connection has a new one.
Reconnect::Verdict Reconnect::failed(const Problem& problem, std::optional<Duration> secret_age,
                                     Time now) {
  constexpr Duration kFresh = std::chrono::seconds(10);
  if (!since_) since_ = now;
  const Duration of_use = of_use_since_ ? now - *of_use_since_ : Duration();
  of_use_since_.reset();
  if (of_use >= kOfUse) transient_.at_most(of_use);
  if (problem.kind == ProblemKind::kCredentials && secret_age && *secret_age > kFresh &&
      !refreshed_) {
    refreshed_ = true;
    waits_for_user_ = false;
    return {};
  }
  Verdict verdict;
  const bool user = needs_user(problem.kind);
  waits_for_user_ = user;
  verdict.wait = user ? needs_user_.next() : transient_.next();
  if (!said_ && (user || before_ + (now - *since_) >= kSayAfter)) {
    said_ = true;
    verdict.say = problem.text;
  }
  return verdict;
}

void Reconnect::caught_up(Time now) {
  if (since_) before_ += now - *since_;
  since_.reset();
  if (!of_use_since_) of_use_since_ = now;
}

void Reconnect::succeeded() {
  transient_.reset();
  needs_user_.reset();
  since_.reset();
  before_ = {};
  said_ = false;
  refreshed_ = false;
}

}  // namespace roost::client
