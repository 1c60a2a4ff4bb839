/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.est.EnrollmentCode;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.device.identity.VerifiedCertificate;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.message.Notice;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.TestTime;
import dev.breakwater.testkit.peer.ScriptedEstPeer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Answer;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Question;
import dev.breakwater.testkit.peer.ScriptedMqttPeer;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A device on the bench: real storage, keys and TLS; a clock the test turns; a scripted server. */
final class AgentBench implements AutoCloseable {

    static final DeviceSerial SERIAL = new DeviceSerial("tank-1");
    private static final long SEED = 7;

    /** By what certificates are dated: of the present, unless a test wants one that is older. */
    final TestClock issuing = TestClock.atPresent();

    final TestPki pki = TestPki.create(issuing);

    final TestClock clock = TestClock.atPresent();
    final TestTime time = new TestTime(clock);
    final DeviceId deviceId = DeviceId.fresh();
    final ScriptedMqttPeer peer;
    final CredentialSlots slots;
    final LinkedBlockingQueue<AgentState> states = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<Notice> notices = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<Duration> ahead = new LinkedBlockingQueue<>();
    private Clock agentsClock = clock;
    private Set<String> envelopeKeys = Set.of();
    private Optional<EnrollmentCode> code = Optional.empty();
    private int estPort = 1;

    AgentBench(Path directory) throws IOException {
        this(directory, new KeyPlace.SealedFile());
    }

    AgentBench(Path directory, KeyPlace keys) throws IOException {
        peer = ScriptedMqttPeer.listen(pki.server("127.0.0.1"), pki.issuing());
        SealedStorage storage =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("storage")),
                        WrappingKeyFile.openOrCreate(directory.resolve("wrapping.key")));
        slots = CredentialSlots.open(storage, keys.open(storage, SERIAL));
    }

    /** Gives the device a certificate that has connected before. */
    void enrolled() throws Exception {
        ServerTrust trust =
                ServerTrust.pinned(
                        RootFingerprint.of(pki.root()), List.of(pki.root(), pki.issuing()));
        DeviceKey key = slots.keyForNext();
        var issued = pki.device(deviceId, SERIAL, new KeyPair(key.publicKey(), key.privateKey()));
        slots.storeTrust(trust);
        slots.completeNext(
                VerifiedCertificate.verify(issued.leaf(), trust, key, SERIAL, clock.instant()));
        slots.promoteNext();
    }

    void enrollsAt(int port, String enrollmentCode) {
        estPort = port;
        code = Optional.of(new EnrollmentCode(enrollmentCode));
    }

    /** Gives the agent a clock of its own, which the test's time does not turn. */
    void tellsTimeBy(Clock other) {
        agentsClock = other;
    }

    void renewsAt(int port) {
        estPort = port;
    }

    /** Gives the device hashes of keys that its organization alone holds. */
    void believesOnly(String hash) {
        envelopeKeys = Set.of(hash);
    }

    Optional<EnrollmentCode> code() {
        return code;
    }

    DeviceAgent agent() {
        return agent(ChannelKind.TLS);
    }

    DeviceAgent agent(ChannelKind channel) {
        return agent(channel, "127.0.0.1", RootFingerprint.of(pki.root()));
    }

    DeviceAgent agent(ChannelKind channel, String host, RootFingerprint pin) {
        return new DeviceAgent(
                new Provisioning(
                        host,
                        peer.port(),
                        estPort,
                        pin,
                        SERIAL,
                        channel,
                        new KeyPlace.SealedFile(),
                        envelopeKeys),
                slots,
                new EnrollmentCodeSource() {
                    @Override
                    public Optional<EnrollmentCode> code() {
                        return code;
                    }

                    @Override
                    public void erase() {
                        code = Optional.empty();
                    }
                },
                new AgentListener() {
                    @Override
                    public void stateChanged(AgentState state) {
                        states.add(state);
                    }

                    @Override
                    public void clockAhead(Duration by) {
                        ahead.add(by);
                    }

                    @Override
                    public void noticed(Notice notice) {
                        notices.add(notice);
                    }
                },
                new AgentEnvironment(agentsClock, time::rest, new Random(SEED)));
    }

    /** Waits for a state, passing over others. */
    <S extends AgentState> S await(Class<S> type) throws InterruptedException {
        return type.cast(await(type::isInstance));
    }

    private AgentState await(Predicate<AgentState> wanted) throws InterruptedException {
        while (true) {
            AgentState state = states.poll(10, TimeUnit.SECONDS);
            if (state == null) {
                throw new AssertionError("the agent did not come into the state within 10 s");
            }
            if (wanted.test(state)) {
                return state;
            }
        }
    }

    PublicKey currentKey() throws IOException {
        return slots.current().orElseThrow().key().publicKey();
    }

    /** An EST endpoint that hands out the root and answers everything else by the script. */
    ScriptedEstPeer est(ScriptedEstPeer.Script script) throws Exception {
        return ScriptedEstPeer.listen(
                pki,
                clock,
                question ->
                        question.operation().equals("cacerts")
                                ? Answer.certificates(pki.issuing(), pki.root())
                                : script.answer(question));
    }

    /** A certificate of this device for the key in the request. */
    Answer issue(Question question) throws Exception {
        KeyPair forPublicKey = new KeyPair(keyIn(question.body()), TestKeys.p256().getPrivate());
        return Answer.certificates(pki.device(deviceId, SERIAL, forPublicKey).leaf());
    }

    static PublicKey keyIn(String body) throws Exception {
        return new JcaPKCS10CertificationRequest(Base64.getMimeDecoder().decode(body))
                .getPublicKey();
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }
}
