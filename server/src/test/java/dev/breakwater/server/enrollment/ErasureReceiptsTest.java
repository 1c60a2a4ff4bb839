/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceRequests;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.enrollment.RawHttps.Raw;
import dev.breakwater.server.identity.Device;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.ownership.DeviceOwner;
import dev.breakwater.server.ownership.DisposalStore;
import dev.breakwater.server.ownership.GivenAway;
import dev.breakwater.server.ownership.OwnerStore;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.store.SqlOwnerStore;
import dev.breakwater.testkit.pki.TestKeys;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Receipts of devices that have erased themselves, handed in over real TLS by anybody. */
final class ErasureReceiptsTest {

    private static final String TANK = "tank-1";
    private static final String REFUSED = "The receipt is not acceptable.\n";

    @TempDir Path directory;
    private EnrollmentWorld world;
    private SetupScene scene;
    private final KeyPair setupKey = TestKeys.p256();
    private MemberId member;
    private DeviceId device;

    @BeforeEach
    void setUpADevice() throws Exception {
        world = new EnrollmentWorld(directory);
        scene = new SetupScene(world);
        member = scene.member();
        scene.label(TANK, setupKey);
        device = setUp(TANK, setupKey);
    }

    private DeviceId setUp(String serial, KeyPair key) throws Exception {
        String ticket = scene.ticket(member, serial, key).text().reveal();
        assertThat(scene.setUp(serial, ticket, key, TestKeys.p256()).status()).isEqualTo(200);
        return device(serial).id();
    }

    private Device device(String serial) {
        return world.devices.device(world.organization, new DeviceSerial(serial)).orElseThrow();
    }

    @AfterEach
    void close() {
        scene.close();
        world.close();
    }

    @Test
    void tellWhoGaveADeviceAwayThatItForgotThem() throws Exception {
        release(device);
        assertThat(givenAway(device).erasedAt()).isEmpty();
        Instant erasedAt = world.clock.instant();

        Raw answer = handIn(receipt(device, TANK, setupKey));

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("The receipt is kept.\n");
        assertThat(givenAway(device).erasedAt()).contains(erasedAt);
        AuditEntry entry = world.audit.entries(world.organization, Long.MAX_VALUE, 100).getFirst();
        assertThat(entry.action()).isEqualTo("device.erased");
        assertThat(entry.subject()).isEqualTo("device:" + device);
        assertThat(world.hasNoMoreRefusals()).isTrue();
    }

    /** The device does not know whether its receipt arrived, and a copy of it lies in the log. */
    @Test
    void changeNothingWhenTheyComeAgain() throws Exception {
        release(device);
        String receipt = receipt(device, TANK, setupKey);
        assertThat(handIn(receipt).status()).isEqualTo(201);
        GivenAway before = givenAway(device);
        world.clock.advance(Duration.ofHours(1));

        assertThat(handIn(receipt).status()).isEqualTo(201);

        assertThat(givenAway(device)).isEqualTo(before);
        assertThat(world.actions()).filteredOn("device.erased"::equals).hasSize(1);
    }

    /** Of the earlier owner's time: the hardware is the same, the device is not. */
    @Test
    void countForOneOwnerOnly() throws Exception {
        release(device);
        String first = receipt(device, TANK, setupKey);
        DeviceId next = setUp(TANK, setupKey);
        release(next);
        assertThat(handIn(first).status()).isEqualTo(201);
        assertThat(givenAway(device).erasedAt()).isPresent();
        assertThat(givenAway(next).erasedAt()).isEmpty();
    }

    @Test
    void areRefusedWithAnotherSignature() throws Exception {
        release(device);
        String statement = statement(device, TANK);
        byte[] anothers = sign(statement, TestKeys.p256());
        byte[] ofAnother = sign(statement.replace("T", "t"), setupKey);
        refuses(json(statement, anothers, setupKey), RefusalReason.RECEIPT_FORGED, 403, REFUSED);
        refuses(json(statement, ofAnother, setupKey), RefusalReason.RECEIPT_FORGED, 403, REFUSED);
        refuses(
                json(statement, new byte[64], setupKey),
                RefusalReason.RECEIPT_FORGED,
                403,
                REFUSED);
        refuses(json(statement, new byte[0], setupKey), RefusalReason.RECEIPT_FORGED, 403, REFUSED);
        assertThat(givenAway(device).erasedAt()).isEmpty();
    }

    /** Whoever names a key of their own signs well with it. */
    @Test
    void areRefusedWithAKeyThatNoLabelTold() throws Exception {
        release(device);
        refuses(
                receipt(device, TANK, TestKeys.p256()),
                RefusalReason.RECEIPT_KEY_UNKNOWN,
                403,
                REFUSED);
        assertThat(givenAway(device).erasedAt()).isEmpty();
        DeviceId unlabelled = ownedWithoutALabel("tank-2");
        release(unlabelled);
        refuses(
                receipt(unlabelled, "tank-2", setupKey),
                RefusalReason.RECEIPT_KEY_UNKNOWN,
                403,
                REFUSED);
        assertThat(givenAway(unlabelled).erasedAt()).isEmpty();
    }

