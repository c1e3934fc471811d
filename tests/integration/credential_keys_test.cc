#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "integration/credential_fixture.h"

namespace codearts::testing {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Mode = sim::MetadataService::Mode;

class MetadataCredentialTest : public CredentialTest {};

TEST_F(MetadataCredentialTest, KeysServeUntilTheyAreRenewedBeforeTheirEnd) {
  Use("vm", AddMetadata(Mode::kToken));

  for (int i = 0; i < 3; ++i) EXPECT_THAT(List("vm"), IsOk());
  EXPECT_EQ(Requests("metadata_token", "200"), 1);
  EXPECT_EQ(Requests("metadata_key", "200"), 1);
  ASSERT_TRUE(api().CredentialExpiries().contains("vm"));
  const Timestamp first_end = api().CredentialExpiries().at("vm");

  Advance(hours(5) + minutes(25));
  EXPECT_THAT(List("vm"), IsOk());
  EXPECT_EQ(Requests("metadata_key"), 2);
  EXPECT_GT(api().CredentialExpiries().at("vm"), first_end);

  Advance(hours(7));
  EXPECT_THAT(List("vm"), IsOk());
  EXPECT_EQ(Requests("metadata_key"), 3);
  EXPECT_EQ(Requests("list_pipelines", "401"), 0);
}

TEST_F(MetadataCredentialTest, AnOldServiceNeedsNoToken) {
  Use("vm", AddMetadata(Mode::kOpen));

  EXPECT_THAT(List("vm"), IsOk());
  EXPECT_EQ(Requests("metadata_token", "405"), 1);
}

TEST_F(MetadataCredentialTest, AMachineWithoutAgencyIsToldSo) {
  Use("vm", AddMetadata(Mode::kOff));

  EXPECT_THAT(List("vm"), StatusIs(StatusCode::kCredentials,
                                   AllOf(HasSubstr("credential vm: metadata: HTTP 404"),
                                         HasSubstr("give this ECS an agency"))));
}

TEST_F(MetadataCredentialTest, ComesBackAfterTheServiceDoes) {
  Use("vm", AddMetadata(Mode::kToken));
  for (const char* kind : {"500", "reset", "garbage"}) {
    ASSERT_THAT(simulator().AddFault({.endpoint = "metadata", .kind = kind}), IsOk());
    EXPECT_FALSE(List("vm").ok()) << kind;
    simulator().ClearFaults();
    Advance(minutes(1));
  }
  EXPECT_THAT(List("vm"), IsOk());
}

TEST_F(MetadataCredentialTest, AtTheEndOfTheChainSaysWhatWasTried) {
  Use("default", EcsMetadataCredential{"http://127.0.0.1:1"}, /*from_chain=*/true);

  EXPECT_THAT(List("default"),
              StatusIs(StatusCode::kCredentials,
                       AllOf(HasSubstr("credential default: no credential was found: metadata: PUT "
                                       "http://127.0.0.1:1/meta-data/latest/api/token: "),
                             HasSubstr("ECS metadata, as nothing else is set"))));
}

TEST_F(MetadataCredentialTest, KeysThatTheGatewayDoesNotKnowAreLeftAlone) {
  Use("vm", AddMetadata(Mode::kToken));
  ASSERT_THAT(simulator().AddFault({.endpoint = "list_pipelines", .kind = "401"}), IsOk());
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(List("vm").ok());

  // The service hands out the same keys again, so that nothing new can be tried.
  EXPECT_EQ(Requests("list_pipelines"), 1);
  EXPECT_THAT(outcomes_.back().second, StatusIs(StatusCode::kCredentials, HasSubstr("left alone")));
  simulator().ClearFaults();
  Advance(minutes(5));
  EXPECT_THAT(List("vm"), IsOk());
}

class KeyCredentialTest : public CredentialTest {
 protected:
  KeyCredentialTest() { options_.simulator.keys = {{"AK1", "SK1"}}; }
};

TEST_F(KeyCredentialTest, AProfileFileIsFollowedWhenItChanges) {
  const std::string path = folder_.Write("credentials", "[basic]\nak = AK1\nsk = SK1\n");
  Use("default", ProfileFileCredential{path});
  EXPECT_THAT(List("default"), IsOk());

  simulator().simulator().AddKey("AK2", "SK2");
  simulator().simulator().RemoveKey("AK1");
  folder_.Write("credentials", "[basic]\nak = AK2\nsk = SK2\n");
  EXPECT_THAT(List("default"), IsOk());

  folder_.Write("credentials", "[basic]\nak = AK2\nSIM-LEAK-SENTINEL\n");
  EXPECT_THAT(List("default"),
              StatusIs(StatusCode::kCredentials,
                       AllOf(HasSubstr("credential default: " + path + ": line 3: "),
                             Not(HasSubstr("SENTINEL")))));
  EXPECT_EQ(Requests("list_pipelines", "401"), 0);
}

TEST_F(KeyCredentialTest, AWrongSecretIsTriedOnceUntilItsFileChanges) {
  Use("default",
      AccessKeyCredential{{Secret("AK1"), ""}, {Secret(), folder_.Write("sk", "wrong")}, {}});

  EXPECT_THAT(List("default"),
              StatusIs(StatusCode::kUnauthenticated, HasSubstr("the signature does not match")));
  Submit("default", 20);
  api().client().Run({});
  EXPECT_THAT(outcomes_.back().second, StatusIs(StatusCode::kCredentials, HasSubstr("left alone")));
  EXPECT_EQ(Requests("list_pipelines"), 1);

  folder_.Write("sk", "SK1");
  EXPECT_THAT(List("default"), IsOk());
}

TEST_F(KeyCredentialTest, ALockedKeyIsTriedAgainAfterFiveMinutes) {
  Use("default", AccessKeyCredential{{Secret("AK2"), ""}, {Secret("SK2"), ""}, {}});
  ASSERT_THAT(List("default"),
              StatusIs(StatusCode::kUnauthenticated, HasSubstr("the access key does not exist")));
  simulator().simulator().AddKey("AK2", "SK2");

  Advance(minutes(4));
  EXPECT_THAT(List("default"), StatusIs(StatusCode::kCredentials));
  Advance(minutes(1));
  EXPECT_THAT(List("default"), IsOk());
}

TEST_F(KeyCredentialTest, ABrokenCredentialOfOneTenantLeavesTheOtherAlone) {
  Use("broken", AccessKeyCredential{{Secret("AK1"), ""}, {Secret("wrong"), ""}, {}});
  Use("unreadable", AuthTokenCredential{{Secret(), "/nonexistent/token"}});
  Use("good", AccessKeyCredential{{Secret("AK1"), ""}, {Secret("SK1"), ""}, {}});

  Submit("broken", 10);
  Submit("unreadable", 10);
  Submit("good", 10);
  api().client().Run({});

  ASSERT_EQ(outcomes_.size(), 30U);
  for (const auto& [name, status] : outcomes_) EXPECT_EQ(status.ok(), name == "good") << name;
}

TEST_F(KeyCredentialTest, ATokenFileIsFollowedWhenItChanges) {
  options_.simulator.auth_tokens = {"T2"};
  Use("fixed", AuthTokenCredential{{Secret(), folder_.Write("token", "T1\n")}});
  EXPECT_THAT(List("fixed"), StatusIs(StatusCode::kUnauthenticated));

  folder_.Write("token", "T2\n");

  EXPECT_THAT(List("fixed"), IsOk());
}

}  // namespace
}  // namespace codearts::testing
