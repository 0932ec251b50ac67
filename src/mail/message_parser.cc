#include "mail/message_parser.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "mail/active_boundaries.h"
#include "mail/body_structure.h"
#include "mail/envelope.h"
#include "mail/header_fields.h"
#include "mail/message_ids.h"
#include "mail/octet_lines.h"
#include "mail/part_tree.h"
#include "mail/preview.h"
#include "mail/sent_date.h"

namespace roost::mail {
namespace {

constexpr std::size_t kMaxDelimiterLine = 1024;  // octets; a boundary has at most 70
// Octets of all headers of a message that are looked at; those beyond are as if they were empty.
constexpr std::size_t kHeaderBudget = 16 * MessageParser::kMaxHeader;

struct Part {
  enum class Role : std::uint8_t { kMessage, kPart };  // whose header it has
  Role role = Role::kMessage;
  PartNode::Kind kind = PartNode::Kind::kLeaf;
  OctetRange header;
  OctetRange body;
  std::uint64_t newlines = 0;  // before its body
  BodyPart wire;
  std::vector<std::size_t> children;  // indices
};

// Where a body ends, and how many line ends come before that.
struct ContentEnd {
  std::uint64_t offset = 0;
  std::uint64_t newlines = 0;
  bool in_line = false;  // its last line has no line end
};

std::string_view without_padding(std::string_view s) {
  while (!s.empty() && is_blank(s.back())) s.remove_suffix(1);
  return s;
}

}  // namespace

// A stack of open parts, the innermost last. Only two things are told apart: whether the innermost
// is still in its header, and which boundaries may end it. A body's lines, a preamble and an
// epilogue are all the same: lines that are no delimiter.
class MessageParser::Machine {
 public:
  Machine() { open_part(Part::Role::kMessage, 0); }

  void feed(std::string_view octets) {
    size_ += octets.size();
    lines_.feed(octets, [this](const OctetLine& line) { on_line(line); });
  }

  Digest finish() {
    lines_.finish([this](const OctetLine& line) { on_line(line); });
    const ContentEnd end{size_, newlines_, last_.content() > 0 && last_.line_end == 0};
    while (!open_.empty()) close_innermost(size_, end);
    return make_digest();
  }

 private:
  void on_line(const OctetLine& line) {
    if (!on_delimiter(line)) {
      while (in_header_ && !on_header_line(line)) end_header(line.offset);
      if (!in_header_ && text_room_ > 0) keep_text(line);
    }
    if (line.line_end != 0) ++newlines_;
    last_ = line;
    last_.text = {};
    if (header_ended_) {
      header_ended_ = false;
      end_header(line.end());
    }
  }

  // "--" boundary ["--"] padding (RFC 2046 section 5.1.1). The line end before it is its own.
  bool on_delimiter(const OctetLine& line) {
    if (!line.text.starts_with("--") || boundaries_.empty() || is_full_ ||
        line.content() > kMaxDelimiterLine) {
      return false;
    }
    std::string_view boundary = without_padding(line.text.substr(2));
    std::optional<std::size_t> depth = boundaries_.find(boundary);
    const bool is_close = !depth && boundary.ends_with("--");
    if (is_close) {
      boundary.remove_suffix(2);
      depth = boundaries_.find(boundary);
    }
    if (!depth) return false;
    if (!is_close && parts_.size() >= kMaxParts) {
      is_full_ = true;
      return false;
    }
    const ContentEnd end{line.offset - last_.line_end, newlines_ - (last_.line_end != 0 ? 1 : 0),
                         last_.content() > 0};
    while (open_.size() > *depth + 1) close_innermost(line.offset, end);
    if (is_close) {
      boundaries_.pop(*depth);
    } else {
      open_part(Part::Role::kPart, line.end());
    }
    return true;
  }