    private DeviceId ownedWithoutALabel(String serial) {
        DeviceId id = world.enrolled(serial).id();
        DeviceOwner owner = new DeviceOwner(id, member, world.clock.instant());
        OwnerStore.Entry entry =
                new SqlOwnerStore(world.database, world.audit)
                        .enter(
                                world.organization,
                                owner,
                                10,
                                scene.event(AuditAction.DEVICE_OWNER_ENTERED));
        assertThat(entry).isEqualTo(new OwnerStore.Entry.Entered(owner));
        return id;
    }

    @Test
    void areRefusedOfADeviceThatNobodyGaveAway() throws Exception {
        String neighbour = "tank-3";
        KeyPair neighboursKey = TestKeys.p256();
        scene.label(neighbour, neighboursKey);
        DeviceId kept = setUp(neighbour, neighboursKey);
        release(device);
        RefusalReason reason = RefusalReason.RECEIPT_NOT_ORDERED;
        refuses(receipt(kept, neighbour, neighboursKey), reason, 403, REFUSED);
        refuses(receipt(DeviceId.fresh(), TANK, setupKey), reason, 403, REFUSED);
        refuses(receipt(device, neighbour, setupKey), reason, 403, REFUSED);
        // The neighbour says that this one was erased.
        refuses(
                receipt(device, TANK, neighboursKey),
                RefusalReason.RECEIPT_KEY_UNKNOWN,
                403,
                REFUSED);
        assertThat(givenAway(device).erasedAt()).isEmpty();
    }

    @Test
    void areRefusedThatCannotBeRead() throws Exception {
        release(device);
        String statement = statement(device, TANK);
        byte[] signature = sign(statement, setupKey);
        for (String malformed :
                List.of(
                        "",
                        "null",
                        "[]",
                        "7",
                        "{",
                        "[".repeat(20_000),
                        "{\"statement\": 7}",
                        "{\"statement\": \"\"}",
                        "{\"statement\": \"null\"}",
                        json(statement.replace("\"receipt\":1", "\"receipt\":2"), signature),
                        json(statement.replace(device.toString(), "x"), signature),
                        json(statement.replace(TANK, "\\u0000"), signature),
                        json(statement, signature).replace("setupKey", "key"),
                        json(statement, signature)
                                .replace("\"signature\":\"", "\"signature\":\"%"))) {
            refuses(
                    malformed,
                    RefusalReason.RECEIPT_MALFORMED,
                    400,
                    "The receipt cannot be read.\n");
        }
    }

    @Test
    void areRefusedBeyondTheLimitAndByAnotherMethod() throws Exception {
        int most = Limits.defaults().of(Limit.ERASURE_RECEIPT_BYTES);
        refuses(
                " ".repeat(most + 1),
                RefusalReason.RECEIPT_TOO_LARGE,
                413,
                "The receipt is too large.\n");
        release(device);
        String receipt = receipt(device, TANK, setupKey);
        String filled = receipt + " ".repeat(most - receipt.length());
        Raw asked = scene.raw(request("GET", ""));
        assertThat(asked.status()).isEqualTo(405);
        assertThat(asked.head()).contains("Allow: POST\r\n");
        assertThat(handIn(filled).status()).isEqualTo(201);
    }

    private void release(DeviceId some) {
        assertThat(world.disposals.release(world.organization, some, member))
                .isInstanceOf(DisposalStore.Begun.Noted.class);
    }

    private GivenAway givenAway(DeviceId some) {
        return world.receipts.givenAway(world.organization, member, Optional.empty(), 10).stream()
                .filter(gone -> gone.device().equals(some))
                .findFirst()
                .orElseThrow();
    }

    private void refuses(String receipt, RefusalReason reason, int status, String text)
            throws Exception {
        double before = world.refused(reason);
        Raw answer = handIn(receipt);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(text);
        assertThat(world.newestRefusal().details())
                .containsEntry("reason", reason.code())
                .containsEntry("source", "127.0.0.1");
        assertThat(world.refused(reason)).isEqualTo(before + 1);
    }

    private Raw handIn(String receipt) throws Exception {
        return scene.raw(request("POST", receipt));
    }

    private static String request(String method, String body) {
        return "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(method, DeviceRequests.ERASURE_RECEIPTS, body.length(), body);
    }

    /** As a device makes it. */
    private static String receipt(DeviceId device, String serial, KeyPair key) throws Exception {
        String statement = statement(device, serial);
        return json(statement, sign(statement, key), key);
    }

    private static String statement(DeviceId device, String serial) {
        ObjectNode said =
                JsonMapper.shared()
                        .createObjectNode()
                        .put("receipt", 1)
                        .put("serial", serial)
                        .put("cause", "by-order")
                        .put("begunAt", "2026-11-27T06:00:00Z")
                        .put("finishedAt", "2026-11-27T06:00:01Z");
        said.putArray("erased").add("wrapping key");
        said.putArray("contents").add("credentials");
        return said.put("device", device.toString()).toString();
    }

    private String json(String statement, byte[] signature) {
        return json(statement, signature, setupKey);
    }

    private static String json(String statement, byte[] signature, KeyPair key) {
        Base64.Encoder base64 = Base64.getEncoder();
        return JsonMapper.shared()
                .createObjectNode()
                .put("statement", statement)
                .put("signature", base64.encodeToString(signature))
                .put("setupKey", base64.encodeToString(key.getPublic().getEncoded()))
                .toString();
    }

    private static byte[] sign(String statement, KeyPair key) throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key.getPrivate());
        signature.update(statement.getBytes(UTF_8));
        return signature.sign();
    }
}
