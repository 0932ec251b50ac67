// A search that the model's client is kept up to date about (RFC 5267 section 4.3): its result, as
// a client works it out that does what it is told.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mail/mailbox_view.h"

namespace roost::push_model {

class ModelContext {
 public:
  enum class Kind : std::uint8_t { kByNumber, kByUid, kSortedByUid };

  // Of the flagged messages.
  [[nodiscard]] static std::string command(Kind kind);
  // tag: of that command.
  ModelContext(std::string tag, Kind kind) : tag_(std::move(tag)), kind_(kind) {}

  [[nodiscard]] const std::string& tag() const { return tag_; }

  using Subjects = std::map<std::uint32_t, std::string>;  // by UID
  // All three say what is wrong, or nothing.
  [[nodiscard]] std::string hear(std::string_view esearch);
  [[nodiscard]] std::string hear_expunge(std::uint32_t number);
  [[nodiscard]] std::string difference(const mail::MailboxView& view,
                                       const Subjects& subjects) const;

 private:
  [[nodiscard]] std::string remove(std::uint32_t position,
                                   const std::vector<std::uint32_t>& numbers);
  void add(std::uint32_t position, const std::vector<std::uint32_t>& numbers);

  std::string tag_;
  Kind kind_;
  std::vector<std::uint32_t> result_;  // numbers or UIDs, in order
};

}  // namespace roost::push_model
