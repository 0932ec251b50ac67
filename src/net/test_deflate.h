// A peer's two zlib streams, for tests: they are not of the code that is tested. Only *_test.cc and
// tests/ include it.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <string>
#include <string_view>

namespace roost::net {

class TestDeflate {
 public:
  explicit TestDeflate(int level = Z_DEFAULT_COMPRESSION) {
    EXPECT_EQ(::deflateInit2(&out_, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    EXPECT_EQ(::inflateInit2(&in_, -15), Z_OK);
  }
  ~TestDeflate() {
    ::deflateEnd(&out_);
    ::inflateEnd(&in_);
  }
  TestDeflate(const TestDeflate&) = delete;
  TestDeflate& operator=(const TestDeflate&) = delete;

  [[nodiscard]] std::string deflate(std::string_view octets, int flush = Z_SYNC_FLUSH) {
    std::string clear(octets);
    std::string deflated;
    std::array<char, 10'000> piece;
    out_.next_in = reinterpret_cast<Bytef*>(clear.data());
    out_.avail_in = static_cast<uInt>(clear.size());
    do {
      out_.next_out = reinterpret_cast<Bytef*>(piece.data());
      out_.avail_out = piece.size();
      EXPECT_NE(::deflate(&out_, flush), Z_STREAM_ERROR);
      deflated.append(piece.data(), piece.size() - out_.avail_out);
    } while (out_.avail_out == 0);
    return deflated;
  }

  // What is behind the end of the deflated octets is in behind() then.
  [[nodiscard]] std::string inflate(std::string_view octets) {
    std::string deflated(octets);
    std::string clear;
    std::array<char, 10'000> piece;
    in_.next_in = reinterpret_cast<Bytef*>(deflated.data());
    in_.avail_in = static_cast<uInt>(deflated.size());
    do {
      in_.next_out = reinterpret_cast<Bytef*>(piece.data());
      in_.avail_out = piece.size();
      const int result = ::inflate(&in_, Z_NO_FLUSH);
      EXPECT_TRUE(result == Z_OK || result == Z_BUF_ERROR || result == Z_STREAM_END) << result;
      ended_ = result == Z_STREAM_END;
      clear.append(piece.data(), piece.size() - in_.avail_out);
    } while (!ended_ && in_.avail_out == 0);
    behind_ = std::string(reinterpret_cast<const char*>(in_.next_in), in_.avail_in);
    return clear;
  }
  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] const std::string& behind() const { return behind_; }

 private:
  z_stream out_{};
  z_stream in_{};
  bool ended_ = false;
  std::string behind_;
};

}  // namespace roost::net
