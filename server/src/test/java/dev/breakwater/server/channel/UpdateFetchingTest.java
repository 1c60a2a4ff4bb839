/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.update.offer.FileChunk;
import dev.breakwater.protocol.update.offer.FileRequest;
import dev.breakwater.protocol.update.offer.UpdateFile;
import dev.breakwater.server.artifact.StoredArtifact;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.delivery.ServedFiles;
import dev.breakwater.server.durability.Awaited;
import dev.breakwater.server.enrollment.EnrollmentWorld;
import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.DeviceSession;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.OutboundMessage;
import dev.breakwater.server.session.TlsFacts;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateFetchingTest {

    private static final int LENGTH = 150_001;

    private EnrollmentWorld world;
    private final ServedFiles served = new ServedFiles();
    private final AtomicLong nanos = new AtomicLong();
    private UpdateFetching fetching;
    private AuthenticatedDevice tank;
    private Chunks chunks;
    private byte[] bytes;
    private StoredArtifact artifact;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        world = new EnrollmentWorld(directory);
        fetching =
                new UpdateFetching(
                        served.files(world.artifacts),
                        world.sessions,
                        world.refusals,
                        world.limits,
                        nanos::get);
        tank =
                ((Admission.Admitted)
                                world.registry.admit(world.enrolled("tank-1").identity().leaf()))
                        .device();
        chunks = new Chunks(tank.id(), tank.organization());
        world.sessions.attach(chunks);
        bytes = new byte[LENGTH];
        new Random(7).nextBytes(bytes);
        artifact = ServedFiles.store(world.artifacts, world.organization, bytes);
        served.publish(world.organization, world.product, artifact);
    }

    @AfterEach
    void close() {
        fetching.close();
        world.close();
    }

    @Test
    void givesAnArtifactPieceByPiece() throws Exception {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        int request = 0;
        while (got.size() < LENGTH) {
            FileChunk.Piece piece = piece(++request, artifact(), got.size(), 65_536);
            assertThat(piece.request()).isEqualTo(request);
            assertThat(piece.offset()).isEqualTo(got.size());
            assertThat(piece.fileLength()).isEqualTo(LENGTH);
            byte[] content = new byte[piece.content().remaining()];
            piece.content().get(content);
            got.writeBytes(content);
        }

        assertThat(request).isEqualTo(3);
        assertThat(got.toByteArray()).isEqualTo(bytes);
        assertThat(piece(4, artifact(), LENGTH, 10).content().remaining()).isZero();
        assertThat(piece(5, artifact(), 9_000_000_000L, 10).content().remaining()).isZero();
        assertThat(piece(6, artifact(), 1, 1).content().get()).isEqualTo(bytes[1]);
    }

    @Test
    void givesMetadataOfTheDevicesProduct() throws Exception {
        byte[] root = "{\"signed\":{}}".getBytes(StandardCharsets.UTF_8);
        served.put(world.organization, world.product, "timestamp.json", root);
        served.put(world.organization, ProductId.fresh(), "1.root.json", root);

        FileChunk.Piece whole = piece(1, new UpdateFile.Metadata("timestamp.json"), 0, 65_536);

        assertThat(whole.content().remaining()).isEqualTo(root.length);
        assertThat(fetch(2, new UpdateFile.Metadata("1.root.json"), 0, 10))
                .isEqualTo(new FileChunk.NotFound(2));
    }

    @Test
    void saysNothingOfArtifactsThatTheProductDoesNotHave() throws Exception {
        byte[] other = {1, 2, 3};
        StoredArtifact elsewhere = ServedFiles.store(world.artifacts, world.organization, other);
        served.publish(world.organization, ProductId.fresh(), elsewhere);

        assertThat(fetch(1, new UpdateFile.Artifact(elsewhere.hash().hex()), 0, 10))
                .isEqualTo(new FileChunk.NotFound(1));
        assertThat(fetch(2, new UpdateFile.Artifact("0".repeat(64)), 0, 10))
                .isEqualTo(new FileChunk.NotFound(2));
    }

    @Test
    void tellsTheOperatorOfADeviceThatAsksForWhatItsProductDoesNotHave() throws Exception {
        byte[] other = {1, 2, 3};
        StoredArtifact elsewhere = ServedFiles.store(world.artifacts, world.organization, other);
        served.publish(world.organization, ProductId.fresh(), elsewhere);
        piece(1, artifact(), 0, 10);
        // A client that follows a repository asks for what is not there yet.
        fetch(2, new UpdateFile.Metadata("2.root.json"), 0, 10);
        assertThat(refusals()).isZero();
        assertThat(world.hasNoMoreRefusals()).isTrue();

        fetch(3, new UpdateFile.Artifact(elsewhere.hash().hex()), 0, 10);

        assertThat(refusals()).isEqualTo(1);
        AuditEvent refusal = world.nextRefusal();
        assertThat(refusal.action()).isEqualTo("channel.refused");
        assertThat(refusal.actor()).hasToString("device:" + tank.id());
        assertThat(refusal.details())
                .containsEntry("reason", "update-file-unknown")
                .containsEntry("artifact", elsewhere.hash().hex());
    }

    /** It pays for what it may not have as if it came: no more of it than of pieces. */
    @Test
    void asksADeviceToWaitThatAsksOnAndOnForWhatItMayNotHave() throws Exception {
        UpdateFile none = new UpdateFile.Artifact("0".repeat(64));
        int request = 0;
        FileChunk chunk = fetch(request, none, 0, 65_536);
        while (chunk instanceof FileChunk.NotFound && request < 100) {
            chunk = fetch(++request, none, 0, 65_536);
        }

        assertThat(chunk).isEqualTo(new FileChunk.Later(request, 1));
        assertThat(request).isBetween(15, 17);
        assertThat(refusals()).isEqualTo(request);
        assertThat(fetch(200, none, 0, 1)).isEqualTo(new FileChunk.Later(200, 1));
        assertThat(refusals()).as("what is not looked for is not refused").isEqualTo(request);
    }

    private double refusals() {
        return world.refused("channel", RefusalReason.UPDATE_FILE_UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"request\":1,\"file\":\"metadata/../x.json\",\"offset\":0,\"length\":1}",
                "{\"request\":1,\"file\":\"artifacts/x\",\"offset\":0,\"length\":1}",
                "{\"request\":1,\"file\":\"metadata/timestamp.json\",\"offset\":-1,\"length\":1}",
                "{\"request\":1,\"file\":\"metadata/timestamp.json\",\"offset\":0,\"length\":65537}",
                "{\"request\":1,\"file\":\"metadata/timestamp.json\",\"offset\":0,\"length\":0}",
                "{\"request\":1,\"file\":\"metadata/timestamp.json\",\"offset\":0,\"length\":1,\"x\":1}",
                "{\"request\":1,\"request\":1,\"file\":\"metadata/a.json\",\"offset\":0,\"length\":1}"
            })
    void refusesWhatIsNoRequest(String payload) {
        Awaited<Object> outcome = new Awaited<>();

        fetching.request(tank, payload.getBytes(StandardCharsets.UTF_8), outcome);

        assertThatThrownBy(outcome::value)
                .isInstanceOfSatisfying(
                        MessageRefused.class,
                        refused ->
                                assertThat(refused.reason())
                                        .isEqualTo(RefusalReason.UPDATE_FETCH_MALFORMED));
        assertThat(chunks.arrived).isEmpty();
    }

    /** 512 KiB a second and two seconds of it at once, as it may send. */
    @Test
    void asksADeviceToWaitThatFetchesFasterThanItsQuota() throws Exception {
        int pieces = 0;
        FileChunk chunk = fetch(0, artifact(), 0, 65_536);
        while (chunk instanceof FileChunk.Piece && pieces < 100) {
            chunk = fetch(++pieces, artifact(), 0, 65_536);
        }

        assertThat(pieces).isBetween(15, 17);
        assertThat(chunk).isEqualTo(new FileChunk.Later(pieces, 1));
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertThat(fetch(200, artifact(), 0, 65_536)).isInstanceOf(FileChunk.Piece.class);
    }

    /** Every request is acknowledged, and the last one is answered. */
    @Test
    void answersTheNewestRequestOfADeviceThatAsksOnAndOn() throws Exception {
        Awaited<Object> last = new Awaited<>();
        for (int i = 0; i < 200; i++) {
            Awaited<Object> outcome = i == 199 ? last : new Awaited<>();
            fetching.request(tank, new FileRequest(i, artifact(), 0, 1).toJson(), outcome);
        }
        last.value();

        int request = -1;
        while (request < 199) {
            int next = chunks.next().request();
            assertThat(next).isGreaterThan(request);
            request = next;
        }
        assertThat(chunks.arrived).isEmpty();
        assertThat(fetch(500, artifact(), 0, 1)).isInstanceOf(FileChunk.Piece.class);
    }

    private UpdateFile artifact() {
        return new UpdateFile.Artifact(artifact.hash().hex());
    }

    private FileChunk.Piece piece(int request, UpdateFile file, long offset, int length)
            throws Exception {
        return (FileChunk.Piece) fetch(request, file, offset, length);
    }

    private FileChunk fetch(int request, UpdateFile file, long offset, int length)
            throws Exception {
        Awaited<Object> outcome = new Awaited<>();
        fetching.request(tank, new FileRequest(request, file, offset, length).toJson(), outcome);
        outcome.value();
        return chunks.next();
    }

    /** A session that takes what comes on the topic of pieces. */
    private static final class Chunks implements DeviceSession {

        private final DeviceId device;
        private final OrganizationId organization;
        private final BlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>();

        Chunks(DeviceId device, OrganizationId organization) {
            this.device = device;
            this.organization = organization;
        }

        FileChunk next() throws Exception {
            byte[] payload = arrived.poll(20, TimeUnit.SECONDS);
            assertThat(payload).isNotNull();
            return FileChunk.parse(payload);
        }

        @Override
        public DeviceId deviceId() {
            return device;
        }

        @Override
        public OrganizationId organization() {
            return organization;
        }

        @Override
        public TlsFacts tls() {
            return new TlsFacts(
                    "TLSv1.3", "TLS_AES_128_GCM_SHA256", "X25519MLKEM768", /* resumed= */ false);
        }

        @Override
        public void deliver(OutboundMessage message, DeliveryOutcome outcome) {
            assertThat(message.topic()).isEqualTo(Topics.UPDATE_CHUNK);
            arrived.add(message.payload());
            outcome.delivered();
        }

        @Override
        public void close(FarewellReason reason) {}
    }
}
