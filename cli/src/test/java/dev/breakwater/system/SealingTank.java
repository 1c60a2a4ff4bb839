/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.device.AgentEnvironment;
import dev.breakwater.device.AgentListener;
import dev.breakwater.device.AgentState;
import dev.breakwater.device.DeviceAgent;
import dev.breakwater.device.ProvisioningFile;
import dev.breakwater.device.SealedCommandKey;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.SealedFileKeys;
import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.ManifestWarrant;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.StorageItem;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.envelope.KeptSequence;
import dev.breakwater.protocol.message.Notice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A device in this process that seals what it tells and opens what it is told: real storage, keys
 * in files, TLS and agent. It reaches the server's channel through a {@link TlsRecorder}.
 */
final class SealingTank implements AutoCloseable {

    /** The one member of what it tells, and is told. */
    static final String NOTE = "note";

    private final Path provisioning;
    private final SealedStorage storage;
    private final CredentialSlots slots;
    private final KeptSequence sequence;
    private final List<DeviceAgent> agents = new ArrayList<>();
    private final CountDownLatch mayReport = new CountDownLatch(1);
    private final BlockingQueue<String> carriedOut = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> desired = new LinkedBlockingQueue<>();

    SealingTank(Path directory) throws Exception {
        this.provisioning = directory.resolve("tank.json");
        List<StorageItem> items = new ArrayList<>(StorageManifest.agentItems());
        items.addAll(StorageManifest.sealedCommandItems());
        this.storage =
                new SealedStorage(
                        DirectoryDisk.open(directory.resolve("tank")),
                        WrappingKeyFile.openOrCreate(directory.resolve("tank.key")),
                        StorageManifest.of("coral-tank", items, ManifestWarrant.UNSIGNED),
                        Clock.systemUTC());
        this.slots = CredentialSlots.open(storage, new SealedFileKeys(storage));
        this.sequence =
                KeptSequence.open(directory.resolve("envelope-sequence"), Clock.systemUTC());
    }

    /** Its keys and certificates, which a device would never hand out. */
    CredentialSlots slots() {
        return slots;
    }

    /** Starts, with the channel at another port than the server says. */
    DeviceAgent start(String told, int channelPort) throws IOException {
        ObjectNode file = (ObjectNode) JsonMapper.shared().readTree(told);
        Files.writeString(provisioning, file.put("channelPort", channelPort).toString());
        ProvisioningFile codes = new ProvisioningFile(provisioning);
        DeviceAgent agent =
                new DeviceAgent(
                        codes.read(), slots, codes, new Watch(), AgentEnvironment.ofSystem());
        agents.add(agent);
        agent.sealWith(sequence);
        agent.openSealedCommands(SealedCommandKey.openOrCreate(storage, Clock.systemUTC()));
        agent.onCommand(
                "feed",
                arguments -> {
                    carriedOut.add(arguments.path(NOTE).asString());
                    return Administrator.object();
                });
        agent.onDesiredState(state -> desired.add(state.state().path(NOTE).asString()));
        agent.start();
        return agent;
    }

    /** Waits until the server has said which key to seal to. */
    void awaitKey(Duration atMost) throws InterruptedException {
        assertThat(mayReport.await(atMost.toMillis(), TimeUnit.MILLISECONDS))
                .as("the tank knows a key to seal to")
                .isTrue();
    }

    /** What the commands said that it has carried out, in order. */
    List<String> carriedOut() {
        return List.copyOf(carriedOut);
    }

    /** Waits until another state is desired, and returns what it says. */
    String awaitDesired(Duration atMost) throws InterruptedException {
        String note = desired.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
        if (note == null) {
            throw new AssertionError("no desired state has come");
        }
        return note;
    }

    @Override
    public void close() {
        agents.forEach(DeviceAgent::close);
    }

    private final class Watch implements AgentListener {

        @Override
        public void stateChanged(AgentState state) {}

        @Override
        public void noticed(Notice notice) {
            // The agent has learned the key before it hands the notice on.
            if (notice.kind().equals("envelope-key")) {
                mayReport.countDown();
            }
        }
    }
}
