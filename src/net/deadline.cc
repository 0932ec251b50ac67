// The calendar of due instants and the timer that follows it. What a reader would get wrong: the
// timer is not moved when its instant is emptied by a cancel. It wakes for nothing, once, and then
// passes over all instants that have been emptied meanwhile.
#include "net/deadline.h"

#include <algorithm>

#include "base/check.h"

namespace roost::net {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestTick{1000};  // the lateness that Deadlines::arm permits
constexpr int kTicksPerDelay = 16;          // a short delay is late by this part of itself at most
constexpr std::uint64_t kPhases = 256;      // the keys of one interval spread over so many instants

Clock::time_point round_up(Clock::time_point time, Clock::duration tick) {
  const auto past = time.time_since_epoch() % tick;
  return past == Clock::duration::zero() ? time : time + (tick - past);
}

// Spreads keys that differ in few bits, such as addresses (the finalizer of splitmix64).
std::uint64_t mix(std::uint64_t key) {
  key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9U;
  key = (key ^ (key >> 27)) * 0x94d049bb133111ebU;
  return key ^ (key >> 31);
}

}  // namespace

void Calendar::arm(Deadline& deadline, Clock::time_point now, milliseconds after) {
  ROOST_CHECK(after > milliseconds::zero());
  const auto tick = std::clamp(after / kTicksPerDelay, milliseconds{1}, kLongestTick);
  insert(deadline, round_up(now + after, tick));
}

// The instants of a key are the multiples of the interval, moved by the key's phase. One that is
// nearer than half the interval is too soon, and the next might be too late for a NAT; so the first
// may come half an interval after such a multiple. Armed again at that instant, the deadline joins
// the multiples: half an interval, less the lateness of a call, is not too soon then.
void Calendar::arm_aligned(Deadline& deadline, Clock::time_point now, milliseconds interval,
                           std::uint64_t key) {
  ROOST_CHECK(interval > milliseconds::zero());
  const Clock::duration whole = interval;
  const auto half = whole / 2;
  const auto lateness = std::min<Clock::duration>(kLongestTick, whole / kTicksPerDelay);
  const auto phase = whole / kPhases * (mix(key) % kPhases);
  const auto past = (now.time_since_epoch() + whole - phase) % whole;
  const auto until_next = whole - past;
  insert(deadline, now + until_next + (until_next < half - lateness ? half : Clock::duration{}));
}

void Calendar::insert(Deadline& deadline, Clock::time_point due) {
  deadline.cancel();
  instants_[due].push_back(deadline);
}

void Calendar::run_due(Clock::time_point now) {
  while (!instants_.empty() && instants_.begin()->first <= now) {
    List due;
    due.swap(instants_.begin()->second);
    instants_.erase(instants_.begin());
    while (!due.empty()) {
      Deadline& deadline = due.front();
      due.pop_front();
      deadline.callback_(deadline.owner_);
    }
  }
}

std::optional<Clock::time_point> Calendar::next() {
  while (!instants_.empty() && instants_.begin()->second.empty()) {
    instants_.erase(instants_.begin());
  }
  if (instants_.empty()) return std::nullopt;
  return instants_.begin()->first;
}

void Deadlines::arm(Deadline& deadline, milliseconds after) {
  calendar_.arm(deadline, now(), after);
  wait();
}

void Deadlines::arm_aligned(Deadline& deadline, milliseconds interval, std::uint64_t key) {
  calendar_.arm_aligned(deadline, now(), interval, key);
  wait();
}

void Deadlines::skip(milliseconds time) {
  skipped_ += time;
  calendar_.run_due(now());
  wait();
}

void Deadlines::wait() {
  const auto next = calendar_.next();
  if (!next || (waits_for_ && *waits_for_ <= *next)) return;
  waits_for_ = next;
  timer_.expires_at(*next - skipped_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;  // moved to an earlier instant, or the loop is gone
    waits_for_.reset();
    calendar_.run_due(now());
    wait();
  });
}

}  // namespace roost::net
