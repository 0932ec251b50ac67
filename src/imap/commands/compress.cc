// COMPRESS (RFC 4978 section 3):  compress = "COMPRESS" SP algorithm,  algorithm = "DEFLATE"
// The tagged OK is the last that is said in clear. The client says nothing behind COMPRESS before
// it has seen that, so what it has said all the same is taken for deflated octets.
#include "base/ascii.h"
#include "imap/commands/commands.h"

namespace roost::imap {

namespace {

class Compress final : public Command {
 public:
  Result<Progress> run(Session& session) override {
    if (session.peer.compressed) {
      session.reply = {Condition::kBad, "COMPRESSIONACTIVE", "DEFLATE is active already"};
      return Progress::kDone;
    }
    session.reply.text = "DEFLATE active";
    session.after = Session::After::kCompress;
    return Progress::kDone;
  }
};

}  // namespace

Parsed parse_compress(Parser& parser, const Session& /*session*/) {
  parser.space();
  if (!equal_ignoring_case(parser.atom(), "DEFLATE")) parser.fail("DEFLATE");
  return std::make_unique<Compress>();
}

}  // namespace roost::imap
