// What a reload changes of the way to the API, over real connections.

#include <gmock/gmock.h>

#include "integration/tenants_fixture.h"
#include "support/status_matchers.h"

namespace codearts::testing {
namespace {

using ::testing::HasSubstr;

class ReloadApiTest : public TenantsTest {};

TEST_F(ReloadApiTest, KeepsConnectionsAndUnchangedCredentials) {
  Refresh();
  const CredentialMap before = api_->credentials();
  Config next = config_;
  std::get<AccessKeyCredential>(next.credentials[1].source).secret_key.value = Secret("another");
  next.metrics.queue = true;

  ASSERT_THAT(Reload(next), IsOk());
  Refresh();

  EXPECT_EQ(api_->credentials().at("a"), before.at("a"));
  EXPECT_NE(api_->credentials().at("b"), before.at("b"));
  // A refresh may need one more, but none was given up.
  EXPECT_EQ(Tenant(0).Connections().open, Tenant(0).Connections().accepted);
  EXPECT_EQ(Up("region-a"), 2);
  EXPECT_EQ(Up("region-b"), 0);
}

TEST_F(ReloadApiTest, TakesAMendedKeyAtOnceAlthoughTheWrongOneIsLeftAlone) {
  Config wrong = config_;
  std::get<AccessKeyCredential>(wrong.credentials[1].source).secret_key.value = Secret("wrong");
  Start();
  ASSERT_THAT(Reload(wrong), IsOk());
  Refresh();
  ASSERT_EQ(Up("region-b"), 0);

  ASSERT_THAT(Reload(config_), IsOk());
  Refresh();

  EXPECT_EQ(Up("region-b"), 2);
}

TEST_F(ReloadApiTest, TakesOtherLimitsForTheSameConnections) {
  Refresh();
  Config next = config_;
  next.api.max_response_bytes = 100;
  ASSERT_THAT(Reload(next), IsOk());
  Refresh();
  EXPECT_EQ(Up("region-a"), 0);
  EXPECT_EQ(refresher_->Current()->projects.at(0)->health.last_error->code(),
            StatusCode::kInvalidResponse);

  ASSERT_THAT(Reload(config_), IsOk());
  Refresh();
  EXPECT_EQ(Up("region-a"), 2);
}

TEST_F(ReloadApiTest, RefusesACaFileOfNoUseAndGoesOn) {
  Refresh();
  Config next = config_;
  next.api.ca_file = "/nowhere/ca.pem";

  EXPECT_THAT(Reload(next), StatusIs(StatusCode::kInvalidArgument, HasSubstr("api.ca_file")));

  Refresh();
  EXPECT_EQ(Up("region-a"), 2);
}

}  // namespace
}  // namespace codearts::testing
