#include "net/deflate.h"

#include <zlib.h>

#include <array>
#include <utility>

#include "base/check.h"

namespace roost::net {

namespace {

// docs/decisions/0009-compression.md has what others would cost and bring.
constexpr int kLevel = 3;
constexpr int kMemLevel = 8;
constexpr int kRawWindowBits = -15;

// zlib takes what it reads as Bytef*, without const in older versions, and does not write to it.
Bytef* octets_of(std::string_view octets) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(octets.data()));  // NOLINT(*-const-cast)
}

}  // namespace

void Deflater::Free::operator()(z_stream_s* zlib) const {
  ::deflateEnd(zlib);
  delete zlib;
}

Deflater::Deflater() : zlib_(new z_stream{}) {
  ROOST_CHECK(::deflateInit2(zlib_.get(), kLevel, Z_DEFLATED, kRawWindowBits, kMemLevel,
                             Z_DEFAULT_STRATEGY) == Z_OK);
}

void Deflater::start(std::string_view history) {
  ROOST_CHECK(::deflateReset(zlib_.get()) == Z_OK);
  if (history.empty()) return;
  ROOST_CHECK(::deflateSetDictionary(zlib_.get(), octets_of(history),
                                     static_cast<uInt>(history.size())) == Z_OK);
}

void Deflater::add(std::string_view octets, std::string& out) { run(octets, Z_NO_FLUSH, out); }

void Deflater::finish(End end, std::string& out) {
  run({}, end == End::kLast ? Z_FINISH : Z_SYNC_FLUSH, out);
}

void Deflater::run(std::string_view octets, int flush, std::string& out) {
  std::array<char, 4096> piece;
  zlib_->next_in = octets_of(octets);
  zlib_->avail_in = static_cast<uInt>(octets.size());
  do {
    zlib_->next_out = reinterpret_cast<Bytef*>(piece.data());
    zlib_->avail_out = piece.size();
    ROOST_CHECK(::deflate(zlib_.get(), flush) != Z_STREAM_ERROR);
    out.append(piece.data(), piece.size() - zlib_->avail_out);
  } while (zlib_->avail_out == 0);
}

void Inflater::Free::operator()(z_stream_s* zlib) const {
  ::inflateEnd(zlib);
  delete zlib;
}

Inflater::Inflater() : zlib_(new z_stream{}) {
  ROOST_CHECK(::inflateInit2(zlib_.get(), kRawWindowBits) == Z_OK);
}

void Inflater::start(std::string_view window) {
  ROOST_CHECK(::inflateReset(zlib_.get()) == Z_OK);
  between_blocks_ = true;
  ended_ = false;
  if (window.empty()) return;
  ROOST_CHECK(::inflateSetDictionary(zlib_.get(), octets_of(window),
                                     static_cast<uInt>(window.size())) == Z_OK);
}

// data_type, once inflate has returned: the bits of the octet taken last that are not used yet, 64
// if the block is the last, 128 at its end.
Inflater::Step Inflater::step(std::string_view deflated, std::span<char> room) {
  constexpr int kBetweenBlocks = 128;
  constexpr int kWhatMatters = 0xff;
  zlib_->next_in = octets_of(deflated);
  zlib_->avail_in = static_cast<uInt>(deflated.size());
  zlib_->next_out = reinterpret_cast<Bytef*>(room.data());
  zlib_->avail_out = static_cast<uInt>(room.size());
  const int result = ::inflate(zlib_.get(), Z_BLOCK);
  ROOST_CHECK(result != Z_STREAM_ERROR && result != Z_MEM_ERROR);
  ended_ = result == Z_STREAM_END;
  between_blocks_ = (zlib_->data_type & kWhatMatters) == kBetweenBlocks;
  return {.taken = deflated.size() - zlib_->avail_in,
          .made = room.size() - zlib_->avail_out,
          .broken = result == Z_DATA_ERROR || result == Z_NEED_DICT};
}

std::string Inflater::window() const {
  uInt length = 0;
  ROOST_CHECK(::inflateGetDictionary(zlib_.get(), nullptr, &length) == Z_OK);
  std::string window(length, '\0');
  ROOST_CHECK(::inflateGetDictionary(zlib_.get(), octets_of(window), &length) == Z_OK);
  return window;
}

Deflater& LoopZlib::deflater() {
  if (deflater_ == nullptr) deflater_ = std::make_unique<Deflater>();
  return *deflater_;
}

std::unique_ptr<Inflater> LoopZlib::take_inflater() {
  return spare_ != nullptr ? std::move(spare_) : std::make_unique<Inflater>();
}

void LoopZlib::give_back(std::unique_ptr<Inflater> inflater) { spare_ = std::move(inflater); }

}  // namespace roost::net
