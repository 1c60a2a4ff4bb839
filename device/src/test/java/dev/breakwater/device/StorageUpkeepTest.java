/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.breakwater.device.storage.DirectoryDisk;
import dev.breakwater.device.storage.ManifestWarrant;
import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.device.storage.Sensitivity;
import dev.breakwater.device.storage.StorageItem;
import dev.breakwater.device.storage.StorageManifest;
import dev.breakwater.device.storage.WrappingKeyFile;
import dev.breakwater.protocol.Topics;
import dev.breakwater.testkit.peer.MqttConversation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How the agent looks after the product's storage and tells the server of it. */
@Timeout(60)
class StorageUpkeepTest {

    private static final String REPORTS = Topics.EVENTS_PREFIX + "storage-inventory";

    @TempDir Path directory;
    private AgentBench bench;

    @BeforeEach
    void setUp() throws Exception {
        bench = new AgentBench(directory);
        bench.enrolled();
    }

    @AfterEach
    void tearDown() throws Exception {
        bench.close();
    }

    @Test
    void reportsWhatThereIsAndErasesWhatIsOverdue() throws Exception {
        SealedStorage storage = products();
        storage.write("feedings", new byte[3]);
        try (DeviceAgent agent = bench.agent()) {
            agent.keep(storage);
            agent.start();
            MqttConversation server = bench.peer.accept();
            server.welcome();
            JsonNode first = json(server.expectOn(REPORTS).payloadBytes());
            assertThat(first.path("manifestSha256").stringValue())
                    .isEqualTo(storage.manifest().hash());
            assertThat(first.path("items").get(0).path("name").stringValue()).isEqualTo("feedings");
        }
    }

    @Test
    void looksEveryHourErasesWhatIsOverdueAndReportsThatAndOnceADay() throws Exception {
        SealedStorage storage = products();
        storage.write("feedings", new byte[3]);
        Outbox outbox = new Outbox();
        AgentEnvironment environment =
                new AgentEnvironment(bench.clock, bench.time::rest, new Random(7));
        Thread upkeep =
                Thread.ofVirtual()
                        .name("breakwater-upkeep")
                        .start(new StorageUpkeep(storage, outbox, environment));
        assertThat(itemsIn(taken(outbox))).isEqualTo(1);
        for (int hour = 0; hour < 3; hour++) {
            passAnHour();
        }
        assertThat(itemsIn(taken(outbox))).isZero();
        assertThat(storage.names()).isEmpty();
        // A day after the last report and no earlier: 24 more looks, of which the last reports.
        for (int hour = 0; hour < 24; hour++) {
            passAnHour();
            bench.time.awaitRestOf("breakwater-upkeep");
            assertThat(outbox.awaitEmpty(Duration.ZERO)).isEqualTo(hour < 23);
        }
        assertThat(itemsIn(taken(outbox))).isZero();
        upkeep.interrupt();
        upkeep.join();
    }

    private void passAnHour() throws InterruptedException {
        assertThat(bench.time.awaitRestOf("breakwater-upkeep")).isEqualTo(StorageUpkeep.LOOK_EVERY);
        bench.time.advance(StorageUpkeep.LOOK_EVERY);
    }

    private static Outbox.Sending taken(Outbox outbox) throws InterruptedException {
        Outbox.Sending sending = outbox.take(1);
        assertThat(outbox.acknowledged(sending.packetIdentifier())).isPresent();
        return sending;
    }

    private static int itemsIn(Outbox.Sending sending) {
        return json(sending.message().payload()).path("items").size();
    }

    @Test
    void looksAfterOneStorageAndBeforeItIsStartedOnly() throws Exception {
        try (DeviceAgent agent = bench.agent()) {
            agent.keep(products());
            assertThatIllegalStateException().isThrownBy(() -> agent.keep(products()));
        }
        try (DeviceAgent agent = bench.agent()) {
            agent.start();
            assertThatIllegalStateException().isThrownBy(() -> agent.keep(products()));
        }
    }

    private SealedStorage products() throws IOException {
        List<StorageItem> items = new ArrayList<>(StorageManifest.agentItems());
        items.add(
                new StorageItem(
                        "feedings",
                        "When the fish were fed",
                        Sensitivity.PERSONAL,
                        Optional.of(Duration.ofHours(2))));
        return new SealedStorage(
                DirectoryDisk.open(directory.resolve("products")),
                WrappingKeyFile.openOrCreate(directory.resolve("products.key")),
                StorageManifest.of("tank", items, ManifestWarrant.UNSIGNED),
                bench.clock);
    }

    private static JsonNode json(byte[] payload) {
        return JsonMapper.shared().readTree(payload);
    }
}
