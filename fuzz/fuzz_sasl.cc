// SASL exchanges with whatever a client may send. The first octet picks the mechanism and whether
// the first line is an initial response; the rest is lines. What must hold: an exchange ends after
// at most two responses, and credentials have a name.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "auth/sasl.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace roost;
  if (size == 0) return 0;
  std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto exchange = auth::SaslExchange::start((data[0] & 1) != 0 ? "PLAIN" : "LOGIN");
  ROOST_CHECK(exchange.has_value());
  bool initial = (data[0] & 2) != 0;
  for (int responses = 0;; ++responses) {
    const std::size_t end = input.find('\n');
    const std::string_view line = input.substr(0, end);
    const auto octets = initial ? auth::decode_initial_response(line) : auth::decode_response(line);
    initial = false;
    if (!octets) return 0;
    const auto result = exchange->respond(*octets);
    ROOST_CHECK(responses < 2);
    if (!result) return 0;
    if (result->has_value()) {
      ROOST_CHECK(!(*result)->name.empty());
      return 0;
    }
    ROOST_CHECK(!exchange->challenge().empty());
    if (end == std::string_view::npos) return 0;
    input.remove_prefix(end + 1);
  }
}
