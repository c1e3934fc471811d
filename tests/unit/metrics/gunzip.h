#ifndef CODEARTS_TESTS_UNIT_METRICS_GUNZIP_H_
#define CODEARTS_TESTS_UNIT_METRICS_GUNZIP_H_

#include <zlib.h>

#include <optional>
#include <string>

namespace codearts::testing {

// Reads one gzip member by another library than the one that wrote it; nullopt if it is not whole
// and valid, checksum and length included, or if something follows it.
inline std::optional<std::string> Gunzip(std::string compressed) {
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  z_stream stream{};
  if (inflateInit2(&stream, kGzipOnly) != Z_OK) return std::nullopt;
  stream.next_in = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string text;
  std::string buffer(65536, '\0');
  int result = Z_OK;
  while (result == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    result = inflate(&stream, Z_NO_FLUSH);
    text.append(buffer, 0, buffer.size() - stream.avail_out);
  }
  const bool is_whole = result == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (!is_whole) return std::nullopt;
  return text;
}

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_UNIT_METRICS_GUNZIP_H_
