#include "metrics/compression.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "unit/metrics/gunzip.h"

namespace codearts {
namespace {

using testing::Gunzip;

std::string RepetitiveText(int lines) {
  std::string text;
  for (int i = 0; i < lines; ++i) text += "metric{a=\"" + std::to_string(i) + "\"} 1\n";
  return text;
}

std::string RandomBytes(std::size_t size) {
  std::mt19937 random(1);
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(random());
  return bytes;
}

std::vector<std::string> Texts() {
  std::vector<std::string> texts = {"", "a", "", RepetitiveText(10000), RandomBytes(200'000)};
  // Around the sizes at which blocks and windows end.
  for (const std::size_t size : {257U, 258U, 259U, 32767U, 32768U, 65534U, 65535U, 65536U}) {
    texts.push_back(RandomBytes(size));
    texts.push_back(std::string(size, 'x'));
  }
  return texts;
}

TEST(CompressionTest, ReadsBackByAnotherLibrary) {
  for (const std::string& text : Texts()) {
    EXPECT_EQ(Gunzip(CompressGzip(text)), text);
  }
}

TEST(CompressionTest, JoinsTextsThatWereDeflatedApart) {
  TextDeflater deflater;
  std::string expected;
  std::string gzip(GzipHeader());
  GzipChecksum checksum;
  for (const std::string& text : Texts()) {
    const DeflatedText deflated = deflater.Deflate(text);
    expected += text;
    gzip += deflated.blocks;
    checksum.Add(deflated);
  }

  EXPECT_EQ(Gunzip(gzip + checksum.End()), expected);
}

TEST(CompressionTest, JoinsTheSameTextsInAnyOrder) {
  TextDeflater deflater;
  const DeflatedText a = deflater.Deflate(RepetitiveText(100));
  const DeflatedText b = deflater.Deflate(RepetitiveText(300));
  GzipChecksum checksum;
  for (const DeflatedText* text : {&b, &a, &b}) checksum.Add(*text);

  EXPECT_EQ(Gunzip(std::string(GzipHeader()) + b.blocks + a.blocks + b.blocks + checksum.End()),
            RepetitiveText(300) + RepetitiveText(100) + RepetitiveText(300));
}

TEST(CompressionTest, NoticesAWrongChecksum) {
  std::string gzip = CompressGzip("metric 1\n");
  gzip[gzip.size() - 8] = static_cast<char>(gzip[gzip.size() - 8] ^ 1);

  EXPECT_EQ(Gunzip(gzip), std::nullopt);
}

TEST(CompressionTest, MakesPagesSmall) {
  const std::string page = RepetitiveText(10000);

  EXPECT_LT(CompressGzip(page).size(), page.size() / 4);
}

// Writes a number all over the stack that the next call takes.
[[gnu::noinline]] void FillStack(std::uint16_t number) {
  std::array<volatile std::uint16_t, 100'000> stack;
  for (volatile std::uint16_t& place : stack) place = number;
}

TEST(CompressionTest, DoesNotDependOnWhatWasInMemory) {
  const std::string page = RepetitiveText(10000);
  FillStack(0);
  const std::string first = CompressGzip(page);

  // The library has 8 for a window of 256 bytes.
  FillStack(8);
  EXPECT_EQ(CompressGzip(page), first);
}

}  // namespace
}  // namespace codearts
