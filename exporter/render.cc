#include "exporter/render.h"

#include <utility>

#include "metrics/negotiation.h"

namespace codearts {
namespace {

PageEncoding NegotiateEncoding(std::string_view accept_encoding) {
  return AcceptsGzip(accept_encoding) ? PageEncoding::kGzip : PageEncoding::kIdentity;
}

RenderedPage Describe(TextParts body, TextFormat format, PageEncoding encoding) {
  RenderedPage rendered;
  rendered.content_type = ContentTypeOf(format);
  if (encoding == PageEncoding::kGzip) rendered.content_encoding = "gzip";
  rendered.body = std::move(body);
  return rendered;
}

}  // namespace

RenderedPage RenderPage(MetricsPage& page, const Snapshot& snapshot, std::string_view accept,
                        std::string_view accept_encoding) {
  const TextFormat format = NegotiateFormat(accept);
  const PageEncoding encoding = NegotiateEncoding(accept_encoding);
  return Describe(page.Render(snapshot, format, encoding), format, encoding);
}

std::optional<RenderedPage> RenderProjectPage(MetricsPage& page, const Snapshot& snapshot,
                                              const ProjectId& project, std::string_view accept,
                                              std::string_view accept_encoding) {
  const TextFormat format = NegotiateFormat(accept);
  const PageEncoding encoding = NegotiateEncoding(accept_encoding);
  std::optional<TextParts> body = page.RenderProject(snapshot, project, format, encoding);
  if (!body) return std::nullopt;
  return Describe(std::move(*body), format, encoding);
}

}  // namespace codearts
