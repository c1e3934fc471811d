#ifndef CODEARTS_SIMULATOR_REPLIES_H_
#define CODEARTS_SIMULATOR_REPLIES_H_

#include <string>
#include <string_view>

#include "simulator/http_types.h"

namespace codearts::sim {

// The shapes of errors. Source: api.md, 6.1.

// Stands in bodies where the id of the request belongs.
inline constexpr std::string_view kRequestIdMark = "@request-id@";

Reply JsonReply(std::string body);

// {"error_code","error_msg"} of the pipeline service; comes with HTTP 200 too.
Reply ServiceError(int status, std::string_view code, std::string_view message);

// 400 of the pipeline service for a parameter.
Reply BadParameter(std::string_view what);

// {"error":{"code","message"},"result":null,"status":"error"}.
Reply NestedError(int status, std::string_view code, std::string_view message);

// {"error_msg","error_code","request_id"} of the gateway, with its Server header.
Reply GatewayError(int status, std::string_view code, std::string_view message);

// 401 APIGW.0301 with the reason after the gateway's standing text.
Reply AuthenticationError(std::string_view reason);

// 429 APIGW.0308 with the documented text.
Reply ThrottlingError();

// {"error": message} of the simulator's own controls.
Reply ControlError(int status, std::string_view message);

}  // namespace codearts::sim

#endif  // CODEARTS_SIMULATOR_REPLIES_H_
