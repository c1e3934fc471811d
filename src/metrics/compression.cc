#include "metrics/compression.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <zlib.h>

#include <array>
#include <cassert>

namespace codearts {
namespace {

// Level 0 is twice as fast for text half as large again.
constexpr std::uint32_t kDeflateLevel = 1;

// Incompressible text is stored, in blocks of up to 64 KiB with 5 bytes each; the rest is for the
// empty block that aligns the end.
std::size_t Bound(std::size_t size) {
  return size + size / 8192 + 512;
}

unsigned char* AsBytes(const char* text) {
  // The library only reads its input.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  return reinterpret_cast<unsigned char*>(const_cast<char*>(text));
}

void AppendLittleEndian(std::uint32_t value, std::string& out) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xff);
}

}  // namespace

TextDeflater::TextDeflater() : tables_(ISAL_DEF_LVL1_DEFAULT) {}

DeflatedText TextDeflater::Deflate(std::string_view text) {
  if (text.empty()) return {};
  DeflatedText deflated;
  if (output_.size() < Bound(text.size())) output_.resize(Bound(text.size()));
  isal_zstream stream;
  isal_deflate_stateless_init(&stream);
  // The library's initialisation leaves it as it was; what lies there would shorten the window.
  stream.hist_bits = 0;
  stream.level = kDeflateLevel;
  stream.level_buf = tables_.data();
  stream.level_buf_size = static_cast<std::uint32_t>(tables_.size());
  stream.flush = FULL_FLUSH;
  stream.next_in = AsBytes(text.data());
  stream.avail_in = static_cast<std::uint32_t>(text.size());
  stream.next_out = AsBytes(output_.data());
  stream.avail_out = static_cast<std::uint32_t>(output_.size());
  [[maybe_unused]] const int result = isal_deflate_stateless(&stream);
  assert(result == COMP_OK && stream.avail_in == 0);
  deflated.blocks.assign(output_.data(), stream.total_out);
  deflated.crc = crc32_gzip_refl(0, AsBytes(text.data()), text.size());
  deflated.crc_operator =
      static_cast<std::uint32_t>(crc32_combine_gen(static_cast<z_off_t>(text.size())));
  deflated.text_size = text.size();
  return deflated;
}

void GzipChecksum::Add(const DeflatedText& next) {
  crc_ = static_cast<std::uint32_t>(crc32_combine_op(crc_, next.crc, next.crc_operator));
  size_ += static_cast<std::uint32_t>(next.text_size);
}

std::string GzipChecksum::End() const {
  std::string end("\x03\x00", 2);  // An empty block that says that it is the last.
  AppendLittleEndian(crc_, end);
  AppendLittleEndian(size_, end);
  return end;
}

std::string_view GzipHeader() {
  // Deflate, no name, no time, the fastest method, from Unix.
  static constexpr std::array<char, 10> kHeader = {'\x1f', '\x8b', 8, 0, 0, 0, 0, 0, 4, 3};
  return {kHeader.data(), kHeader.size()};
}

std::string CompressGzip(std::string_view text) {
  const DeflatedText deflated = TextDeflater().Deflate(text);
  GzipChecksum checksum;
  checksum.Add(deflated);
  return std::string(GzipHeader()) + deflated.blocks + checksum.End();
}

}  // namespace codearts
