/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static dev.breakwater.server.enrollment.EstRequests.PKCS10;
import static dev.breakwater.server.enrollment.EstRequests.base64;
import static dev.breakwater.server.enrollment.EstRequests.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import dev.breakwater.testkit.pki.TestRequests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What TLS at the EST listener settles by itself, and what it does not (invariants I1 and I2). */
final class EstHandshakesTest {

    @TempDir Path directory;
    private EnrollmentWorld world;
    private TestPki serverPki;
    private EstListener listener;
    private EnrollmentWorld.Enrolled tank;

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

    /** The key usage of an authority does not allow to sign a handshake (RFC 5280 4.2.1.3). */
    @Test
    void endsTheHandshakeOfAnAuthoritysCertificate() throws Exception {
        TestIdentity authority = world.forged(tank).authorityAsLeaf();

        assertThatThrownBy(() -> client(authority).exchange(renewal()))
                .isInstanceOf(IOException.class);

        assertThat(world.nextRefusal().details())
                .containsEntry("reason", RefusalReason.CERTIFICATE_WRONG_USAGE.code());
        assertThat(world.refused(RefusalReason.CERTIFICATE_WRONG_USAGE)).isEqualTo(1);
    }

    /** Its resumed session proves nothing anew, and gains it nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void looksAtTheRegistryAgainOnAResumedSession(String protocol) throws Exception {
        RawHttps client = client(tank.identity());
        String request = renewal();
        long began = client.sessionAfter(request, protocol);
        world.nextRefusal();
        world.change(tank, DeviceStatus.REVOKED);

        assertThat(client.sessionAfter(request, protocol)).as("the same session").isEqualTo(began);

        assertThat(world.nextRefusal().details())
                .containsEntry("reason", RefusalReason.DEVICE_REVOKED.code());
        assertThat(world.refused(RefusalReason.DEVICE_REVOKED)).isEqualTo(1);
    }

    private static String renewal() throws Exception {
        return post(
                "simplereenroll",
                PKCS10,
                "",
                base64(TestRequests.request(TestKeys.p256(), "tank-9")));
    }

    private RawHttps client(TestIdentity identity) throws Exception {
        return new RawHttps(listener.port(), serverPki.root(), Optional.of(identity));
    }
}
