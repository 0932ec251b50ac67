// A message while it arrives: see the header.
#include "lmtp/incoming_message.h"

#include <utility>

namespace roost::lmtp {

IncomingMessage::IncomingMessage(store::Store& store, Options options)
    : options_(std::move(options)), writer_(std::in_place, store) {}

void IncomingMessage::append(std::string_view octets) {
  if (failure_) return;
  if (options_.limit != 0 && octets.size() > options_.limit - received_) {
    give_up({ErrorCode::kTooBig, "message is over append_size"});
    return;
  }
  received_ += octets.size();
  write(octets);
}

void IncomingMessage::write(std::string_view octets) {
  if (failure_) return;
  if (auto written = writer_->append(octets); !written) give_up(written.error());
}

void IncomingMessage::give_up(Error error) {
  failure_ = std::move(error);
  writer_.reset();
}

Result<store::NewMessage> IncomingMessage::finish() {
  if (failure_) return fail(*failure_);
  auto message = writer_->finish();
  if (!message) return message;
  mail::Digest& digest = message->digest;
  digest.internal_date = options_.date;
  if (digest.sent_date == 0) digest.sent_date = options_.date.unix_seconds;
  return message;
}

}  // namespace roost::lmtp
