/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static dev.breakwater.server.enrollment.EstRequests.PKCS10;
import static dev.breakwater.server.enrollment.EstRequests.base64;
import static dev.breakwater.server.enrollment.EstRequests.basic;
import static dev.breakwater.server.enrollment.EstRequests.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.enrollment.RawHttps.Raw;
import dev.breakwater.server.firewall.RulesText;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.pki.TestRequests;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A product's networks at the EST listener: a copied key renews nothing from elsewhere. */
final class EstFirewallTest {

    @TempDir Path directory;
    private EnrollmentWorld world;
    private TestPki serverPki;
    private EstListener listener;
    private Enrolled tank;

    @BeforeEach
    void listen() throws Exception {
        world = new EnrollmentWorld(directory);
        serverPki = TestPki.create(world.clock);
        listener = world.listen(serverPki);
        tank = world.enrolled("tank-1");
    }

    @AfterEach
    void close() {
        listener.close();
        world.close();
    }

    @Test
    void renewsForNobodyFromANetworkThatIsRuledOut() throws Exception {
        rule("enforcing", "192.0.2.0/24");
        Raw refused = renewal();
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.body()).isEqualTo("Not authorized.\n");
        AuditEvent refusal = world.nextRefusal();
        assertThat(refusal.action()).isEqualTo("est.refused");
        assertThat(refusal.actor()).hasToString("device:" + tank.id());
        assertThat(refusal.details())
                .containsEntry("reason", "firewall-network")
                .containsEntry("source", "127.0.0.1")
                .containsEntry("networks-allowed", "[192.0.2.0/24]");
        assertThat(world.newestRefusal().details()).isEqualTo(refusal.details());
        assertThat(world.refused(RefusalReason.FIREWALL_NETWORK)).isEqualTo(1);
    }

    @Test
    void renewsFromANetworkThatIsAllowed() throws Exception {
        rule("enforcing", "127.0.0.0/8");
        assertThat(renewal().status()).isEqualTo(200);
        assertThat(world.hasNoMoreRefusals()).isTrue();
    }

    @Test
    void renewsWhileTheRuleOnlyObserves() throws Exception {
        rule("observing", "192.0.2.0/24");
        assertThat(renewal().status()).isEqualTo(200);
        assertThat(world.firewall.gate().report(world.product).getFirst().hits()).isEqualTo(1);
    }

    /** As if the code did not exist: a thief of codes learns nothing of them. */
    @Test
    void enrollsNobodyFromANetworkThatIsRuledOut() throws Exception {
        rule("enforcing", "192.0.2.0/24");
        Raw refused = enrollment("tank-2", world.codeFor("tank-2"));
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.body()).isEqualTo("Not authorized.\n");
        AuditEvent refusal = world.nextRefusal();
        assertThat(refusal.action()).isEqualTo("est.refused");
        assertThat(refusal.actor().toString()).startsWith("enrollment-code:");
        assertThat(refusal.details())
                .containsEntry("reason", "enrollment-network")
                .containsEntry("source", "127.0.0.1")
                .containsEntry("serial", "tank-2")
                .containsEntry("networks-allowed", "[192.0.2.0/24]");
        assertThat(world.refused(RefusalReason.ENROLLMENT_NETWORK)).isEqualTo(1);
        Raw unknown = enrollment("tank-2", world.codeFor("tank-3"));
        assertThat(unknown.status()).isEqualTo(refused.status());
        assertThat(unknown.body()).isEqualTo(refused.body());
    }

    @Test
    void enrollsFromANetworkThatIsAllowedAndWhileTheRuleDoesNotEnforce() throws Exception {
        rule("enforcing", "127.0.0.0/8");
        assertThat(enrollment("tank-2", world.codeFor("tank-2")).status()).isEqualTo(200);
        rule("off", "192.0.2.0/24");
        assertThat(enrollment("tank-3", world.codeFor("tank-3")).status()).isEqualTo(200);
        assertThat(hits()).isZero();
        rule("observing", "192.0.2.0/24");
        assertThat(enrollment("tank-4", world.codeFor("tank-4")).status()).isEqualTo(200);
        assertThat(hits()).isEqualTo(1);
        assertThat(world.hasNoMoreRefusals()).isTrue();
    }

    private long hits() {
        return world.firewall.gate().report(world.product).getFirst().hits();
    }

    private Raw enrollment(String serial, String code) throws Exception {
        byte[] request = TestRequests.request(TestKeys.p256(), serial);
        return new RawHttps(listener.port(), serverPki.root(), Optional.empty())
                .exchange(post("simpleenroll", PKCS10, basic(serial, code), base64(request)));
    }

    private void rule(String mode, String network) throws Exception {
        String json =
                "{\"networks\":{\"mode\":\"%s\",\"allowed\":[\"%s\"]}}".formatted(mode, network);
        world.firewall
                .rules()
                .change(
                        world.organization,
                        world.product,
                        RulesText.product(JsonMapper.shared().readTree(json)),
                        Optional.empty(),
                        EnrollmentWorld.OPERATOR);
    }

    private Raw renewal() throws Exception {
        byte[] request = TestRequests.request(TestKeys.p256(), "tank-1");
        return new RawHttps(listener.port(), serverPki.root(), Optional.of(tank.identity()))
                .exchange(post("simplereenroll", PKCS10, "", base64(request)));
    }
}
