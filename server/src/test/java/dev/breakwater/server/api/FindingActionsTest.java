/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.server.api.ApiClient.Answer;
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
