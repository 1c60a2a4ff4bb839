/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.update;

import com.sun.net.httpserver.HttpExchange;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.PingReq;
import dev.breakwater.protocol.mqtt.PingResp;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.update.metadata.FileHashes;
import dev.breakwater.protocol.update.metadata.MetadataWriter;
import dev.breakwater.protocol.update.metadata.PathScope;
import dev.breakwater.protocol.update.metadata.PrivateKeySigner;
import dev.breakwater.protocol.update.offer.FileChunk;
import dev.breakwater.protocol.update.offer.FileRequest;
import dev.breakwater.protocol.update.offer.SignedStatement;
import dev.breakwater.protocol.update.offer.UpdateConsent;
import dev.breakwater.protocol.update.offer.UpdateFile;
import dev.breakwater.protocol.update.offer.UpdateOffer;
import dev.breakwater.protocol.update.offer.UpdatePaths;
import dev.breakwater.protocol.update.offer.UpdateStatus;
import dev.breakwater.protocol.update.release.DirectorStatement;
import dev.breakwater.protocol.update.release.ReleaseDescription;
import dev.breakwater.protocol.update.release.ReleaseVersion;
import dev.breakwater.testkit.peer.MqttConversation;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import dev.breakwater.testkit.peer.ScriptedMqttPeer;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A server of the test's own: it signs, offers, delivers, and notes what it is told. */
public final class PlayedServer implements AutoCloseable {

    /** The product of which it has releases. */
    public static final String PRODUCT = "fish-tank";

    /** Whom it issues certificates for. */
    public static final DeviceSerial SERIAL = new DeviceSerial("tank-1");

    /** The hardware that its releases are for. */
    public static final String HARDWARE = "rev-a";

    /** Who issues certificates. */
    public final TestPki pki;

    /** What it signs. */
    public final SimulatedRepository repository;

    /** The device it knows. */
    public final DeviceId device;

    /** Its port for channels. */
    public final ScriptedMqttPeer peer;

    /** Its port for everything else. */
    public final ScriptedEstPeer est;

    /** What the device said, in order. */
    public final LinkedBlockingQueue<UpdateStatus> statuses = new LinkedBlockingQueue<>();

    /** What it delivers, by SHA-256. */
    public final Map<String, byte[]> artifacts = new ConcurrentHashMap<>();

    /** The ranges that were asked of artifacts; empty texts for whole ones. */
    public final List<String> ranges = new CopyOnWriteArrayList<>();

    /** How it delivers artifacts now. */
    public final AtomicReference<PlayedDelivery> delivery =
            new AtomicReference<>(PlayedServer::whole);

    /** Answers of the channel: how many requests are put off before one is answered. */
    public final AtomicInteger putOff = new AtomicInteger();

    /** What statuses are acknowledged with. */
    public volatile ReasonCode acknowledgement = ReasonCode.SUCCESS;

    /** What it says over the channel when it is asked for a piece of a file. */
    public volatile Function<FileRequest, List<byte[]>> pieces =
            request -> List.of(answer(request).toBytes());

    /** While true nothing is served by HTTPS. */
    public volatile boolean away;

    private final AtomicInteger packets = new AtomicInteger();
    private final AtomicReference<MqttConversation> live = new AtomicReference<>();
    private volatile boolean closed;
    private long statementVersion;

    /** A server that knows one device and has no release yet. */
    public PlayedServer(TestPki pki, InstantSource clock, DeviceId device) throws IOException {
        this.pki = pki;
        this.device = device;
        this.repository = new SimulatedRepository(clock);
        repository.delegate(
                "targets", DirectorStatement.ROLE, false, new PathScope.Patterns(List.of()));
        peer = ScriptedMqttPeer.listen(pki.server("127.0.0.1"), pki.issuing());
        est = ScriptedEstPeer.listen(pki, clock, this::enroll);
        est.serve(UpdatePaths.METADATA, this::metadata);
        est.serve(UpdatePaths.ARTIFACTS, this::artifact);
    }

