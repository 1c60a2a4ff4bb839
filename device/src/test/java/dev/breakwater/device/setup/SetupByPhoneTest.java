/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.companion.DeviceSetup;
import dev.breakwater.companion.LabelImage;
import dev.breakwater.companion.SetupResult;
import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.AgentState;
import dev.breakwater.device.DeviceAgent;
import dev.breakwater.device.EnrollmentCodeSource;
import dev.breakwater.device.Provisioning;
import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.est.EnrollmentCode;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.SealedFileKeys;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.ServerPlace;
import dev.breakwater.protocol.setup.exchange.SetupFailure;
import dev.breakwater.protocol.setup.exchange.SetupRequest;
import dev.breakwater.protocol.wifi.Ssid;
import dev.breakwater.protocol.wifi.WifiNetwork;
import dev.breakwater.protocol.wifi.WifiPassphrase;
import dev.breakwater.testkit.peer.MqttConversation;
import dev.breakwater.testkit.peer.ScriptedEstPeer.Answer;
import dev.breakwater.testkit.peer.ScriptedMqttPeer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device, its owner's phone and a server, from the printed label to the first connection. */
@Timeout(60)
class SetupByPhoneTest {

    private static final Duration FOLLOW_MAX = Duration.ofSeconds(30);

    @TempDir Path directory;
    private SetupBench bench;
    private OwnersServer server;
    private CredentialSlots slots;
    private SetupMemory memory;

    @BeforeEach
    void setUp() throws Exception {
        bench = new SetupBench(directory, true);
        server = new OwnersServer(bench.identity, Clock.systemUTC());
        slots = CredentialSlots.open(bench.storage, bench.keys);
        memory = new SetupMemory(bench.storage);
        bench.enrolls(
                new TicketEnrollment(
                        SetupBench.SERIAL,
                        bench.identity,
                        slots,
                        memory,
                        Clock.systemUTC(),
                        pause -> {}));
    }

    @AfterEach
    void tearDown() throws Exception {
        bench.close();
        server.close();
    }

    private static SetupRequest request(String network, String passphrase, ServerPlace place) {
        return new SetupRequest(
                Ssid.ofText(network), new WifiPassphrase(passphrase), SetupBench.TICKET, place);
    }

