#include "http/curl_transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "base/text.h"
#include "base/url.h"

namespace codearts {
namespace {

// An IAM token is a header of up to 100,000 characters.
constexpr std::size_t kMaxHeaderBytes = std::size_t{256} << 10U;
constexpr std::size_t kMaxHeaderCount = 256;
// How many bodies of the largest size may come in at once, so that memory stays bounded however
// many requests are in flight.
constexpr std::uint64_t kMaxBuffered = 4;

template <typename T>
bool Set(const CurlEasyPtr& easy, CURLoption option, T value) {
  return curl_easy_setopt(easy.get(), option, value) == CURLE_OK;
}

// A line break in a header would start another one.
bool HasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (c >= 0 && c < ' ') || c == '\x7F'; });
}

Status Invalid(std::string message) {
  return Status(StatusCode::kInvalidArgument, std::move(message));
}

StatusCode StatusCodeOf(CURLcode code) {
  switch (static_cast<int>(code)) {
    case CURLE_OPERATION_TIMEDOUT:
      return StatusCode::kDeadlineExceeded;
    case CURLE_FILESIZE_EXCEEDED:
    case CURLE_UNSUPPORTED_PROTOCOL:  // Of the answer: that of the URL was checked.
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_OUT_OF_MEMORY:  // Also what libcurl 7.88 says to a header line of over 100 KiB.
      return StatusCode::kInvalidResponse;
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_URL_MALFORMAT:
      return StatusCode::kInvalidArgument;
    default:
      return StatusCode::kUnavailable;
  }
}

// Before the connection stands, a timeout is a matter of the network.
ErrorCause CauseOf(CURLcode code, CURL* easy) {
  switch (static_cast<int>(code)) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return ErrorCause::kName;
    case CURLE_COULDNT_CONNECT:
      return ErrorCause::kConnection;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
      return ErrorCause::kProxy;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return ErrorCause::kTls;
    case CURLE_OPERATION_TIMEDOUT: {
      curl_off_t before_transfer = 0;
      curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &before_transfer);
      return before_transfer == 0 ? ErrorCause::kConnection : ErrorCause::kSilence;
    }
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE: {
      // libcurl 7.88 says of a CONNECT that was refused only that nothing was received.
      std::int64_t connect_status = 0;
      curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &connect_status);
      return connect_status >= 300 ? ErrorCause::kProxy : ErrorCause::kSilence;
    }
    default:
      return ErrorCause::kUnknown;
  }
}

Status NoAnswer(StatusCode code, std::string message, ErrorCause cause) {
  ErrorDetails details;
  details.cause = cause;
  return Status(code, std::move(message), std::move(details));
}

}  // namespace

Result<std::unique_ptr<CurlTransfer>> CurlTransfer::Create(CurlTransferContext& context) {
  std::unique_ptr<CurlTransfer> transfer(new CurlTransfer(context));
  const Status status = transfer->SetUp();
  if (!status.ok()) return status;
  return transfer;
}

CurlTransfer* CurlTransfer::FromHandle(CURL* handle) {
  char* self = nullptr;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &self);
  return reinterpret_cast<CurlTransfer*>(self);
}

// Sets what is the same for every request.
Status CurlTransfer::SetUp() {
  easy_.reset(curl_easy_init());
  if (easy_ == nullptr) return Status(StatusCode::kInternal, "libcurl gave no handle");
  const auto max_bytes = static_cast<curl_off_t>(context_.options.max_response_bytes);
  const bool done =
      Set(easy_, CURLOPT_PRIVATE, this) && Set(easy_, CURLOPT_ERRORBUFFER, error_text_.data()) &&
      Set(easy_, CURLOPT_WRITEFUNCTION, &CurlTransfer::OnBody) &&
      Set(easy_, CURLOPT_WRITEDATA, this) &&
      Set(easy_, CURLOPT_HEADERFUNCTION, &CurlTransfer::OnHeader) &&
      Set(easy_, CURLOPT_HEADERDATA, this) && Set(easy_, CURLOPT_NOSIGNAL, 1L) &&
      Set(easy_, CURLOPT_FOLLOWLOCATION, 0L) && Set(easy_, CURLOPT_PROTOCOLS_STR, "http,https") &&
      Set(easy_, CURLOPT_HTTP_VERSION, static_cast<std::int64_t>(CURL_HTTP_VERSION_1_1)) &&
      Set(easy_, CURLOPT_SSL_VERIFYPEER, 1L) && Set(easy_, CURLOPT_SSL_VERIFYHOST, 2L) &&
      Set(easy_, CURLOPT_SSLVERSION, static_cast<std::int64_t>(CURL_SSLVERSION_TLSv1_2)) &&
      Set(easy_, CURLOPT_CAINFO, context_.ca_path.c_str()) &&
      Set(easy_, CURLOPT_PROXY_CAINFO, context_.ca_path.c_str()) &&
      // libcurl keeps a parsed bundle only without a folder of certificates.
      Set(easy_, CURLOPT_CAPATH, static_cast<char*>(nullptr)) &&
      Set(easy_, CURLOPT_PROXY_CAPATH, static_cast<char*>(nullptr)) &&
      // The proxy must not see what is for the API.
      Set(easy_, CURLOPT_HEADEROPT, static_cast<std::int64_t>(CURLHEADER_SEPARATE)) &&
      Set(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) &&
      Set(easy_, CURLOPT_ACCEPT_ENCODING, "gzip") &&
      Set(easy_, CURLOPT_MAXFILESIZE_LARGE, max_bytes) &&
      // Else ending a request waits for its name lookup, which can take minutes.
      Set(easy_, CURLOPT_QUICK_EXIT, 1L) && Set(easy_, CURLOPT_TCP_KEEPALIVE, 1L) &&
      Set(easy_, CURLOPT_USERAGENT, context_.options.user_agent.c_str()) && SetPin();
  if (!done) return Status(StatusCode::kInternal, "libcurl lacks an option that is needed");
  return Status();
}