    private ScriptedEstPeer.Answer enroll(ScriptedEstPeer.Question question) throws Exception {
        if (question.operation().equals("cacerts")) {
            return ScriptedEstPeer.Answer.certificates(pki.issuing(), pki.root());
        }
        var key = new JcaPKCS10CertificationRequest(question.request()).getPublicKey();
        KeyPair forPublicKey = new KeyPair(key, TestKeys.p256().getPrivate());
        return ScriptedEstPeer.Answer.certificates(pki.device(device, SERIAL, forPublicKey).leaf());
    }

    // What it signs.

    /** What the release keys say of a release. */
    public static ReleaseDescription description(String version, long counter, long floor) {
        return new ReleaseDescription(
                PRODUCT,
                new ReleaseVersion(version),
                counter,
                List.of(HARDWARE),
                Optional.empty(),
                floor,
                Optional.empty(),
                "Feeds at the right time.",
                false);
    }

    /** Publishes a release, signed by the release key. */
    public void publish(String version, long counter, byte[] artifact) {
        publish(description(version, counter, 0), artifact);
    }

    /** Publishes a release of which anything is said. */
    public void publish(ReleaseDescription description, byte[] artifact) {
        repository.addTarget(
                "targets", path(description.version().text()), artifact, description.toCustom());
        repository.publishAll();
        artifacts.put(sha256(artifact), artifact);
    }

    /** Where a version lies in the repository. */
    public static String path(String version) {
        return version + "/tank.zip";
    }

    /** The next statement of the director, of this device and two days from now. */
    public byte[] statement(String version, byte[] artifact) {
        return statement(version, artifact, device, Duration.ofDays(2), director());
    }

    /** Who signs the director's statements. */
    public PrivateKeySigner director() {
        return repository.signers(DirectorStatement.ROLE).getFirst();
    }

    /** A statement that says anything, signed by anybody. */
    public byte[] statement(
            String version,
            byte[] artifact,
            DeviceId named,
            Duration deadline,
            PrivateKeySigner director) {
        Instant now = Instant.ofEpochSecond(Instant.now().getEpochSecond());
        DirectorStatement statement =
                new DirectorStatement(
                        path(version),
                        artifact.length,
                        FileHashes.sha256(artifact),
                        List.of(named),
                        Optional.empty(),
                        now.plus(deadline));
        try {
            return MetadataWriter.sign(
                    statement.toTargets(++statementVersion, now.plus(Duration.ofDays(3))),
                    List.of(director));
        } catch (GeneralSecurityException keysInMemorySign) {
            throw new IllegalStateException(keysInMemorySign);
        }
    }

    /** An offer of a version. */
    public static UpdateOffer.Standing offer(
            UUID rollout, String version, UpdateConsent consent, byte[] statement) {
        return new UpdateOffer.Standing(
                rollout,
                new ReleaseVersion(version),
                path(version),
                consent,
                SignedStatement.of(statement));
    }

    // What it says and hears.

    /** Takes the next connection of the device, and everything it says. */
    public void accept() throws Exception {
        MqttConversation conversation = peer.accept();
        conversation.welcome();
        live.set(conversation);
        Thread.ofVirtual().name("played-server").start(() -> hear(conversation));
    }

    /** Takes every connection of the device from now on. */
    public void acceptAlways() {
        Thread.ofVirtual()
                .name("played-server-accepts")
                .start(
                        () -> {
                            while (!closed) {
                                try {
                                    accept();
                                } catch (Exception | AssertionError nobodyCame) {
                                    // A device that restarts takes its time.
                                    Thread.onSpinWait();
                                }
                            }
                        });
    }

    private void hear(MqttConversation conversation) {
        try {
            while (true) {
                switch (conversation.receive()) {
                    case PingReq _ -> conversation.send(new PingResp());
                    case Publish publish -> heard(conversation, publish);
                    default -> Thread.onSpinWait();
                }
            }
        } catch (IOException | MalformedMessage ended) {
            // The device has gone, or the test waits for a status that never comes.
            Thread.onSpinWait();
        }
    }

