#include "imap/protocol/mailbox_url.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"
#include "base/percent.h"
#include "base/url_host.h"
#include "base/utf8.h"
#include "imap/protocol/url_reader.h"

namespace roost::imap {

namespace {

std::unexpected<Error> invalid(std::string_view url, std::string_view why) {
  return fail(ErrorCode::kInvalid, std::string(url) + ": " + std::string(why));
}

// 1*achar, and "@".
std::optional<std::string> decoded_user(std::string_view text) {
  const bool good =
      std::ranges::all_of(text, [](char c) { return is_bchar(c) && c != ':' && c != '/'; });
  auto user = percent_decode(text);
  if (!good || text.empty() || !user || !is_utf8(*user)) return std::nullopt;
  return user;
}

}  // namespace

Result<MailboxUrl> mailbox_url(std::string_view text) {
  MailboxUrl url;
  UrlReader reader(text);
  url.tls = reader.try_word("imaps://");
  if (!url.tls && !reader.try_word("imap://")) {
    return invalid(text, "is not imap://USER@HOST/MAILBOX or imaps://USER@HOST/MAILBOX");
  }
  const std::string_view rest = reader.rest();
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return invalid(text, "names no user, as in imaps://USER@HOST");
  std::string_view user = authority.substr(0, at);
  if (user.contains(':')) {
    // Not repeated: what stands there is secret.
    return fail(ErrorCode::kInvalid, "a URL holds no password: others can see it there");
  }
  if (const std::size_t parameter = user.find(';'); parameter != std::string_view::npos) {
    const std::string_view auth = user.substr(parameter);
    if (!starts_with_ignoring_case(auth, ";AUTH=")) return invalid(text, "what is that user?");
    url.mechanism = to_upper(auth.substr(6));
    if (url.mechanism == "*") url.mechanism.clear();
    user = user.substr(0, parameter);
  }
  auto name = decoded_user(user);
  if (!name) return invalid(text, "what is that user?");
  url.user = *std::move(name);
  auto host = url_host(authority.substr(at + 1), url.tls ? kImapsPort : kImapPort);
  if (!host) return invalid(text, "what is that host?");
  url.host = std::move(host->name);
  url.port = host->port;

  const std::string_view path =
      rest.substr(authority.size() + (authority.size() < rest.size() ? 1 : 0));
  url.mailbox = "INBOX";
  if (path.empty()) return url;
  UrlReader mailbox(path);
  url.mailbox = mailbox.encoded();
  if (!mailbox.ok() || !is_utf8(url.mailbox)) {
    return invalid(text, "what is that mailbox? (% is written %25, a space %20)");
  }
  if (!mailbox.at_end()) return invalid(text, "is of more than a mailbox");
  if (equal_ignoring_case(url.mailbox, "INBOX")) url.mailbox = "INBOX";
  return url;
}

}  // namespace roost::imap
