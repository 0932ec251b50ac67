// Cuts a stream that comes in pieces of any size into lines, wherever the pieces were cut. A line
// ends with CRLF or LF; a bare CR is part of it.
//
// A line is whole only up to the limit: what lies beyond is counted and dropped, so that memory is
// bounded whatever comes. Linear, and no copy where a line lies within one piece.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace roost::mail {

struct OctetLine {
  std::string_view text;  // without the line end; its first octets, if it was longer than the limit
  std::uint64_t offset = 0;   // of its first octet in the stream
  std::uint64_t length = 0;   // with the line end
  std::uint8_t line_end = 0;  // octets: 2, 1, or 0 for the last line of a stream that ends so

  [[nodiscard]] std::uint64_t content() const { return length - line_end; }
  [[nodiscard]] bool is_whole() const { return text.size() == content(); }
  [[nodiscard]] std::uint64_t end() const { return offset + length; }
};

class OctetLines {
 public:
  // Octets that are kept of the next line. Takes effect between lines only.
  void set_limit(std::size_t octets) { limit_ = octets; }

  // Calls line(const OctetLine&) for each line that ends in this piece. Its text is gone when the
  // call returns.
  template <typename Sink>
  void feed(std::string_view piece, Sink&& line) {
    while (!piece.empty()) {
      const std::size_t end = piece.find('\n');
      if (end == std::string_view::npos) {
        keep(piece);
        return;
      }
      const std::string_view head = piece.substr(0, end);
      piece.remove_prefix(end + 1);
      emit(head, 1, line);
    }
  }
  // The last line, if the stream did not end with a line end.
  template <typename Sink>
  void finish(Sink&& line) {
    if (kept_length_ > 0) emit({}, 0, line);
  }

 private:
  void keep(std::string_view octets) {
    if (kept_.size() < limit_) kept_.append(octets.substr(0, limit_ - kept_.size()));
    kept_length_ += octets.size();
    last_ = octets.back();
  }

  template <typename Sink>
  void emit(std::string_view head, std::uint8_t newline, Sink&& line) {
    OctetLine out;
    out.offset = offset_;
    if (kept_length_ == 0) {
      out.length = head.size() + newline;
      out.text = head.substr(0, limit_);
      if (!head.empty()) last_ = head.back();
    } else {
      if (!head.empty()) keep(head);
      out.length = kept_length_ + newline;
      out.text = kept_;
    }
    out.line_end = newline;
    if (newline != 0 && out.length > 1 && last_ == '\r') {
      out.line_end = 2;
      if (out.text.size() > out.content()) out.text.remove_suffix(1);
    }
    offset_ += out.length;
    line(static_cast<const OctetLine&>(out));
    kept_.clear();
    kept_length_ = 0;
  }

  std::size_t limit_ = 1024;
  std::string kept_;               // the start of a line whose end has not come yet
  std::uint64_t kept_length_ = 0;  // octets of it, kept or not
  std::uint64_t offset_ = 0;       // of the line that comes next
  char last_ = 0;                  // octet before the line end
};

}  // namespace roost::mail
