/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import static dev.breakwater.server.delivery.DeliveryScene.header;
import static dev.breakwater.server.delivery.DeliveryScene.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.enrollment.RawHttps.Raw;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.RefusalReason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of downloads while they go on: lost rights, slow readers, too many at once. */
final class DownloadsInWorkTest {

    private static final int LENGTH = 32 << 20;

    @TempDir Path directory;
    private DeliveryScene scene;
    private final List<SSLSocket> open = new ArrayList<>();

    @BeforeEach
    void listen() throws Exception {
        scene =
                new DeliveryScene(
                        directory,
                        Limits.with(
                                Map.of(
                                        Limit.DOWNLOADS, 3,
                                        Limit.DOWNLOADS_PER_SOURCE, 3,
                                        Limit.DOWNLOADS_PER_DEVICE, 1,
                                        Limit.DOWNLOAD_BYTES_PER_SECOND_LEAST, 1_048_576,
                                        Limit.HTTP_GRACE_SECONDS, 3)),
                        LENGTH);
    }

    @AfterEach
    void close() throws IOException {
        for (SSLSocket socket : open) {
            socket.close();
        }
        scene.close();
    }

    /** Whether or not it reads. */
    @Test
    void endsWithinTwoSecondsWhenTheDeviceIsRevoked() throws Exception {
        SSLSocket socket = begin(scene.tank);
        long since = System.nanoTime();

        scene.world.change(scene.tank, DeviceStatus.REVOKED);

        assertThat(scene.world.nextRefusal().details()).containsEntry("reason", "download-ended");
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(2));
        assertEndsEarly(socket);
        assertThat(scene.world.refused("est", RefusalReason.DOWNLOAD_ENDED)).isEqualTo(1);
    }

    @Test
    void sendsThoseAwayWhoFindNoPlaceAndTellsThemWhenToReturn() throws Exception {
        for (int i = 0; i < 3; i++) {
            begin(scene.world.enrolled("tank-1" + i));
        }

        Raw refused = scene.get(scene.path());

        assertThat(refused.status()).isEqualTo(503);
        assertThat(Integer.parseInt(header(refused, "Retry-After"))).isBetween(10, 20);
        assertThat(scene.world.nextRefusal().details())
                .containsEntry("reason", "server-busy")
                .containsEntry("limit", "downloads");
        // What takes no place is served all the same.
        assertThat(scene.https(scene.tank).exchange(request("HEAD", scene.path())).status())
                .isEqualTo(200);
        open.removeFirst().close();
        Raw again = scene.get(scene.path());
        while (again.status() == 503) {
            again = scene.get(scene.path());
        }
        assertThat(again.status()).isEqualTo(200);
    }

    @Test
    void letsADeviceThatLostItsConnectionBeginAgainAtOnce() throws Exception {
        SSLSocket lost = begin(scene.tank);

        Raw again = scene.get(scene.path(), "Range: bytes=0-99");

        assertThat(again.status()).isEqualTo(206);
        assertEndsEarly(lost);
    }

    @Test
    void closesTheConnectionOfWhomeverReadsTooSlowly() throws Exception {
        SSLSocket slow = begin(scene.tank);

        assertThat(scene.world.nextRefusal().details()).containsEntry("reason", "reply-not-taken");

        assertEndsEarly(slow);
    }

    /** Begins a download, and reads nothing but its head. */
    private SSLSocket begin(Enrolled device) throws Exception {
        SSLSocket socket = scene.https(device).connect();
        open.add(socket);
        socket.getOutputStream()
                .write(request("GET", scene.path()).getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the head ended with: " + head);
            }
            head.append((char) next);
        }
        assertThat(head.toString()).startsWith("HTTP/1.1 200 ");
        return socket;
    }

    private static void assertEndsEarly(SSLSocket socket) {
        assertThatThrownBy(
                        () -> {
                            if (socket.getInputStream().readAllBytes().length < LENGTH) {
                                throw new EOFException("it ended early");
                            }
                        })
                .isInstanceOf(IOException.class);
    }
}