    private void heard(MqttConversation conversation, Publish publish)
            throws IOException, MalformedMessage {
        String topic = publish.topic().text();
        if (topic.equals(Topics.UPDATE_STATUS)) {
            conversation.send(
                    new PubAck(publish.packetId(), acknowledgement, MqttProperties.EMPTY));
            statuses.add(UpdateStatus.parse(publish.payloadBytes()));
            return;
        }
        conversation.acknowledge(publish);
        if (topic.equals(Topics.UPDATE_FETCH)) {
            for (byte[] said : pieces.apply(FileRequest.parse(publish.payloadBytes()))) {
                send(Topics.UPDATE_CHUNK, said);
            }
        }
    }

    /** Offers it to the device. */
    public void send(UpdateOffer offer) throws IOException {
        send(Topics.UPDATE_OFFER, offer.toJson());
    }

    /** Sends the device anything. */
    public void send(String topic, byte[] payload) throws IOException {
        live.get().publish(1 + packets.getAndIncrement() % 1000, topic, payload);
    }

    /** The next status that is not progress of a download. */
    public UpdateStatus hears() throws InterruptedException {
        while (true) {
            UpdateStatus status = statuses.poll(30, TimeUnit.SECONDS);
            if (status == null) {
                throw new AssertionError("the device said nothing within 30 s");
            }
            boolean fetching =
                    status instanceof UpdateStatus.Progress progress
                            && progress.step() == UpdateStatus.Step.DOWNLOADING;
            if (!fetching) {
                return status;
            }
        }
    }

    // What it delivers.

    private void metadata(HttpExchange exchange) throws IOException {
        try (exchange) {
            String name =
                    exchange.getRequestURI().getRawPath().substring(UpdatePaths.METADATA.length());
            byte[] content = repository.metadata().serve(name);
            if (away || content == null) {
                exchange.sendResponseHeaders(away ? 500 : 404, -1);
                return;
            }
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        }
    }

    private void artifact(HttpExchange exchange) throws IOException {
        try (exchange) {
            String sha256 =
                    exchange.getRequestURI().getPath().substring(UpdatePaths.ARTIFACTS.length());
            byte[] content = artifacts.get(sha256);
            if (away || content == null) {
                exchange.sendResponseHeaders(away ? 500 : 404, -1);
                return;
            }
            String range = exchange.getRequestHeaders().getFirst("Range");
            ranges.add(range == null ? "" : range);
            int offset =
                    range == null
                            ? 0
                            : Integer.parseInt(
                                    range.substring("bytes=".length(), range.length() - 1));
            delivery.get().answer(exchange, content, offset);
        }
    }

    /** Delivers all that was asked for. */
    public static void whole(HttpExchange exchange, byte[] artifact, int offset)
            throws IOException {
        give(exchange, artifact, offset, artifact.length - offset);
    }

    /** So many bytes of what was promised, and then the line is cut. */
    public static void give(HttpExchange exchange, byte[] artifact, int offset, int count)
            throws IOException {
        int length = artifact.length - offset;
        if (offset > 0) {
            exchange.getResponseHeaders()
                    .set(
                            "Content-Range",
                            "bytes %d-%d/%d"
                                    .formatted(offset, artifact.length - 1, artifact.length));
        }
        exchange.sendResponseHeaders(offset > 0 ? 206 : 200, length);
        OutputStream body = exchange.getResponseBody();
        body.write(artifact, offset, Math.min(count, length));
        body.flush();
    }

    /** What a good server answers. */
    public FileChunk answer(FileRequest request) {
        if (putOff.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return new FileChunk.Later(request.request(), 5);
        }
        byte[] content =
                switch (request.file()) {
                    case UpdateFile.Metadata(var name) -> repository.metadata().all().get(name);
                    case UpdateFile.Artifact(var sha256) -> artifacts.get(sha256);
                };
        if (content == null) {
            return new FileChunk.NotFound(request.request());
        }
        int from = (int) Math.min(request.offset(), content.length);
        int to = Math.min(content.length, from + request.length());
        return new FileChunk.Piece(
                request.request(),
                request.offset(),
                content.length,
                ByteBuffer.wrap(Arrays.copyOfRange(content, from, to)));
    }

    /** The SHA-256 in hexadecimal. */
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        est.close();
        peer.close();
    }
}
