// Posts each batch of events as JSON to a web hook (RFC 9110): {"user", "host", "mailbox",
// "events": […]}. Any status of class 2xx is success; redirections are not followed, and what
// comes behind the head of the answer is not read.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "base/url_host.h"
#include "cli/watch/action.h"
#include "client/time.h"

namespace roost::cli {

struct HookUrl {
  bool tls = false;
  UrlHost host;
  std::string target;  // path and query
  bool operator==(const HookUrl&) const = default;
};
// "http[s]://host[:port][/path][?query]". kInvalid.
[[nodiscard]] Result<HookUrl> hook_url(std::string_view text);

inline constexpr client::Duration kHookTimeout = std::chrono::seconds(30);

// ca_file: PEM, beside the authorities that the system trusts; may be empty. kInvalid: it is none.
[[nodiscard]] Result<std::unique_ptr<Action>> post_hook(boost::asio::io_context& context,
                                                        HookUrl url, const std::string& ca_file);

}  // namespace roost::cli