  // False if the line belongs to the body, because it is no field and nothing that continues one.
  bool on_header_line(const OctetLine& line) {
    if (line.content() == 0) {
      header_ended_ = true;
      return true;
    }
    const bool is_first = line.offset == parts_[open_.back()].header.offset;
    const bool belongs =
        is_blank(line.text.front())
            ? !is_first
            : !field_name(line.text).empty() || (is_first && line.text.starts_with("From "));
    if (!belongs) return false;
    const std::size_t room = std::min(kMaxHeader - header_.size(), header_budget_);
    const std::size_t before = header_.size();
    header_.append(line.text.substr(0, room));
    if (line.text.size() < room) header_.push_back('\n');
    header_budget_ -= header_.size() - before;
    return true;
  }

  void open_part(Part::Role role, std::uint64_t offset) {
    if (!open_.empty()) parts_[open_.back()].children.push_back(parts_.size());
    open_.push_back(parts_.size());
    parts_.emplace_back();
    parts_.back().role = role;
    parts_.back().header.offset = offset;
    header_.clear();
    in_header_ = true;
    lines_.set_limit(kMaxHeader);
  }

  ContentType default_type(const Part& part) const {
    const bool in_digest = part.role == Part::Role::kPart &&
                           parts_[open_[open_.size() - 2]].wire.mime.type.subtype == "digest";
    if (in_digest) return {.type = "message", .subtype = "rfc822", .parameters = {}};
    return {};
  }

  // The header of the innermost part ends, its body begins at offset.
  void end_header(std::uint64_t offset) {
    in_header_ = false;
    lines_.set_limit(kMaxDelimiterLine);
    Part& part = parts_[open_.back()];
    part.header.length = offset - part.header.offset;
    part.body.offset = offset;
    part.newlines = newlines_;
    part.wire.mime = parse_mime_fields(header_, default_type(part));
    if (part.role == Part::Role::kMessage) {
      std::string& envelope =
          open_.size() == 1 ? envelope_ : parts_[open_[open_.size() - 2]].wire.envelope;
      append_envelope(envelope, header_);
      if (open_.size() == 1) message_ids_ = message_ids_of_header(header_);
    }
    begin_body(part);
  }

  void begin_body(Part& part) {
    ContentType& type = part.wire.mime.type;
    const bool may_nest = open_.size() < kMaxDepth && parts_.size() < kMaxParts;
    if (type.type == "multipart") {
      const std::optional<std::string> boundary = parameter(type.parameters, "boundary");
      const std::string_view text = boundary ? without_padding(*boundary) : std::string_view{};
      if (!may_nest || text.empty() || text.size() + 4 > kMaxDelimiterLine) {
        type = ContentType{};
        return begin_text(part);
      }
      part.kind = PartNode::Kind::kMultipart;
      boundaries_.push(std::string(text), open_.size() - 1);
    } else if (type.is("message", "rfc822") || type.is("message", "global")) {
      if (!may_nest) {
        type = ContentType{};
        return begin_text(part);
      }
      part.kind = PartNode::Kind::kMessage;
      open_part(Part::Role::kMessage, part.body.offset);
    } else {
      begin_text(part);
    }
  }

  // Keeps the beginning of the body, if a preview may come of it.
  void begin_text(const Part& part) {
    if (!preview_.empty() || texts_ == kMaxPreviewParts || part.wire.mime.type.type != "text")
      return;
    const auto& disposition = part.wire.mime.disposition;
    if (disposition && equal_ignoring_case(disposition->type, "attachment")) return;
    text_room_ = preview_octets(part.wire.mime.type.full());
    if (text_room_ == 0) return;
    ++texts_;
    text_.clear();
    lines_.set_limit(text_room_);
  }

  void keep_text(const OctetLine& line) {
    constexpr std::string_view kLineEnd = "\r\n";
    text_.append(line.text.substr(0, text_room_));
    if (line.text.size() + kLineEnd.size() <= text_room_) {
      text_.append(kLineEnd.substr(kLineEnd.size() - line.line_end));
      text_room_ -= line.text.size() + line.line_end;
    } else {
      end_text();
    }
  }

