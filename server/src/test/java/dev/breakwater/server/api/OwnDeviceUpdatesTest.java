/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.rollout.RolloutId;
import dev.breakwater.server.rollout.UpdateState;
import io.micrometer.core.instrument.Counter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What owners decide about updates, over real TLS, and who tries to decide for them. */
class OwnDeviceUpdatesTest {

    @TempDir Path directory;
    private ApiServer server;
    private OfferedUpdates offered;
    private ApiClient maker;
    private ApiClient owner;
    private OrganizationId organization;
    private String pat = "";
    private DeviceId device;

    @BeforeEach
    void start() throws Exception {
        server = new ApiServer(directory);
        offered = new OfferedUpdates(server);
        maker = server.administrator("Reef & Sons");
        organization = OrganizationId.parse(maker.organization());
        device = server.device(maker, "TANK-1");
        pat = server.member(maker, "pat@reef.example", "device-owner");
        own(device, pat);
        owner = logIn("pat@reef.example");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void own(DeviceId of, String member) {
        maker.post("/devices/" + of + "/owners", "{\"memberId\":\"" + member + "\"}").has(201);
    }

    private ApiClient logIn(String email) {
        return server.with(server.logIn(email).ok("accessToken"));
    }

    private RolloutId asking(String version, boolean securityRelevant) {
        return offered.asking(organization, device, version, securityRelevant);
    }

    private Answer say(ApiClient who, String what, RolloutId rollout) {
        return who.post(path() + "/" + what, "{\"rollout\":\"" + rollout + "\"}");
    }

    private Answer postpone(ApiClient who, RolloutId rollout, Instant until) {
        return who.post(
                path() + "/postponement",
                "{\"rollout\":\"%s\",\"until\":\"%s\"}".formatted(rollout, until));
    }

    private String path() {
        return "/me/devices/" + device + "/update";
    }

    private UpdateState state() {
        return offered.place(organization, device).update().state();
    }

    private List<AuditEntry> entries(String action) {
        server.settle();
        return server.audit.entries(organization, Long.MAX_VALUE, 100).stream()
                .filter(entry -> entry.action().equals(action))
                .toList();
    }

    @Test
    void showsAnOwnerWhatTheMakerHasSigned() {
        assertThat(owner.get(path()).has(200).body()).isEqualTo("{}");
        RolloutId rollout = asking("1.1", true);
        Answer shown = owner.get(path()).has(200);
        assertThat(shown.text("/update/rollout")).isEqualTo(rollout.toString());
        assertThat(shown.text("/update/version")).isEqualTo("1.1");
        assertThat(shown.text("/update/notes")).isEqualTo(OfferedUpdates.NOTES);
        assertThat(shown.json().at("/update/securityRelevant").booleanValue()).isTrue();
        assertThat(shown.json().at("/update/lengthBytes").longValue()).isEqualTo(1_000);
        assertThat(shown.text("/update/state")).isEqualTo("asking");
        assertThat(Instant.parse(shown.text("/update/postponableUntil")))
                .as("three days for a release that mends a hole")
                .isEqualTo(server.clock.instant().plus(Duration.ofDays(3)));
    }

    @Test
    void takesAnApprovalOnceAndRecordsWhoGaveIt() {
        RolloutId rollout = asking("1.1", false);
        Answer approved = say(owner, "approval", rollout).has(200);
        assertThat(approved.json().at("/update/approved").booleanValue()).isTrue();
        assertThat(offered.place(organization, device).given()).isTrue();
        say(owner, "approval", rollout).has(200);
        assertThat(entries("device-update.approved"))
                .singleElement()
                .satisfies(
                        entry -> {
                            assertThat(entry.subject()).isEqualTo("device:" + device);
                            assertThat(entry.details())
                                    .containsEntry("rollout", rollout.toString());
                            assertThat(entry.actor().toString()).isEqualTo("member:" + pat);
                        });
    }

    @Test
    void putsOffWithinTheLimitAndNamesItBeyond() {
        RolloutId rollout = asking("1.1", false);
        Instant latest = server.clock.instant().plus(Duration.ofDays(14));
        Answer tooLate = postpone(owner, rollout, latest.plusSeconds(1)).has(409);
        assertThat(tooLate.problem()).isEqualTo("not-possible-now");
        assertThat(tooLate.text("/detail"))
                .contains("can be put off until " + latest)
                .doesNotContain("security");
        assertThat(state()).isEqualTo(UpdateState.ASKING);
        Answer put = postpone(owner, rollout, latest).has(200);
        assertThat(put.text("/update/state")).isEqualTo("postponed");
        assertThat(Instant.parse(put.text("/update/postponedUntil"))).isEqualTo(latest);
        assertThat(entries("device-update.postponed"))
                .singleElement()
                .satisfies(
                        entry ->
                                assertThat(entry.details())
                                        .containsEntry("until", latest.toString()));
    }

    @Test
    void letsAReleaseThatMendsAHoleWaitForLess() {
        RolloutId rollout = asking("1.1", true);
        Instant latest = server.clock.instant().plus(Duration.ofDays(3));
        assertThat(postpone(owner, rollout, latest.plusSeconds(1)).has(409).text("/detail"))
                .contains("until " + latest, "mends a security hole");
        postpone(owner, rollout, latest).has(200);
    }

    @Test
    void countsTheLimitFromTheFirstQuestionAndNotFromTheLast() {
        RolloutId rollout = asking("1.1", false);
        Instant latest = server.clock.instant().plus(Duration.ofDays(14));
        server.clock.advance(Duration.ofDays(13));
        owner = logIn("pat@reef.example");
        assertThat(
                        postpone(owner, rollout, server.clock.instant().plus(Duration.ofDays(2)))
                                .has(409)
                                .text("/detail"))
                .contains("until " + latest);
        server.clock.advance(Duration.ofDays(2));
        owner = logIn("pat@reef.example");
        assertThat(
                        postpone(owner, rollout, server.clock.instant().plusSeconds(60))
                                .has(409)
                                .text("/detail"))
                .contains("cannot be put off any more");
        assertThat(owner.get(path()).json().at("/update/postponableUntil").isMissingNode())
                .isTrue();
    }

    @Test
    void refusesATimeThatIsPastOrNone() {
        RolloutId rollout = asking("1.1", false);
        assertThat(postpone(owner, rollout, server.clock.instant()).has(409).text("/detail"))
                .contains("is past");
        assertThat(
                        owner.post(
                                        path() + "/postponement",
                                        "{\"rollout\":\"%s\",\"until\":\"2026-02-30T00:00:00Z\"}"
                                                .formatted(rollout))
                                .status())
                .isBetween(400, 422);
        assertThat(state()).isEqualTo(UpdateState.ASKING);
    }

    @Test
    void takesARefusalAndAnApprovalAfterIt() {
        RolloutId rollout = asking("1.1", false);
        assertThat(say(owner, "refusal", rollout).has(200).text("/update/state"))
                .isEqualTo("refused");
        assertThat(state()).isEqualTo(UpdateState.REFUSED);
        assertThat(entries("device-update.refused")).hasSize(1);
        say(owner, "approval", rollout).has(200);
        assertThat(offered.place(organization, device).given()).isTrue();
    }

    @Test
    void takesNothingBackFromADeviceThatInstalls() {
        RolloutId rollout = asking("1.1", false);
        offered.begin(organization, rollout, device);
        for (Answer late :
                List.of(
                        say(owner, "refusal", rollout),
                        postpone(owner, rollout, server.clock.instant().plusSeconds(60)))) {
            assertThat(late.has(409).text("/detail")).contains("too late", "installing");
        }
        assertThat(state()).isEqualTo(UpdateState.INSTALLING);
        assertThat(entries("device-update.refused")).isEmpty();
    }

    @Test
    void approvesNothingThatWasNotShown() throws Exception {
        RolloutId mine = asking("1.1", false);
        DeviceId another = server.device(maker, "TANK-2");
        RolloutId others = offered.asking(organization, another, "1.2", false);
        for (RolloutId not : List.of(others, RolloutId.fresh())) {
            assertThat(say(owner, "approval", not).has(409).text("/detail"))
                    .contains("is not offered that update");
        }
        assertThat(offered.place(organization, device).given()).isFalse();
        assertThat(offered.place(organization, another).given()).isFalse();
        assertThat(mine).isNotEqualTo(others);
    }

    @Test
    void leavesItToTheMakerWhereTheProductDoes() {
        String product = maker.get("/devices/" + device).text("/product");
        maker.put(
                        "/products/" + product + "/risk-profile",
                        "{\"riskProfile\":\"critical\"}",
                        "If-Match: *")
                .has(200);
        RolloutId rollout = asking("1.1", false);
        assertThat(say(owner, "approval", rollout).has(409).text("/detail"))
                .contains("maker of this product decides");
        assertThat(offered.place(organization, device).given()).isFalse();
    }

    @Test
    void letsNobodyDecideButAnOwner() {
        RolloutId rollout = asking("1.1", false);
        server.member(maker, "eve@reef.example", "device-owner");
        ApiClient anotherOwner = logIn("eve@reef.example");
        server.member(maker, "kim@reef.example", "device-owner");
        ApiClient guest = logIn("kim@reef.example");
        share(guest);
        server.member(maker, "olga@reef.example", "operator");
        ApiClient staff = logIn("olga@reef.example");
        ApiClient stranger = server.administrator("Stranger");
        server.member(stranger, "max@else.example", "device-owner");
        ApiClient elsewhere = logIn("max@else.example");

        everything(anotherOwner, organization, rollout, 404, "not-their-device");
        everything(guest, organization, rollout, 403, "share-too-narrow");
        everything(staff, organization, rollout, 404, "not-their-device");
        everything(maker, organization, rollout, 403, "permission-missing");
        OrganizationId other = OrganizationId.parse(stranger.organization());
        everything(elsewhere, other, rollout, 404, "not-their-device");
        assertThat(guest.get(path()).status()).isEqualTo(403);
        assertThat(anotherOwner.get(path()).status()).isEqualTo(404);
        assertThat(staff.get(path()).has(200).body())
                .as("nothing of what is not theirs")
                .isEqualTo("{}");

        assertThat(state()).isEqualTo(UpdateState.ASKING);
        assertThat(offered.place(organization, device).given()).isFalse();
        for (String action : List.of("approved", "postponed", "refused")) {
            assertThat(entries("device-update." + action)).isEmpty();
        }
        say(owner, "approval", rollout).has(200);
    }

    private void share(ApiClient guest) {
        String code =
                owner.post("/me/devices/" + device + "/shares", "{\"right\":\"use\"}").ok("code");
        guest.post("/device-shares/acceptance", "{\"code\":\"" + code + "\"}").has(201);
    }

    /** Tries each answer, and finds each refusal counted under its reason. */
    private void everything(
            ApiClient who, OrganizationId home, RolloutId rollout, int status, String reason) {
        double before = counted(reason);
        assertThat(say(who, "approval", rollout).status()).isEqualTo(status);
        assertThat(say(who, "refusal", rollout).status()).isEqualTo(status);
        assertThat(postpone(who, rollout, server.clock.instant().plusSeconds(60)).status())
                .isEqualTo(status);
        assertThat(counted(reason) - before).as(reason).isEqualTo(3);
        server.settle();
        assertThat(server.audit.entries(home, Long.MAX_VALUE, 3))
                .hasSize(3)
                .allSatisfy(
                        entry -> {
                            assertThat(entry.action()).isEqualTo("api.refused");
                            assertThat(entry.details()).containsEntry("reason", reason);
                        });
    }

    private double counted(String reason) {
        return server
                .meters
                .find("breakwater.refusals")
                .tags("where", "api", "reason", reason)
                .counters()
                .stream()
                .mapToDouble(Counter::count)
                .sum();
    }
}
