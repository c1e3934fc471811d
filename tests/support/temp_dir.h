#ifndef CODEARTS_TESTS_SUPPORT_TEMP_DIR_H_
#define CODEARTS_TESTS_SUPPORT_TEMP_DIR_H_

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace codearts::testing {

// A folder of the test's own, removed with everything in it at the end.
class TempDir {
 public:
  TempDir() : path_(::testing::TempDir() + "codearts_XXXXXX") {
    EXPECT_NE(mkdtemp(path_.data()), nullptr) << path_;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  std::string PathOf(std::string_view name) const { return path_ + "/" + std::string(name); }

  // Writes a new file and renames it over the old one, as careful writers do. Returns its path.
  std::string Write(std::string_view name, std::string_view text) const {
    std::string path = PathOf(name);
    const std::string fresh = path + ".new";
    std::ofstream(fresh, std::ios::binary) << text;
    std::filesystem::rename(fresh, path);
    return path;
  }

 private:
  std::string path_;
};

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_SUPPORT_TEMP_DIR_H_
