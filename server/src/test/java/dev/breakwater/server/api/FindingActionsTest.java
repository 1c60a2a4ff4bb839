/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.api.ApiClient.Answer;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do about findings. */
class FindingActionsTest {

    private static final String REASON = "{\"reason\":\"a test\"}";

    private ApiServer server;
    private ApiClient administrator;
    private DeviceId device;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        administrator = server.administrator("Reef & Sons");
        device = server.device(administrator, "A-1");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void showsFindingsByStateKindAndDevice() throws Exception {
        String finding = server.finding(administrator, device);
        DeviceId other = server.device(administrator, "A-2");
        server.finding(administrator, other);
        Answer all = administrator.get("/findings").has(200);
        assertThat(all.json().at("/items")).hasSize(2);
        Answer page = administrator.get("/findings?limit=1").has(200);
        assertThat(page.text("/items/0/device")).isEqualTo(other.toString());
        Answer next = administrator.get("/findings?limit=1&cursor=" + page.text("/nextCursor"));
        assertThat(next.text("/items/0/id")).isEqualTo(finding);
        assertThat(found("device=" + device)).isEqualTo(1);
        assertThat(found("kind=failed-connects")).isEqualTo(2);
        assertThat(found("kind=new-network")).isZero();
        assertThat(found("state=dismissed")).isZero();
        administrator.get("/findings?kind=strange").has(400);
        Answer one = administrator.get("/findings/" + finding).has(200);
        assertThat(one.text("/kind")).isEqualTo("failed-connects");
        assertThat(one.text("/evidence/source")).isEqualTo("192.0.2.7");
    }

    private int found(String query) {
        return administrator.get("/findings?" + query).has(200).json().at("/items").size();
    }

    @Test
    void dismissesAFindingOnce() {
        String finding = "/findings/" + server.finding(administrator, device);
        Answer dismissed = administrator.post(finding + "/dismissal", REASON).has(200);
        assertThat(dismissed.text("/state")).isEqualTo("dismissed");
        assertThat(dismissed.text("/decidedBy")).startsWith("token:");
        Answer again = administrator.post(finding + "/dismissal", REASON).has(409);
        assertThat(again.problem()).isEqualTo("not-possible-now");
        assertThat(again.text("/detail")).contains("dismissed already");
        administrator.post(finding + "/quarantine", REASON).has(409);
        assertThat(status()).isEqualTo("active");
    }

    @Test
    void quarantinesTheDevice() {
        String finding = "/findings/" + server.finding(administrator, device);
        Answer acted = administrator.post(finding + "/quarantine", REASON).has(200);
        assertThat(acted.text("/state")).isEqualTo("acted");
        assertThat(status()).isEqualTo("quarantined");
        Answer log = administrator.get("/audit-entries?limit=2");
        assertThat(log.text("/items/0/action")).isEqualTo("finding.acted");
        assertThat(log.text("/items/0/details/action")).isEqualTo("quarantined");
        assertThat(log.text("/items/1/action")).isEqualTo("device.quarantined");
    }

    @Test
    void revokesTheDeviceAndCannotQuarantineItAfterwards() {
        String finding = "/findings/" + server.finding(administrator, device);
        administrator.post(finding + "/revocation", REASON).has(200);
        assertThat(status()).isEqualTo("revoked");
        String later = "/findings/" + server.finding(administrator, device);
        Answer refused = administrator.post(later + "/quarantine", REASON).has(409);
        assertThat(refused.text("/detail")).contains("revoked");
        assertThat(administrator.get(later).text("/state")).isEqualTo("open");
    }

    /** A crash between the two steps leaves this; the second attempt ends what the first began. */
    @Test
    void actsOnAFindingWhoseDeviceIsOffAlready() {
        String finding = "/findings/" + server.finding(administrator, device);
        administrator.post("/devices/" + device + "/quarantine", REASON).has(200);
        assertThat(administrator.post(finding + "/quarantine", REASON).has(200).text("/state"))
                .isEqualTo("acted");
    }

    @Test
    void takesNoDeviceOffForAFindingThatIsAboutNone() {
        administrator.get("/devices").has(200);
        server.firewall.findings().storeNoticed();
        server.clock.advance(Duration.ofDays(8));
        administrator.get("/tokens").has(200);
        server.firewall.findings().storeNoticed();
        String finding =
                "/findings/"
                        + administrator.get("/findings?kind=new-operation").text("/items/0/id");
        Answer refused = administrator.post(finding + "/quarantine", REASON).has(409);
        assertThat(refused.text("/detail")).isEqualTo("The finding is not about a device.");
        administrator.post(finding + "/dismissal", REASON).has(200);
    }

