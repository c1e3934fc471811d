#ifndef CODEARTS_EXPORTER_PROGRESS_H_
#define CODEARTS_EXPORTER_PROGRESS_H_

#include <cstddef>
#include <cstdio>
#include <string>

namespace codearts {

// One line that tells people how far long work has come, rewritten in place; nothing unless the
// stream is a terminal. It is gone when the work ends. Threads: one.
class Progress {
 public:
  // "checked 3 of 12 projects": `done` is the first word, `things` the last. `stream` is to stay
  // open.
  Progress(std::FILE* stream, std::string done, std::string things);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // More of it became known.
  void Expect(std::size_t more);
  // One more is done.
  void Advance();

 private:
  void Show();

  std::FILE* const stream_;  // nullptr: no terminal.
  const std::string done_word_;
  const std::string things_;
  std::size_t done_ = 0;
  std::size_t expected_ = 0;
};

}  // namespace codearts

#endif  // CODEARTS_EXPORTER_PROGRESS_H_