    @Test
    void fromTheLabelToTheFirstConnection() throws Exception {
        long begin = System.nanoTime();
        InetSocketAddress where = bench.start();
        SetupLabel scanned = LabelImage.read(LabelImage.draw(bench.label, 6));
        DeviceSetup phone = new DeviceSetup(where, scanned);
        assertThat(phone.report().product()).isEqualTo("Fish tank");
        WifiNetwork network = phone.networks().getFirst();
        assertThat(network.security().isJoinable()).isTrue();
        try (ScriptedMqttPeer channel =
                ScriptedMqttPeer.listen(server.pki.server("127.0.0.1"), server.pki.issuing())) {
            phone.send(
                    new SetupRequest(
                            network.ssid(),
                            new WifiPassphrase("hush-hush"),
                            SetupBench.TICKET,
                            server.place(channel.port(), RootFingerprint.of(server.pki.root()))));
            assertThat(phone.follow(FOLLOW_MAX)).isEqualTo(new SetupResult.Done());
            assertThat(bench.ended()).isInstanceOf(SetupOutcome.Done.class);
            SetupBench.assertThatNobodyListens(where);
            connects(channel);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    }

    /** I11: one outbound channel, and nothing that listens. */
    private void connects(ScriptedMqttPeer channel) throws Exception {
        Provisioning told =
                memory.provisioning(
                                SetupBench.SERIAL,
                                ChannelKind.TLS,
                                new KeyPlace.SealedFile(),
                                Set.of())
                        .orElseThrow();
        LinkedBlockingQueue<AgentState> states = new LinkedBlockingQueue<>();
        try (DeviceAgent agent =
                new DeviceAgent(
                        told, slots, new NoCode(), states::add, AgentEnvironment.ofSystem())) {
            var before = ListeningSockets.ofThisProcess();
            agent.start();
            MqttConversation device = channel.accept();
            device.welcome();
            AgentState state;
            do {
                state = states.poll(FOLLOW_MAX.toSeconds(), TimeUnit.SECONDS);
                assertThat(state).isNotNull();
            } while (!(state instanceof AgentState.Connected));
            assertThat(((AgentState.Connected) state).deviceId()).isEqualTo(server.deviceId);
            assertThat(ListeningSockets.ofThisProcess())
                    .containsExactlyInAnyOrderElementsOf(before);
        }
    }

    /** A device that was set up needs none. */
    private static final class NoCode implements EnrollmentCodeSource {

        @Override
        public Optional<EnrollmentCode> code() {
            return Optional.empty();
        }

        @Override
        public void erase() {}
    }

    private void assertThatThePhoneSees(SetupFailure why, SetupRequest request) throws Exception {
        DeviceSetup phone = bench.phone(bench.start());
        phone.send(request);
        assertThat(phone.follow(FOLLOW_MAX)).isEqualTo(new SetupResult.Failed(why, 9));
        assertThat(memory.server()).isEmpty();
        assertThat(slots.next()).isEmpty();
    }

    @Test
    void thePhoneSeesThatThePassphraseIsWrong() throws Exception {
        assertThatThePhoneSees(
                SetupFailure.WRONG_PASSPHRASE, request("Meer", "hush-hash", server.place()));
    }

    @Test
    void thePhoneSeesThatTheNetworkIsNotThere() throws Exception {
        assertThatThePhoneSees(
                SetupFailure.NETWORK_NOT_FOUND, request("Mehr", "hush-hush", server.place()));
    }

    @Test
    void thePhoneSeesThatTheNetworkGivesNoAddress() throws Exception {
        assertThatThePhoneSees(
                SetupFailure.NO_INTERNET, request("Moor", "hush-hush", server.place()));
    }

    @Test
    void thePhoneSeesThatTheServerCannotBeReached() throws Exception {
        server.close();
        assertThatThePhoneSees(
                SetupFailure.NO_INTERNET, request("Meer", "hush-hush", server.place()));
    }

    @Test
    void thePhoneSeesThatTheDevicesClockIsWrong() throws Exception {
        Clock other = Clock.offset(Clock.systemUTC(), Duration.ofDays(-60));
        try (OwnersServer elsewhen = new OwnersServer(bench.identity, other)) {
            assertThatThePhoneSees(
                    SetupFailure.CLOCK_WRONG, request("Meer", "hush-hush", elsewhen.place()));
        }
    }

    @Test
    void thePhoneSeesThatTheServerRefuses() throws Exception {
        server.refuses(1, Answer.text(401, "no"));
        assertThatThePhoneSees(
                SetupFailure.SERVER_REFUSED, request("Meer", "hush-hush", server.place()));
    }

    @Test
    void thePhoneSeesThatTheDeviceIsOwnedByAnother() throws Exception {
        server.refuses(1, Answer.text(409, "owned by another"));
        assertThatThePhoneSees(
                SetupFailure.OWNED_BY_ANOTHER, request("Meer", "hush-hush", server.place()));
    }

    @Test
    void thePhoneSeesThatTheDevicesStorageIsFull() throws Exception {
        FullDisk disk = new FullDisk();
        var storage =
                new SealedStorage(
                        disk, WrappingKeyFile.openOrCreate(directory.resolve("other.key")));
        slots = CredentialSlots.open(storage, new SealedFileKeys(storage));
        bench.enrolls(
                new TicketEnrollment(
                        SetupBench.SERIAL,
                        bench.identity,
                        slots,
                        new SetupMemory(storage),
                        Clock.systemUTC(),
                        pause -> {}));
        disk.takes(1);
        assertThatThePhoneSees(
                SetupFailure.STORAGE_FULL, request("Meer", "hush-hush", server.place()));
    }
}
