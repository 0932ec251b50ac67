#include "auth/user_name.h"

#include <unicode/normalizer2.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"
#include "store/account_name.h"

namespace roost::auth {
namespace {

// Empty: not UTF-8, or longer in NFC than a name may be.
std::string to_nfc(std::string_view name) {
  UErrorCode status = U_ZERO_ERROR;
  std::array<UChar, store::kMaxAccountName> utf16{};
  std::int32_t length = 0;
  u_strFromUTF8(utf16.data(), static_cast<std::int32_t>(utf16.size()), &length, name.data(),
                static_cast<std::int32_t>(name.size()), &status);
  if (U_FAILURE(status)) return {};
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return {};
  std::string out;
  nfc->normalize(icu::UnicodeString(utf16.data(), length), status).toUTF8String(out);
  if (U_FAILURE(status) || out.size() > store::kMaxAccountName) return {};
  return out;
}

}  // namespace

Result<std::string> prepare_user_name(std::string_view name) {
  if (auto key = store::account_key(name); !key) return fail(std::move(key).error());
  if (std::ranges::all_of(name, is_ascii)) return std::string(name);
  std::string nfc = to_nfc(name);
  if (nfc.empty()) return fail(ErrorCode::kInvalid, "the user name is not UTF-8, or too long");
  return nfc;
}

}  // namespace roost::auth