bool CurlTransfer::SetPin() {
  const std::string& pin = context_.options.server_key_pin;
  if (pin.empty()) return true;
  // libcurl compares the pin also where it judges nothing else.
  return Set(easy_, CURLOPT_PINNEDPUBLICKEY, pin.c_str()) &&
         Set(easy_, CURLOPT_SSL_VERIFYPEER, 0L) && Set(easy_, CURLOPT_SSL_VERIFYHOST, 0L);
}

Status CurlTransfer::Start(HttpRequest request) {
  request_ = std::move(request);
  target_ = request_.method + " " + request_.url.substr(0, request_.url.find('?'));
  for (const auto& step :
       {&CurlTransfer::SetRoute, &CurlTransfer::SetMethod, &CurlTransfer::SetHeaders}) {
    const Status status = (this->*step)();
    if (!status.ok()) return status;
  }
  return Status();
}

Status CurlTransfer::SetRoute() {
  const std::optional<Url> url = ParseUrl(request_.url);
  // Not the URL itself: it may hold a password.
  if (!url) return Invalid("malformed URL");
  const bool local = IsLoopbackHost(url->host) || IsMetadataHost(url->host);
  if (url->scheme == "http" && !local) {
    return Invalid(target_ + ": plain http is for loopback hosts only");
  }
  // A null proxy lets libcurl look at the environment.
  const char* proxy =
      context_.options.proxy_url.empty() ? nullptr : context_.options.proxy_url.c_str();
  const Duration timeout =
      request_.timeout > Duration(0) ? request_.timeout : context_.options.request_timeout;
  const bool done = Set(easy_, CURLOPT_URL, request_.url.c_str()) &&
                    Set(easy_, CURLOPT_PROXY, local ? "" : proxy) &&
                    Set(easy_, CURLOPT_TIMEOUT_MS, timeout.count()) &&
                    Set(easy_, CURLOPT_CONNECTTIMEOUT_MS,
                        std::min(timeout, context_.options.connect_timeout).count());
  return done ? Status() : Invalid(target_ + ": libcurl refuses the URL");
}

Status CurlTransfer::SetMethod() {
  if (request_.method == "GET") {
    Set(easy_, CURLOPT_CUSTOMREQUEST, static_cast<char*>(nullptr));
    Set(easy_, CURLOPT_HTTPGET, 1L);
    return Status();
  }
  if (request_.method != "POST" && request_.method != "PUT") {
    return Invalid(target_ + ": method is not supported");
  }
  // PUT is sent as a POST of another name; libcurl's own PUT reads its body from a callback.
  const bool put = request_.method == "PUT";
  const std::string_view body =
      request_.secret_body.empty() ? request_.body : request_.secret_body.Reveal();
  const bool done = Set(easy_, CURLOPT_POST, 1L) &&
                    Set(easy_, CURLOPT_CUSTOMREQUEST, put ? "PUT" : nullptr) &&
                    Set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size())) &&
                    Set(easy_, CURLOPT_POSTFIELDS, body.data());
  return done ? Status() : Status(StatusCode::kInternal, target_ + ": out of memory");
}