  void end_text() {
    text_room_ = 0;
    lines_.set_limit(kMaxDelimiterLine);
  }

  // offset: where a header that was still open ends.
  void close_innermost(std::uint64_t offset, const ContentEnd& end) {
    if (in_header_) {
      end_header(offset);
      if (in_header_) return;  // it opened the message in it
    }
    Part& part = parts_[open_.back()];
    if (end.offset > part.body.offset) {
      part.body.length = end.offset - part.body.offset;
      part.wire.lines = end.newlines - part.newlines + (end.in_line ? 1 : 0);
    }
    part.wire.octets = part.body.length;
    if (text_room_ > 0 || !text_.empty()) make_preview(part);
    open_.pop_back();
    if (part.kind == PartNode::Kind::kMultipart) boundaries_.pop(open_.size());
    if (part.kind == PartNode::Kind::kMultipart && part.children.empty()) {
      // BODYSTRUCTURE knows no multipart without parts: all of it is text.
      part.kind = PartNode::Kind::kLeaf;
      part.wire.mime.type = ContentType{};
    }
  }

  void make_preview(const Part& part) {
    const MimeFields& mime = part.wire.mime;
    preview_ = mail::make_preview(text_, mime.type.full(), charset_of(mime), mime.encoding);
    text_.clear();
    end_text();
  }

  static std::string charset_of(const MimeFields& mime) {
    return to_lower(parameter(mime.type.parameters, "charset").value_or(""));
  }

  PartNode make_node(const Part& part) const {
    const MimeFields& mime = part.wire.mime;
    PartNode node;
    node.kind = part.kind;
    node.header = part.header;
    node.body = part.body;
    node.type = mime.type.full();
    node.charset = charset_of(mime);
    node.encoding = mime.encoding;
    for (const std::size_t child : part.children) node.children.push_back(make_node(parts_[child]));
    return node;
  }

  Digest make_digest() {
    for (Part& part : parts_) {
      for (const std::size_t child : part.children) {
        part.wire.children.push_back(&parts_[child].wire);
      }
    }
    Digest digest;
    digest.size = size_;
    digest.envelope = std::move(envelope_);
    digest.message_ids = std::move(message_ids_);
    append_body_structure(digest.bodystructure, parts_.front().wire);
    digest.structure = encode_part_tree(make_node(parts_.front()));
    digest.preview = std::move(preview_);
    if (const auto date = date_of_envelope(digest.envelope)) {
      if (const auto sent = parse_sent_date(*date)) digest.sent_date = sent->unix_seconds;
    }
    return digest;
  }

  OctetLines lines_;
  OctetLine last_;  // the line before, without its text
  std::uint64_t size_ = 0;
  std::uint64_t newlines_ = 0;
  std::vector<Part> parts_;
  std::vector<std::size_t> open_;  // indices
  ActiveBoundaries boundaries_;
  bool in_header_ = false;
  bool header_ended_ = false;  // by the line that is being looked at
  bool is_full_ = false;       // kMaxParts: no delimiter is one any more
  std::string header_;         // of the innermost part, as much of it as is looked at
  std::size_t header_budget_ = kHeaderBudget;
  std::string envelope_;
  std::string message_ids_;
  // Of the innermost part, whose beginning is kept for the preview:
  std::string text_;
  std::size_t text_room_ = 0;  // octets that may still be kept
  std::size_t texts_ = 0;      // of the message, so far
  std::string preview_;        // of the first text that has one
};

MessageParser::MessageParser() : machine_(std::make_unique<Machine>()) {}
MessageParser::~MessageParser() = default;
MessageParser::MessageParser(MessageParser&&) noexcept = default;
MessageParser& MessageParser::operator=(MessageParser&&) noexcept = default;

void MessageParser::feed(std::string_view octets) { machine_->feed(octets); }
Digest MessageParser::finish() { return machine_->finish(); }

}  // namespace roost::mail
