#include "net/compression.h"

#include <algorithm>
#include <array>
#include <utility>

namespace roost::net {

namespace {

void remember(std::string& history, std::string_view octets) {
  if (octets.size() > Compression::kHistory) {
    octets.remove_prefix(octets.size() - Compression::kHistory);
  }
  history += octets;
  if (history.size() > Compression::kHistory) {
    history.erase(0, history.size() - Compression::kHistory);
  }
}

}  // namespace

Compression::Compression(std::string deflated) {
  if (!deflated.empty()) work().received = std::move(deflated);
}

Compression::Work& Compression::work() {
  if (work_ == nullptr) work_ = std::make_unique<Work>();
  return *work_;
}

// --- output ---

std::size_t Compression::written_size() const {
  return work_ == nullptr ? 0 : work_->written.size();
}

void Compression::deflate(LoopZlib& zlib, OutputQueue& out) {
  if (written_size() > 0) deflate(zlib, out, kBatch, Deflater::End::kFlush);
}

void Compression::deflate(LoopZlib& zlib, OutputQueue& out, std::size_t most, Deflater::End end) {
  OutputQueue& written = work().written;
  std::string& history = work().history;
  Deflater& deflater = zlib.deflater();
  std::string deflated;
  deflater.start(history);
  while (most > 0 && !written.empty()) {
    std::array<iovec, 1> first;
    (void)written.describe(first);
    const std::string_view clear(static_cast<const char*>(first[0].iov_base),
                                 std::min(first[0].iov_len, most));
    deflater.add(clear, deflated);
    if (!rests_) remember(history, clear);
    most -= clear.size();
    written.consume(clear.size());
  }
  deflater.finish(end, deflated);
  out.append(std::move(deflated));
}

// --- input ---

std::string_view Compression::left() const {
  return work_ == nullptr ? std::string_view()
                          : std::string_view(work_->received).substr(work_->inflated);
}

bool Compression::needs_octets() const {
  return work_ == nullptr || (left().empty() && !work_->may_have_more);
}

Progress Compression::inflate(std::string_view received, std::span<char> room, LoopZlib& zlib) {
  std::string_view deflated = left().empty() ? received : left();
  Progress progress;
  do {
    progress = step(deflated, room, zlib);
  } while (progress.octets == 0 && progress.end == StreamEnd::kNone && !deflated.empty());
  if (progress.octets > 0) rests_ = false;
  keep(deflated);
  return progress;
}

Progress Compression::step(std::string_view& deflated, std::span<char> room, LoopZlib& zlib) {
  Work& now = work();
  if (!deflates_ && inflates_ && at_end(deflated)) {
    inflates_ = now.may_have_more = false;
    now.inflater.reset();
  }
  if (!inflates_) {
    const std::size_t octets = deflated.copy(room.data(), room.size());
    deflated.remove_prefix(octets);
    return {.octets = octets};
  }
  if (now.inflater == nullptr) {
    now.inflater = zlib.take_inflater();
    now.inflater->start(std::exchange(window_, {}));
  }
  const Inflater::Step step = now.inflater->step(deflated, room);
  deflated.remove_prefix(step.taken);
  // What is right is passed on before what is not; the inflater repeats itself then. Of a block
  // that ended there is no more, and after a step without octets zlib would not say that it had.
  now.may_have_more = (step.made == room.size() && !now.inflater->between_blocks()) ||
                      (step.broken && step.made > 0);
  if (step.made > 0) return {.octets = step.made};
  if (step.broken) return {.end = StreamEnd::kDeflate};
  if (deflates_ && now.inflater->ended()) return {.end = StreamEnd::kEnded};
  return {};
}

// A flush and an end are empty blocks. One that begins at an octet begins with 0 to 3, and no
// command does.
bool Compression::at_end(std::string_view deflated) const {
  constexpr unsigned char kLastOfEmptyBlocks = 3;
  if (work_->inflater != nullptr && work_->inflater->ended()) return true;
  return (work_->inflater == nullptr || work_->inflater->between_blocks()) && !deflated.empty() &&
         static_cast<unsigned char>(deflated.front()) > kLastOfEmptyBlocks;
}

void Compression::keep(std::string_view deflated) {
  Work& now = *work_;
  if (deflated.empty()) {
    std::string().swap(now.received);
    now.inflated = 0;
  } else if (left().empty()) {
    now.received = deflated;
    now.inflated = 0;
  } else {
    now.inflated = now.received.size() - deflated.size();
  }
}

// --- the end ---

void Compression::end(LoopZlib& zlib, OutputQueue& out) {
  deflate(zlib, out, written_size(), Deflater::End::kLast);
  std::string().swap(work_->history);
  deflates_ = false;
}

bool Compression::over() const { return !inflates_ && left().empty(); }

// --- waiting ---

void Compression::rest() {
  rests_ = true;
  if (work_ != nullptr) std::string().swap(work_->history);
}

void Compression::stow(LoopZlib& zlib) {
  if (work_ == nullptr || !needs_octets()) return;
  if (work_->inflater != nullptr && work_->inflater->between_blocks()) {
    window_ = work_->inflater->window();
    zlib.give_back(std::move(work_->inflater));
  }
  if (work_->inflater == nullptr && work_->written.empty() && work_->history.empty()) work_.reset();
}

static_assert(sizeof(Compression) <= 48, "a compressed connection waits, too");

}  // namespace roost::net
