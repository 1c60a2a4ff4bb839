/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.MalformedManifest;
import dev.breakwater.device.storage.ManifestWarrant;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageItem;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.CommandId;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.envelope.ClockSequence;
import dev.breakwater.protocol.envelope.EnvelopeContext;
import dev.breakwater.protocol.envelope.Sealer;
import dev.breakwater.protocol.message.Command;
import dev.breakwater.protocol.message.OwnEnvelopeKey;
import dev.breakwater.protocol.mqtt.PubAck;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.testkit.peer.MqttConversation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Commands that only this device reads. */
@Timeout(60)
class SealedCommandsTest {

    @TempDir Path directory;
    private AgentBench bench;
    private SealedStorage storage;
    private SealedCommandKey key;
    private final AtomicInteger fed = new AtomicInteger();

    @BeforeEach
    void setUp() throws Exception {
        bench = new AgentBench(directory);
        bench.enrolled();
        storage =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("own")),
                        WrappingKeyFile.openOrCreate(directory.resolve("own.key")),
                        manifest(),
                        bench.clock);
        key = SealedCommandKey.openOrCreate(storage, bench.clock);
    }

    private static StorageManifest manifest() throws MalformedManifest {
        List<StorageItem> items = new ArrayList<>(StorageManifest.agentItems());
        items.addAll(StorageManifest.sealedCommandItems());
        return StorageManifest.of("tank", items, ManifestWarrant.UNSIGNED);
    }

    @AfterEach
    void tearDown() throws Exception {
        bench.close();
    }

    @Test
    void saysItsKeyAndCarriesOutWhatIsSealedToIt() throws Exception {
        try (DeviceAgent _ = agent(key)) {
            MqttConversation device = bench.peer.accept();
            device.welcome();
            Publish said = device.expect(Publish.class);
            assertThat(said.topic().text()).isEqualTo(Topics.ENVELOPE_KEY);
            assertThat(said.payloadBytes()).isEqualTo(new OwnEnvelopeKey(key.published()).toJson());
            device.acknowledge(said);
            CommandId id = CommandId.fresh();
            assertThat(answer(device, 1, id, sealed(id, bench.deviceId))).contains("portions");
            assertThat(fed).hasValue(1);
        }
    }

    /** Whoever opened TLS recorded it, and waits until the device has forgotten the command. */
    @Test
    void opensACommandOnceWhateverRestartsLieBetween() throws Exception {
        CommandId id = CommandId.fresh();
        byte[] recorded = sealed(id, bench.deviceId);
        assertThat(key.open(recorded, bench.deviceId, Topics.command(id))).isPresent();
        assertThat(key.open(recorded, bench.deviceId, Topics.command(id))).isEmpty();
        SealedCommandKey restarted = SealedCommandKey.openOrCreate(storage, bench.clock);
        assertThat(restarted.published()).isEqualTo(key.published());
        try (DeviceAgent _ = agent(restarted)) {
            MqttConversation device = bench.peer.accept();
            device.welcome();
            device.acknowledge(device.expect(Publish.class));
            assertThat(answer(device, 1, id, recorded)).contains("could not open");
            bench.clock.advance(Duration.ofSeconds(1));
            CommandId next = CommandId.fresh();
            assertThat(answer(device, 2, next, sealed(next, bench.deviceId))).contains("portions");
        }
        assertThat(fed).hasValue(1);
    }

    @Test
    void doesNotOpenWhatWasSealedForAnotherCommandOrDevice() throws Exception {
        CommandId id = CommandId.fresh();
        byte[] envelope = sealed(id, bench.deviceId);
        String other = Topics.command(CommandId.fresh());
        assertThat(key.open(envelope, bench.deviceId, other)).isEmpty();
        assertThat(key.open(envelope, DeviceId.fresh(), Topics.command(id))).isEmpty();
        assertThat(key.open(envelope, bench.deviceId, Topics.command(id))).isPresent();
    }

    @Test
    void answersThatItCannotOpenWhatItHasNoKeyFor() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.onCommand("feed", arguments -> arguments);
            agent.start();
            MqttConversation device = bench.peer.accept();
            device.welcome();
            CommandId id = CommandId.fresh();
            assertThat(answer(device, 1, id, sealed(id, bench.deviceId)))
                    .contains("could not open");
        }
    }

    @Test
    void takesItsKeyBeforeItIsStartedAndOnce() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.openSealedCommands(key);
            assertThatIllegalStateException().isThrownBy(() -> agent.openSealedCommands(key));
        }
    }

    @Test
    void keepsTheKeySealed() throws IOException {
        byte[] kept = storage.read("envelope-key").orElseThrow();
        String inClear = new String(kept, ISO_8859_1);
        try (Stream<Path> files = Files.walk(directory.resolve("own"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .noneMatch(file -> content(file).contains(inClear));
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private DeviceAgent agent(SealedCommandKey own) {
        DeviceAgent agent = bench.agent();
        agent.openSealedCommands(own);
        agent.onCommand(
                "feed",
                arguments -> {
                    fed.incrementAndGet();
                    return arguments;
                });
        agent.start();
        return agent;
    }

    private byte[] sealed(CommandId id, DeviceId device) throws Exception {
        Command feed =
                new Command(
                        "feed",
                        JsonMapper.shared().createObjectNode().put("portions", 2),
                        bench.clock.instant().plus(Duration.ofHours(1)));
        return new Sealer(List.of(key.published()), new ClockSequence(bench.clock), bench.clock)
                .seal(
                        feed.toJson(),
                        EnvelopeContext.toDevice(device, TopicName.of(Topics.command(id))));
    }

    private static String answer(
            MqttConversation device, int packetId, CommandId id, byte[] payload) throws Exception {
        device.publish(packetId, Topics.command(id), payload);
        var _ = device.expect(PubAck.class);
        Publish reply = device.expect(Publish.class);
        device.acknowledge(reply);
        assertThat(reply.topic().text()).isEqualTo(Topics.commandReply(id));
        return new String(reply.payloadBytes(), UTF_8);
    }
}
