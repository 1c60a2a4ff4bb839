/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import dev.breakwater.device.identity.ServerTrust;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A stock client that keeps its session and publishes with QoS 2 while the server is killed over
 * and over: in the end every message is there, and there once.
 *
 * <p>{@code -Dbreakwater.kills} says how often, {@code -Dbreakwater.seed} at which moments.
 */
@Tag("system")
final class ExactlyOnceTest {

    private static final int KILLS = Integer.getInteger("breakwater.kills", 6);
    private static final int WORK_MILLIS_MAX = 800;
    private static final int UNACKNOWLEDGED_MAX = 20;
    private static final int WAIT_SECONDS_MAX = 60;

    @TempDir Path directory;

    @Test
    void storesEveryMessageOfAKeptSessionOnce() throws Exception {
        long seed = Long.getLong("breakwater.seed", System.nanoTime());
        System.out.println("ExactlyOnceTest seed " + seed);
        Random random = new Random(seed);
        ServerPlace place = ServerPlace.in(directory);
        Administrator administrator;
        EnrolledDevice device;
        try (ServerProcess server = ServerProcess.start(place)) {
            administrator = Administrator.setUp(server);
            String product = administrator.createProduct("Drilled");
            ServerTrust trust = EnrolledDevice.trust(server);
            String code = administrator.createEnrollmentCode(product, List.of("TANK-1"));
            device = EnrolledDevice.enroll(place, trust, "TANK-1", code);
        }
        Publishing publishing = new Publishing(client(place, device));
        for (int kill = 0; kill < KILLS; kill++) {
            try (ServerProcess server = ServerProcess.start(place)) {
                publishing.beginOrGoOn();
                publishing.awaitProgress();
                pass(random.nextInt(WORK_MILLIS_MAX));
                server.kill();
            }
        }
        try (ServerProcess server = ServerProcess.start(place);
                Administrator operator = administrator.again()) {
            int count = publishing.finish();
            List<Integer> stored =
                    operator.telemetry(device.id()).stream()
                            .map(item -> item.at("/reading/number").intValue())
                            .toList();
            System.out.println(count + " messages, " + KILLS + " kills");
            assertThat(server.process().isRunning()).isTrue();
            assertThat(stored).doesNotHaveDuplicates().hasSize(count);
        }
    }

    private static Mqtt5AsyncClient client(ServerPlace place, EnrolledDevice device)
            throws Exception {
        return Mqtt5Client.builder()
                .identifier(device.id())
                .serverHost("localhost")
                .serverPort(place.ports().channel())
                .automaticReconnect()
                .initialDelay(50, TimeUnit.MILLISECONDS)
                .maxDelay(200, TimeUnit.MILLISECONDS)
                .applyAutomaticReconnect()
                .sslConfig(
                        MqttClientSslConfig.builder()
                                .keyManagerFactory(device.keyManagers())
                                .trustManagerFactory(device.trustManagers())
                                .build())
                .buildAsync();
    }

    /** Lets time pass, during which the server is at work. */
    private static void pass(int millis) throws InterruptedException {
        boolean over = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
        assertThat(over).isFalse();
    }

    /** One client that publishes number after number, whatever becomes of the server. */
    private static final class Publishing {

        private final Mqtt5AsyncClient client;
        private final Semaphore mayPublish = new Semaphore(UNACKNOWLEDGED_MAX);
        private final AtomicBoolean ending = new AtomicBoolean();
        private final AtomicReference<CountDownLatch> progress =
                new AtomicReference<>(new CountDownLatch(1));
        private final CompletableFuture<Integer> published = new CompletableFuture<>();
        private boolean begun;

        Publishing(Mqtt5AsyncClient client) {
            this.client = client;
        }

        /** The client finds a restarted server by itself. */
        void beginOrGoOn() throws Exception {
            progress.set(new CountDownLatch(1));
            if (!begun) {
                begun = true;
                client.connectWith()
                        .cleanStart(false)
                        .sessionExpiryInterval(3_600)
                        .send()
                        .get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
                Thread.ofVirtual().start(this::publish);
            }
        }

        private void publish() {
            List<CompletableFuture<Mqtt5PublishResult>> results = new ArrayList<>();
            try {
                while (!ending.get()) {
                    mayPublish.acquire();
                    results.add(publish(results.size()));
                }
                for (CompletableFuture<Mqtt5PublishResult> result : results) {
                    assertThat(result.get(WAIT_SECONDS_MAX, TimeUnit.SECONDS).getError()).isEmpty();
                }
                published.complete(results.size());
            } catch (Exception | AssertionError failed) {
                published.completeExceptionally(failed);
            }
        }

        private CompletableFuture<Mqtt5PublishResult> publish(int number) {
            return client.publishWith()
                    .topic("me/telemetry")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .payload(("{\"number\":" + number + "}").getBytes(StandardCharsets.UTF_8))
                    .send()
                    .whenComplete(
                            (result, failed) -> {
                                mayPublish.release();
                                progress.get().countDown();
                            });
        }

        void awaitProgress() throws InterruptedException {
            assertThat(progress.get().await(WAIT_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        }

        /** Waits until everything is acknowledged, and returns how much it was. */
        int finish() throws Exception {
            progress.set(new CountDownLatch(1));
            awaitProgress();
            ending.set(true);
            int count = published.get(2 * WAIT_SECONDS_MAX, TimeUnit.SECONDS);
            client.disconnect().get(WAIT_SECONDS_MAX, TimeUnit.SECONDS);
            return count;
        }
    }
}
