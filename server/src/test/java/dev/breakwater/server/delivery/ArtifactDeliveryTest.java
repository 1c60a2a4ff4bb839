/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.delivery;

import static dev.breakwater.server.delivery.DeliveryScene.body;
import static dev.breakwater.server.delivery.DeliveryScene.header;
import static dev.breakwater.server.delivery.DeliveryScene.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.enrollment.EnrollmentWorld.Enrolled;
import dev.breakwater.server.enrollment.RawHttps;
import dev.breakwater.server.enrollment.RawHttps.Raw;
import dev.breakwater.server.firewall.RulesText;
import dev.breakwater.server.identity.DeviceStatus;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.refusal.RefusalReason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** The files of updates over real TLS: what is answered to whom. */
final class ArtifactDeliveryTest {

    private static final int LENGTH = 700_001;

    @TempDir Path directory;
    private DeliveryScene scene;

    @BeforeEach
    void listen() throws Exception {
        scene = new DeliveryScene(directory, Limits.defaults(), LENGTH);
    }

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void sendsAnArtifactToADeviceOfItsProduct() throws Exception {
        Raw whole = scene.get(scene.path());

        assertThat(whole.status()).isEqualTo(200);
        assertThat(body(whole)).isEqualTo(scene.bytes);
        assertThat(header(whole, "Content-Length")).isEqualTo("700001");
        assertThat(header(whole, "ETag")).isEqualTo(tag());
        assertThat(header(whole, "Accept-Ranges")).isEqualTo("bytes");
        assertThat(header(whole, "Cache-Control"))
                .isEqualTo("private, max-age=31536000, immutable");
        assertThat(header(whole, "Content-Type")).isEqualTo("application/octet-stream");
        assertThat(header(whole, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(scene.world.hasNoMoreRefusals()).isTrue();
    }

    @Test
    void sendsOneRangeOfIt() throws Exception {
        Raw part = scene.get(scene.path(), "Range: bytes=500000-599999");

        assertThat(part.status()).isEqualTo(206);
        assertThat(header(part, "Content-Range")).isEqualTo("bytes 500000-599999/700001");
        assertThat(header(part, "Content-Length")).isEqualTo("100000");
        assertThat(body(part)).isEqualTo(Arrays.copyOfRange(scene.bytes, 500_000, 600_000));
        Raw end = scene.get(scene.path(), "Range: bytes=-3", "If-Range: " + tag());
        assertThat(body(end)).isEqualTo(Arrays.copyOfRange(scene.bytes, LENGTH - 3, LENGTH));
    }

    @Test
    void goesOnAfterACutConnectionWhereItEnded() throws Exception {
        byte[] first;
        try (var socket = scene.https(scene.tank).connect()) {
            socket.getOutputStream()
                    .write(request("GET", scene.path()).getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            String head = "";
            while (!head.endsWith("\r\n\r\n")) {
                head += (char) socket.getInputStream().read();
            }
            first = socket.getInputStream().readNBytes(300_000);
        }

        Raw rest = scene.get(scene.path(), "Range: bytes=300000-", "If-Range: " + tag());

        assertThat(rest.status()).isEqualTo(206);
        assertThat(first).isEqualTo(Arrays.copyOf(scene.bytes, 300_000));
        assertThat(body(rest)).isEqualTo(Arrays.copyOfRange(scene.bytes, 300_000, LENGTH));
    }

    @Test
    void sendsTheWholeWhenTheRangeIsOfAnotherFileOrNotUnderstood() throws Exception {
        assertThat(scene.get(scene.path(), "Range: bytes=1-2", "If-Range: \"other\"").status())
                .isEqualTo(200);
        assertThat(
                        scene.get(
                                        scene.path(),
                                        "Range: bytes=1-2",
                                        "If-Range: Fri, 27 Nov 2026 12:00:00 GMT")
                                .status())
                .isEqualTo(200);
        assertThat(scene.get(scene.path(), "Range: bytes=1-2,5-6").status()).isEqualTo(200);
        assertThat(scene.get(scene.path(), "Range: bytes=1-2", "Range: bytes=5-6").status())
                .isEqualTo(200);
    }

    @Test
    void refusesARangeOutsideOfIt() throws Exception {
        Raw refused = scene.get(scene.path(), "Range: bytes=700001-");

        assertThat(refused.status()).isEqualTo(416);
        assertThat(header(refused, "Content-Range")).isEqualTo("bytes */700001");
        assertThat(refused.body())
                .isEqualTo("{\"title\":\"The range lies outside the file.\",\"status\":416}");
        assertThat(scene.world.nextRefusal().details())
                .containsEntry("reason", "download-range-refused");
        assertThat(scene.world.refused("est", RefusalReason.DOWNLOAD_RANGE_REFUSED)).isEqualTo(1);
    }

    @Test
    void saysToWhomHasItThatItHasIt() throws Exception {
        Raw same = scene.get(scene.path(), "If-None-Match: \"x\", " + tag());
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.body()).isEmpty();
        assertThat(header(same, "ETag")).isEqualTo(tag());
        assertThat(scene.get(scene.path(), "If-None-Match: W/" + tag()).status()).isEqualTo(304);
        assertThat(scene.get(scene.path(), "If-None-Match: \"x\"").status()).isEqualTo(200);
        assertThat(scene.get(scene.path(), "If-Match: \"x\"").status()).isEqualTo(412);
        assertThat(scene.get(scene.path(), "If-Match: " + tag()).status()).isEqualTo(200);
    }

    @Test
    void tellsTheLengthWithoutTheBytes() throws Exception {
        Raw head = scene.https(scene.tank).exchange(request("HEAD", scene.path()));

        assertThat(head.status()).isEqualTo(200);
        assertThat(header(head, "Content-Length")).isEqualTo("700001");
        assertThat(head.body()).isEmpty();
    }

    @Test
    void servesMetadataOfTheDevicesOwnProduct() throws Exception {
        byte[] root = "{\"signed\":{}}".getBytes(StandardCharsets.UTF_8);
        scene.served.put(scene.world.organization, scene.world.product, "2.root.json", root);
        scene.served.put(scene.world.organization, scene.world.product, "timestamp.json", root);
        scene.served.put(scene.world.organization, ProductId.fresh(), "3.root.json", root);

        Raw versioned = scene.get("/updates/metadata/2.root.json");
        Raw newest = scene.get("/updates/metadata/timestamp.json");
        Raw others = scene.get("/updates/metadata/3.root.json");

        assertThat(body(versioned)).isEqualTo(root);
        assertThat(header(versioned, "Cache-Control")).contains("immutable");
        assertThat(header(newest, "Cache-Control")).isEqualTo("no-store");
        assertThat(header(newest, "Content-Type")).isEqualTo("application/json");
        assertThat(others.status()).isEqualTo(404);
        // It is how a client finds out that there is no newer root.
        assertThat(scene.world.hasNoMoreRefusals()).isTrue();
    }

    @Test
    void treatsAnArtifactOfAnotherProductLikeAnUnknownOne() throws Exception {
        byte[] other = DeliveryScene.bytes(5_000);
        var elsewhere = scene.stored(scene.world.organization, other);
        scene.publish(scene.world.organization, ProductId.fresh(), elsewhere);

        Raw foreign = scene.get("/updates/artifacts/" + elsewhere.hash());
        Raw unknown = scene.get("/updates/artifacts/" + "0".repeat(64));

        assertThat(foreign.status()).isEqualTo(404);
        assertThat(foreign.body()).isEqualTo(unknown.body());
        assertThat(foreign.head().replaceAll("Date: .*", ""))
                .isEqualTo(unknown.head().replaceAll("Date: .*", ""));
        AuditEvent refusal = scene.world.nextRefusal();
        assertThat(refusal.action()).isEqualTo("est.refused");
        assertThat(refusal.actor()).hasToString("device:" + scene.tank.id());
        assertThat(refusal.details())
                .containsEntry("reason", "update-file-unknown")
                .containsEntry("artifact", elsewhere.hash().hex());
    }

    @Test
    void treatsAnArtifactOfAnotherOrganizationLikeAnUnknownOne() throws Exception {
        Enrolled stranger = scene.world.enrolledElsewhere("tank-9");

        assertThat(scene.getBy(stranger, scene.path()).status()).isEqualTo(404);
    }

    @Test
    void sendsNothingToWhomeverTheRegistryRefuses() throws Exception {
        RawHttps nobody =
                new RawHttps(scene.listener.port(), scene.serverPki.root(), Optional.empty());
        assertThat(nobody.exchange(request("GET", scene.path())).status()).isEqualTo(403);
        assertThat(scene.world.nextRefusal().details())
                .containsEntry("reason", "certificate-missing");
        scene.world.change(scene.tank, DeviceStatus.REVOKED);

        Raw revoked = scene.get(scene.path());

        assertThat(revoked.status()).isEqualTo(403);
        assertThat(revoked.body()).isEqualTo("{\"title\":\"Not authorized.\",\"status\":403}");
        assertThat(scene.world.nextRefusal().details()).containsEntry("reason", "device-revoked");
        assertThat(scene.get("/updates/metadata/timestamp.json").status()).isEqualTo(403);
    }

    /** A copy of the device's old key is found out here as it is on the channel. */
    @Test
    void takesTheDeviceOffWhoseOldCertificateComesAfterItsNewOne() throws Exception {
        Enrolled renewed = scene.world.renewed(scene.tank);
        assertThat(scene.getBy(renewed, scene.path()).status()).isEqualTo(200);

        assertThat(scene.get(scene.path()).status()).isEqualTo(403);

        assertThat(scene.world.nextRefusal().details())
                .containsEntry("reason", "certificate-superseded");
        assertThat(scene.getBy(renewed, scene.path()).status()).isEqualTo(403);
    }

    @Test
    void sendsNothingToANetworkThatTheProductRulesOut() throws Exception {
        rule("192.0.2.0/24");
        assertThat(scene.get(scene.path()).status()).isEqualTo(403);
        assertThat(scene.world.nextRefusal().details()).containsEntry("reason", "firewall-network");
        rule("127.0.0.0/8");
        assertThat(scene.get(scene.path()).status()).isEqualTo(200);
    }

    @Test
    void takesNoOtherMethod() throws Exception {
        Raw posted =
                scene.https(scene.tank)
                        .exchange(request("POST", scene.path(), "Content-Length: 0"));
        assertThat(posted.status()).isEqualTo(405);
        assertThat(header(posted, "Allow")).isEqualTo("GET, HEAD");
        assertThat(
                        scene.https(scene.tank)
                                .exchange(request("HEAD", "/updates/metadata/timestamp.json"))
                                .status())
                .isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/updates/",
                "/updates/artifacts/",
                "/updates/artifacts/../artifacts",
                "/updates/artifacts/%2e%2e/%2e%2e/breakwater.db",
                "/updates/artifacts/..%2f..%2fbreakwater.db",
                "/updates/metadata/../../breakwater.db",
                "/updates/metadata/..",
                "/updates/metadata/.json",
                "/updates/metadata/%00.json",
                "/updates/metadata/a%2Fb.json",
                "/updates/metadata/timestamp.json;x=1",
                "/updates/metadata/timestamp.json?x=1",
                "/updates//metadata/timestamp.json",
                "//updates/metadata/timestamp.json",
                "/updates/metadata/" + "a/",
                "/updates/other/timestamp.json"
            })
    void servesNothingUnderHostilePaths(String path) throws Exception {
        scene.served.put(
                scene.world.organization,
                scene.world.product,
                "timestamp.json",
                "{}".getBytes(StandardCharsets.UTF_8));

        assertThat(scene.get(path).status()).isIn(400, 404);
        assertThat(scene.get(scene.path().toUpperCase(java.util.Locale.ROOT)).status())
                .isEqualTo(404);
    }

    @Test
    void refusesAHeadThatIsTooLong() throws Exception {
        assertThat(scene.get(scene.path(), "Range: bytes=" + "0".repeat(9_000) + "-").status())
                .isEqualTo(431);
        assertThat(scene.get("/updates/metadata/" + "a".repeat(9_000) + ".json").status())
                .isIn(414, 431);
    }

    private String tag() {
        return "\"" + scene.artifact.hash() + "\"";
    }

    private void rule(String network) throws Exception {
        String json =
                "{\"networks\":{\"mode\":\"enforcing\",\"allowed\":[\"%s\"]}}".formatted(network);
        var rules = scene.world.firewall.rules();
        rules.change(
                scene.world.organization,
                scene.world.product,
                RulesText.product(JsonMapper.shared().readTree(json)),
                Optional.empty(),
                dev.breakwater.server.enrollment.EnrollmentWorld.OPERATOR);
    }
}
