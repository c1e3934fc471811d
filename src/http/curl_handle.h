#ifndef CODEARTS_HTTP_CURL_HANDLE_H_
#define CODEARTS_HTTP_CURL_HANDLE_H_

#include <curl/curl.h>

#include <memory>

namespace codearts {

// Owners of libcurl's handles; the only file that includes its header.

struct CurlEasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using CurlEasyPtr = std::unique_ptr<CURL, CurlEasyDeleter>;

struct CurlMultiDeleter {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
using CurlMultiPtr = std::unique_ptr<CURLM, CurlMultiDeleter>;

struct CurlListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlListPtr = std::unique_ptr<curl_slist, CurlListDeleter>;

}  // namespace codearts

#endif  // CODEARTS_HTTP_CURL_HANDLE_H_
