#include "bench/bare_curl_loop.h"

namespace codearts::testing {

BareCurlLoop::BareCurlLoop(const std::vector<HttpRequest>& requests, int concurrency,
                           const std::string& ca_file)
    : requests_(requests), multi_(curl_multi_init()) {
  for (const HttpRequest& request : requests) {
    curl_slist* list = nullptr;
    for (const HttpHeader& header : request.headers) {
      list = curl_slist_append(list, (header.name + ": " + header.value).c_str());
    }
    headers_.emplace_back(list);
  }
  for (int i = 0; i < concurrency; ++i) {
    CURL* easy = handles_.emplace_back(curl_easy_init()).get();
    curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
    // As it must be for libcurl to parse that file only once.
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<std::int64_t>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &BareCurlLoop::Drop);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  }
}

BareCurlLoop::~BareCurlLoop() = default;

bool BareCurlLoop::Run() {
  std::size_t ended = 0;
  bool all_good = true;
  for (const CurlEasyPtr& easy : handles_) SendNext(easy.get());
  while (ended < requests_.size()) {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    int left = 0;
    bool any = false;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      CURL* easy = message->easy_handle;
      std::int64_t status = 0;
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      all_good = all_good && message->data.result == CURLE_OK && status == 200;
      curl_multi_remove_handle(multi_.get(), easy);
      any = true;
      ++ended;
      SendNext(easy);
    }
    if (!any) curl_multi_poll(multi_.get(), nullptr, 0, 1000, nullptr);
  }
  return all_good;
}

void BareCurlLoop::SendNext(CURL* easy) {
  if (sent_ == requests_.size()) return;
  const HttpRequest& request = requests_[sent_];
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_[sent_].get());
  if (request.method == "POST") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<std::int64_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
  } else {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
  }
  curl_multi_add_handle(multi_.get(), easy);
  ++sent_;
}

std::size_t BareCurlLoop::Drop(char*, std::size_t size, std::size_t count, void* self) noexcept {
  static_cast<BareCurlLoop*>(self)->bytes_ += size * count;
  return size * count;
}

}  // namespace codearts::testing
