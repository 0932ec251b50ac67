// Compression without sockets, against zlib on the other side.
#include "net/compression.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <utility>

#include "net/test_deflate.h"

namespace roost::net {
namespace {

constexpr std::size_t kRoom = 1000;

// Commands, then octets that do not repeat, then very many that do.
std::string sample() {
  std::string all;
  for (int i = 0; i < 200; ++i) all += "a" + std::to_string(i) + " UID FETCH 1:* (FLAGS)\r\n";
  std::mt19937 random(1);
  for (int i = 0; i < 50'000; ++i) all += static_cast<char>(random());
  all.append(100'000, 'x');
  return all + "b DONE\r\n";
}

class CompressionTest : public testing::Test {
 protected:
  // What the handler gets of `deflated`, given in pieces; stows after each, as a turn does.
  std::string inflate(std::string_view deflated, std::size_t piece = 16'384) {
    std::string clear;
    std::array<char, kRoom> room;
    end_ = StreamEnd::kNone;
    while (end_ == StreamEnd::kNone && (!deflated.empty() || !compression_.needs_octets())) {
      std::string_view received;
      if (compression_.needs_octets()) {
        received = deflated.substr(0, piece);
        deflated.remove_prefix(received.size());
      }
      const Progress progress = compression_.inflate(received, room, zlib_);
      EXPECT_LE(progress.octets, room.size());
      clear.append(room.data(), progress.octets);
      end_ = progress.end;
      compression_.stow(zlib_);
    }
    return clear;
  }
  std::string deflate(std::string_view clear) {
    compression_.written().append(std::string(clear));
    return batch();
  }
  std::string batch() {
    compression_.deflate(zlib_, out_);
    std::string octets(out_.size(), '\0');
    octets = out_.front(octets);
    out_.clear();
    compression_.stow(zlib_);
    return octets;
  }

  LoopZlib zlib_;
  Compression compression_{""};
  TestDeflate peer_;
  OutputQueue out_;
  StreamEnd end_ = StreamEnd::kNone;
};

TEST_F(CompressionTest, EverySplitOfTheInputIsInflatedAlike) {
  const std::string clear = "a IDLE\r\nDONE\r\nb NOOP\r\nb NOOP\r\nDONE\r\n";
  const std::string deflated = peer_.deflate(clear);
  for (std::size_t split = 0; split <= deflated.size(); ++split) {
    compression_ = Compression("");
    std::string got = inflate(deflated.substr(0, split));
    got += inflate(deflated.substr(split));
    EXPECT_EQ(got, clear) << split;
  }
  for (std::size_t piece = 1; piece < deflated.size(); ++piece) {
    compression_ = Compression("");
    EXPECT_EQ(inflate(deflated, piece), clear) << piece;
  }
}

// Row 82: "DONE" must not be left in the inflater, whatever kind of flush the client makes.
TEST_F(CompressionTest, Row82WhatWasFlushedIsInflatedAtOnce) {
  for (const int flush : {Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH}) {
    compression_ = Compression("");
    TestDeflate peer;
    for (const char* const line : {"a IDLE\r\n", "DONE\r\n", "b IDLE\r\n", "DONE\r\n"}) {
      EXPECT_EQ(inflate(peer.deflate(line, flush)), line) << flush;
    }
  }
}

TEST_F(CompressionTest, LargeInputIsInflatedInAnyPieces) {
  const std::string clear = sample();
  for (const std::size_t piece : {1U, 7U, 1000U, 16'384U}) {
    compression_ = Compression("");
    TestDeflate peer;
    EXPECT_EQ(inflate(peer.deflate(clear), piece), clear) << piece;
  }
}

// The window outlives the inflater, and with it what later commands refer to.
TEST_F(CompressionTest, Row83CommandsMayReferToThoseBeforeARest) {
  std::size_t octets = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string line = "a" + std::to_string(i) + " UID FETCH 1:* (UID FLAGS)\r\n";
    const std::string deflated = peer_.deflate(line);
    octets = deflated.size();
    EXPECT_EQ(inflate(deflated), line);
    compression_.rest();
  }
  EXPECT_LT(octets, 20U);
}

TEST_F(CompressionTest, TheWindowIsHeldAsFarAsItReaches) {
  const std::string clear = sample();
  const std::string middle = clear.substr(40'000, 1000);
  EXPECT_EQ(inflate(peer_.deflate(clear.substr(0, 70'000))), clear.substr(0, 70'000));
  EXPECT_EQ(inflate(peer_.deflate(middle)), middle);  // 30,000 octets back
}

// Row 84.
TEST_F(CompressionTest, Row84ABombComesInPiecesOfTheRoom) {
  const std::string deflated = peer_.deflate(std::string(20'000'000, 'x'));
  ASSERT_LT(deflated.size(), 20'000U);
  std::array<char, kRoom> room;
  std::string_view received = deflated;
  std::size_t octets = 0;
  while (octets < 20'000'000) {
    const Progress progress =
        compression_.inflate(std::exchange(received, std::string_view()), room, zlib_);
    ASSERT_GT(progress.octets, 0U);
    ASSERT_LE(progress.octets, room.size());
    octets += progress.octets;
    compression_.stow(zlib_);
  }
  EXPECT_EQ(octets, 20'000'000U);
}

TEST_F(CompressionTest, EmptyBlocksAreOneStepEach) {
  std::string deflated;
  for (int i = 0; i < 5000; ++i) deflated += std::string("\0\0\0\xff\xff", 5);
  EXPECT_EQ(inflate(deflated + peer_.deflate("a NOOP\r\n")), "a NOOP\r\n");
}

TEST_F(CompressionTest, BrokenInputIsAnEnd) {
  EXPECT_EQ(inflate("a NOOP\r\n"), "");
  EXPECT_EQ(end_, StreamEnd::kDeflate);
  compression_ = Compression("");
  EXPECT_EQ(inflate(peer_.deflate("a NOOP\r\n") + "\x07"), "a NOOP\r\n");
  EXPECT_EQ(end_, StreamEnd::kDeflate);
  // A reference to what was never sent.
  compression_ = Compression("");
  (void)peer_.deflate("b UID FETCH 1:* (FLAGS)\r\n");
  (void)inflate(peer_.deflate("b UID FETCH 1:* (FLAGS)\r\n"));
  EXPECT_EQ(end_, StreamEnd::kDeflate);
}

TEST_F(CompressionTest, TheLastBlockEndsTheInput) {
  EXPECT_EQ(inflate(peer_.deflate("a LOGOUT\r\n", Z_FINISH) + "behind"), "a LOGOUT\r\n");
  EXPECT_EQ(end_, StreamEnd::kEnded);
}

TEST_F(CompressionTest, OutputIsFlushedAndRefersToWhatWasSaidBefore) {
  const std::string line = "* 1 FETCH (UID 7 FLAGS (\\Seen \\Answered $Forwarded))\r\n";
  const std::string first = deflate(line);
  EXPECT_EQ(peer_.inflate(first), line);
  EXPECT_TRUE(first.ends_with(std::string("\0\0\xff\xff", 4)));
  const std::string second = deflate(line);
  EXPECT_EQ(peer_.inflate(second), line);
  EXPECT_LT(second.size(), first.size() / 3);
}

// Row 83.
TEST_F(CompressionTest, Row83OutputBeginsAnewAfterARest) {
  const std::string line = "* 1 FETCH (UID 7 FLAGS (\\Seen \\Answered $Forwarded))\r\n";
  EXPECT_EQ(peer_.inflate(deflate(line)), line);
  compression_.rest();
  const std::string push = deflate(line);
  EXPECT_EQ(peer_.inflate(push), line);
  EXPECT_EQ(deflate(line), push);  // it refers to nothing
  EXPECT_EQ(peer_.inflate(push), line);
  // The client speaks: from now on there is a history again.
  EXPECT_EQ(inflate(peer_.deflate("DONE\r\n")), "DONE\r\n");
  EXPECT_EQ(peer_.inflate(deflate(line)), line);
  EXPECT_LT(deflate(line).size(), push.size());
}

TEST_F(CompressionTest, LargeOutputOfManyPieces) {
  const std::string clear = sample();
  for (std::size_t i = 0; i < clear.size(); i += 5000) {
    const auto piece = clear.substr(i, 5000);
    if (i % 10'000 == 0) {
      compression_.written().append(std::make_shared<const std::string>(piece));
    } else {
      compression_.written().append(piece);
    }
  }
  EXPECT_EQ(compression_.written_size(), clear.size());
  std::string got;
  std::size_t octets = 0;
  while (compression_.written_size() > 0) {
    const std::size_t before = compression_.written_size();
    const std::string deflated = batch();
    EXPECT_LE(before - compression_.written_size(), Compression::kBatch);
    octets += deflated.size();
    got += peer_.inflate(deflated);
  }
  EXPECT_LT(octets, 60'000U);
  EXPECT_EQ(got, clear);
}

TEST_F(CompressionTest, NothingWrittenIsNothingSaid) { EXPECT_EQ(batch(), ""); }

// What a client may send behind UNAUTHENTICATE: the end or a flush, and then clear text.
TEST_F(CompressionTest, WhatIsBehindTheEndIsPassedOn) {
  const std::string command = "a UNAUTHENTICATE\r\n";
  const std::string clear = "b LOGIN alice secret\r\nc NOOP\r\n";
  TestDeflate flushes;
  TestDeflate finishes;
  TestDeflate does_both;
  TestDeflate does_all;
  std::string both = does_both.deflate(command);
  both += does_both.deflate("", Z_FINISH);
  std::string all = does_all.deflate(command, Z_PARTIAL_FLUSH);
  all += does_all.deflate("", Z_FULL_FLUSH);
  all += does_all.deflate("", Z_FINISH);
  for (const std::string& deflated :
       {flushes.deflate(command), finishes.deflate(command, Z_FINISH), both, all}) {
    const std::string sent = deflated + clear;
    for (std::size_t piece = 1; piece <= sent.size(); ++piece) {
      compression_ = Compression("");
      std::string got;
      std::array<char, kRoom> room;
      for (std::string_view rest = sent; !rest.empty() || !compression_.needs_octets();) {
        std::string_view received;
        if (compression_.needs_octets()) {
          received = rest.substr(0, piece);
          rest.remove_prefix(received.size());
        }
        const Progress progress = compression_.inflate(received, room, zlib_);
        ASSERT_EQ(progress.end, StreamEnd::kNone) << piece;
        got.append(room.data(), progress.octets);
        compression_.stow(zlib_);
        if (got == command && compression_.deflates()) compression_.end(zlib_, out_);
      }
      EXPECT_EQ(got, command + clear) << piece;
      EXPECT_TRUE(compression_.over());
    }
  }
}

// A step without octets follows whenever the room is full, but not at the end of a block.
TEST_F(CompressionTest, ABlockMayEndWhereTheRoomDoes) {
  constexpr std::string_view kCommand = "a UNAUTHENTICATE\r\n";
  const std::string command = std::string(kRoom - kCommand.size(), 'x').append(kCommand);
  const std::string clear = "b LOGIN alice secret\r\n";
  const std::string flush("\0\0\0\xff\xff", 5);
  std::string block = TestDeflate(Z_NO_COMPRESSION).deflate(command);
  ASSERT_TRUE(block.ends_with(flush));
  block.resize(block.size() - flush.size());
  ASSERT_EQ(block.size(), 5 + kRoom);  // one, and stored
  for (const std::string& behind : {clear, flush + clear}) {
    compression_ = Compression("");
    EXPECT_EQ(inflate(block), command);
    compression_.end(zlib_, out_);
    EXPECT_EQ(inflate(behind), clear);
    EXPECT_EQ(end_, StreamEnd::kNone);
    EXPECT_TRUE(compression_.over());
  }
}

// A client that ends its block later than it should.
TEST_F(CompressionTest, TheBlockIsInflatedToItsEnd) {
  const std::string deflated = peer_.deflate("a UNAUTHENTICATE\r\nb LOGIN alice secret\r\n");
  std::string got = inflate(deflated.substr(0, 20));
  EXPECT_TRUE(got.starts_with("a UNAUTH")) << got;
  compression_.end(zlib_, out_);
  got += inflate(deflated.substr(20) + "c NOOP\r\n");
  EXPECT_EQ(got, "a UNAUTHENTICATE\r\nb LOGIN alice secret\r\nc NOOP\r\n");
}

TEST_F(CompressionTest, TheEndOfTheOutputIsItsLastBlock) {
  compression_.written().append("a OK Bye\r\n");
  compression_.end(zlib_, out_);
  EXPECT_FALSE(compression_.deflates());
  std::string octets(out_.size(), '\0');
  octets = out_.front(octets);
  EXPECT_EQ(peer_.inflate(octets + "* clear\r\n"), "a OK Bye\r\n");
  EXPECT_TRUE(peer_.ended());
  EXPECT_EQ(peer_.behind(), "* clear\r\n");
}

}  // namespace
}  // namespace roost::net
