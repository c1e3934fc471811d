#ifndef CODEARTS_METRICS_COMPRESSION_H_
#define CODEARTS_METRICS_COMPRESSION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace codearts {

// A text as deflate blocks (RFC 1951) that end at a byte boundary and refer to nothing before them:
// such texts, one after the other in any order, are one stream, and none of them is its last.
struct DeflatedText {
  std::string blocks;
  std::uint32_t crc = 0;  // CRC-32 of the text.
  // Advances another CRC-32 by the text's length: x^(8 length) in zlib's order of bits.
  std::uint32_t crc_operator = 1U << 31;
  std::size_t text_size = 0;
};

// Deflates texts. Threads: one at a time; it is cheap to make.
class TextDeflater {
 public:
  TextDeflater();

  DeflatedText Deflate(std::string_view text);

 private:
  std::vector<std::uint8_t> tables_;
  std::string output_;
};

// What the end of a gzip member (RFC 1952) says of the texts in it.
class GzipChecksum {
 public:
  void Add(const DeflatedText& next);

  // Returns the stream's last block and the trailer.
  std::string End() const;

 private:
  std::uint32_t crc_ = 0;
  std::uint32_t size_ = 0;  // Modulo 2^32, as the format has it.
};

// What a gzip member begins with.
std::string_view GzipHeader();

// Compresses to one gzip member. Threads: safe.
std::string CompressGzip(std::string_view text);

}  // namespace codearts

#endif  // CODEARTS_METRICS_COMPRESSION_H_