    @Test
    void bansWhereItCameFromForATime() {
        String id = server.finding(administrator, device);
        Answer acted = administrator.post("/findings/" + id + "/ban", ban(7_200)).has(200);
        assertThat(acted.text("/state")).isEqualTo("acted");
        assertThat(server.bans.list())
                .singleElement()
                .satisfies(
                        ban -> {
                            assertThat(ban.network().name()).isEqualTo("192.0.2.7");
                            assertThat(ban.reason()).isEqualTo("finding:" + id);
                            assertThat(ban.until())
                                    .isEqualTo(server.clock.instant().plusSeconds(7_200));
                        });
        Answer log = administrator.get("/audit-entries?limit=1");
        assertThat(log.text("/items/0/action")).isEqualTo("finding.acted");
        assertThat(log.text("/items/0/details/action")).isEqualTo("ban");
        assertThat(log.text("/items/0/details/networks")).isEqualTo("[192.0.2.7]");
        assertThat(log.text("/items/0/details/reason")).isEqualTo("a test");
        assertThat(status()).isEqualTo("active");
        server.clock.advance(Duration.ofSeconds(7_201));
        assertThat(server.bans.list()).isEmpty();
    }

    @Test
    void bansNoLongerThanTheServerWouldAndNobodyTwice() {
        String finding = "/findings/" + server.finding(administrator, device);
        Answer tooLong = administrator.post(finding + "/ban", ban(86_401)).has(409);
        assertThat(tooLong.problem()).isEqualTo("limit-reached");
        administrator.post(finding + "/ban", ban(59)).has(422);
        assertThat(server.bans.list()).isEmpty();
        administrator.post(finding + "/ban", ban(60)).has(200);
        administrator.post(finding + "/ban", ban(60)).has(409);
    }

    @Test
    void bansNoExceptedNetworkAndNotTheCallersOwn() throws Exception {
        String excepted = "/findings/" + finding(ApiServer.NEVER_BANNED);
        Answer refused = administrator.post(excepted + "/ban", ban(60)).has(409);
        assertThat(refused.text("/detail"))
                .isEqualTo("The operator of the server has excepted 198.51.100.7 from bans.");
        device = server.device(administrator, "A-2");
        String own = "/findings/" + finding("127.0.0.1");
        Answer shutOut = administrator.post(own + "/ban", ban(60)).has(409);
        assertThat(shutOut.text("/detail")).contains("You come from 127.0.0.1 yourself");
        assertThat(server.bans.list()).isEmpty();
        assertThat(administrator.get(own).text("/state")).isEqualTo("open");
    }

    @Test
    void letsOnlyThoseBanWhoRuleTheFirewallAndJustProvedASecondFactor() {
        String finding = "/findings/" + server.finding(administrator, device);
        for (String role : new String[] {"operator", "support", "auditor"}) {
            administrator.role(role).post(finding + "/ban", ban(60)).has(403);
        }
        server.member(administrator, "pat@reef.example", "administrator");
        // A session that began before its member had a second factor.
        ApiClient old = server.with(server.logIn("pat@reef.example").ok("accessToken"));
        ApiClient proven = server.session("pat@reef.example");
        assertThat(old.post(finding + "/ban", ban(60)).has(403).problem())
                .isEqualTo("step-up-needed");
        assertThat(server.bans.list()).isEmpty();
        proven.post(finding + "/ban", ban(60)).has(200);
    }

    private static String ban(int seconds) {
        return "{\"reason\":\"a test\",\"seconds\":" + seconds + "}";
    }

    private String finding(String source) {
        OrganizationId organization = OrganizationId.parse(administrator.organization());
        for (int i = 0; i < ApiServer.LIMITS.of(Limit.FIREWALL_FAILED_CONNECTS); i++) {
            server.firewall
                    .gate()
                    .failed(organization, device, source, RefusalReason.CERTIFICATE_EXPIRED);
        }
        server.firewall.findings().storeNoticed();
        return administrator.get("/findings?state=open&device=" + device).text("/items/0/id");
    }

    @Test
    void letsOperatorsActAndOthersOnlyLook() {
        String finding = "/findings/" + server.finding(administrator, device);
        for (String role : new String[] {"support", "auditor"}) {
            ApiClient caller = administrator.role(role);
            caller.get(finding).has(200);
            for (String noun : new String[] {"dismissal", "quarantine", "revocation"}) {
                caller.post(finding + "/" + noun, REASON).has(403);
            }
        }
        administrator.role("operator").post(finding + "/dismissal", REASON).has(200);
    }

    private String status() {
        return administrator.get("/devices/" + device).text("/status");
    }
}