Status CurlTransfer::SetHeaders() {
  header_list_.reset();
  for (const HttpHeader& header : request_.headers) {
    if (HasControlCharacter(header.name) || HasControlCharacter(header.value)) {
      return Invalid(target_ + ": a header holds a control character");
    }
    // "Name;" is how libcurl is told to send a header without a value.
    const std::string line =
        header.value.empty() ? header.name + ';' : header.name + ": " + header.value;
    curl_slist* extended = curl_slist_append(header_list_.get(), line.c_str());
    if (extended == nullptr) return Status(StatusCode::kInternal, target_ + ": out of memory");
    static_cast<void>(header_list_.release());
    header_list_.reset(extended);
  }
  Set(easy_, CURLOPT_HTTPHEADER, header_list_.get());
  return Status();
}

Result<HttpResponse> CurlTransfer::Finish(CURLcode code) {
  HttpResponse response = std::exchange(response_, HttpResponse());
  context_.buffered_bytes -= response.body.size();
  const Status failure = FailureOf(code);
  too_large_ = false;
  headers_ended_ = false;
  header_bytes_ = 0;
  header_count_ = 0;
  error_text_.front() = '\0';
  request_ = HttpRequest();
  if (!failure.ok()) return failure;

  std::int64_t status_code = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status_code);
  response.status_code = static_cast<int>(status_code);
  curl_off_t elapsed = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_TOTAL_TIME_T, &elapsed);
  response.elapsed = std::chrono::duration_cast<Duration>(std::chrono::microseconds(elapsed));
  return response;
}

Status CurlTransfer::FailureOf(CURLcode code) const {
  if (code == CURLE_OK && headers_ended_) return Status();
  if (code == CURLE_OK) {
    // libcurl takes the end of the stream for that of the headers.
    return NoAnswer(StatusCode::kUnavailable, target_ + ": connection closed within the headers",
                    ErrorCause::kSilence);
  }
  const bool has_large_headers = header_bytes_ > kMaxHeaderBytes || header_count_ > kMaxHeaderCount;
  if (code == CURLE_FILESIZE_EXCEEDED || (too_large_ && !has_large_headers)) {
    return Status(StatusCode::kInvalidResponse,
                  fmt::format("{}: response is too large: api.max_response_bytes is {}", target_,
                              context_.options.max_response_bytes));
  }
  if (too_large_) {
    return Status(StatusCode::kInvalidResponse, target_ + ": header of the response is too large");
  }
  const char* text = error_text_.front() != '\0' ? error_text_.data() : curl_easy_strerror(code);
  return NoAnswer(StatusCodeOf(code), target_ + ": " + text, CauseOf(code, easy_.get()));
}

bool CurlTransfer::AppendBody(std::string_view data) {
  // Sizes are those after decompression: libcurl's own limit looks at Content-Length only.
  const std::uint64_t max = context_.options.max_response_bytes;
  too_large_ = data.size() > max - response_.body.size() ||
               context_.buffered_bytes + data.size() > kMaxBuffered * max;
  if (too_large_) return false;
  if (response_.body.empty()) ReserveBody(max);
  context_.buffered_bytes += data.size();
  response_.body.append(data);
  return true;
}

// Growing step by step would copy most of the body.
void CurlTransfer::ReserveBody(std::uint64_t max) {
  constexpr std::uint64_t kMostOnTrust = std::uint64_t{256} << 10U;
  curl_off_t length = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  if (length > 0) {
    response_.body.reserve(std::min({static_cast<std::uint64_t>(length), max, kMostOnTrust}) +
                           kBodyPadding);
  }
}

bool CurlTransfer::AppendHeaderLine(std::string_view line) {
  header_bytes_ += line.size();
  ++header_count_;
  too_large_ = header_bytes_ > kMaxHeaderBytes || header_count_ > kMaxHeaderCount;
  if (too_large_) return false;
  if (line.starts_with("HTTP/")) {
    // A status line; those before it were of an interim answer.
    response_.headers.clear();
    headers_ended_ = false;
  }
  headers_ended_ = headers_ended_ || line == "\r\n" || line == "\n";
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  response_.headers.push_back(
      {std::string(line.substr(0, colon)), std::string(TrimWhitespace(line.substr(colon + 1)))});
  return true;
}

std::size_t CurlTransfer::OnBody(char* data, std::size_t size, std::size_t count,
                                 void* self) noexcept {
  try {
    return static_cast<CurlTransfer*>(self)->AppendBody({data, size * count}) ? size * count : 0;
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

std::size_t CurlTransfer::OnHeader(char* data, std::size_t size, std::size_t count,
                                   void* self) noexcept {
  try {
    return static_cast<CurlTransfer*>(self)->AppendHeaderLine({data, size * count}) ? size * count
                                                                                    : 0;
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

}  // namespace codearts
