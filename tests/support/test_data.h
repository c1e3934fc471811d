#ifndef CODEARTS_TESTS_SUPPORT_TEST_DATA_H_
#define CODEARTS_TESTS_SUPPORT_TEST_DATA_H_

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace codearts::testing {

// Returns the whole file `path`, relative to tests/. Ends the program if it can't be read: a test
// whose data moved must not pass.
inline std::string ReadTestFile(const std::string& path) {
  const std::string full = std::string(CODEARTS_TESTS_DIR) + "/" + path;
  std::ifstream in(full, std::ios::binary);
  if (!in) {
    std::cerr << "can't read " << full << '\n';
    std::abort();
  }
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace codearts::testing

#endif  // CODEARTS_TESTS_SUPPORT_TEST_DATA_H_
