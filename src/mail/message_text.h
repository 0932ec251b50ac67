// The text of a message as SEARCH sees it: decoded by RFC 2047, transfer encoding and charset,
// folded (mail/fold.h), each piece made when it is first asked for.
//
// Bodies are the text parts, the headers of messages in the message, and other parts that are not
// encoded. Base64 and quoted-printable parts of other types are not text (RFC 3501 section 6.4.4
// lets them out).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mail/part_tree.h"
#include "mail/search_text.h"

namespace roost::mail {

// Lifetime: of one match. Owner of message and root: the caller, for longer than this. Thread: one.
class MessageText {
 public:
  MessageText(std::string_view message, const PartNode& root);

  // How closely it is in a field of that name of the message's header, in its whole header, in any
  // of its bodies: the best.
  [[nodiscard]] Closeness in_field(std::string_view name, const SearchText& text) const;
  [[nodiscard]] Closeness in_header(const SearchText& text);
  [[nodiscard]] Closeness in_body(const SearchText& text);

 private:
  struct Piece {
    enum class Kind : std::uint8_t { kHeader, kBody };
    Kind kind;
    const PartNode* part;
    std::optional<FoldedText> text;
  };
  void collect(const PartNode& part);
  [[nodiscard]] std::string_view octets(const OctetRange& range) const;
  [[nodiscard]] std::string fold_piece(const Piece& piece) const;
  [[nodiscard]] Closeness in_piece(Piece& piece, const SearchText& text) const;

  std::string_view message_;
  Piece header_;
  std::vector<Piece> body_;
};

}  // namespace roost::mail
