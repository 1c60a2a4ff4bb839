/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.device.est.EnrollmentOutcome;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.testkit.pki.TestKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Devices and an operator at work on one server until it is killed under them. Each writes down in
 * {@link Promises} what it was promised; what fails after the kill was announced is as it should
 * be, what fails before is a failure of the server.
 */
final class Load {

    private static final int UNACKNOWLEDGED_MAX = 10;
    private static final int CONNECT_SECONDS_MAX = 30;
    private static final int UNDERWAY_SECONDS_MAX = 60;

    private final ServerPlace place;
    private final Promises promises;
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch underway;
    private volatile boolean killAnnounced;

    private Load(ServerPlace place, Promises promises) {
        this.place = place;
        this.promises = promises;
        this.underway = new CountDownLatch(promises.publishers().size() + 2);
    }

    /** Sets all to work. */
    static Load begin(
            ServerPlace place,
            Promises promises,
            Administrator administrator,
            ServerTrust trust,
            String code) {
        Load load = new Load(place, promises);
        for (EnrolledDevice device : promises.publishers()) {
            load.work(() -> load.publish(device));
        }
        load.work(() -> load.enroll(trust, code));
        load.work(() -> load.command(administrator));
        return load;
    }

    /** Waits until each of them has got something out of the server in this round. */
    void awaitUnderway() throws InterruptedException {
        if (!underway.await(UNDERWAY_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new AssertionError("the load did not get under way: " + promises.failures());
        }
    }

    /** To be called right before the kill. */
    void announceKill() {
        killAnnounced = true;
    }

    /** Waits for all to notice. */
    void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void work(Callable<Void> task) {
        threads.add(
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        task.call();
                                    } catch (Exception failed) {
                                        reportUnlessKilled(failed);
                                    }
                                }));
    }

    private void reportUnlessKilled(Throwable failed) {
        if (!killAnnounced) {
            promises.failedBeforeKill(failed);
        }
    }

    private Void publish(EnrolledDevice device) throws Exception {
        Mqtt5AsyncClient client = device.client(place, () -> {});
        client.connectWith().cleanStart(true).send().get(CONNECT_SECONDS_MAX, TimeUnit.SECONDS);
        Runnable first = firstSuccess();
        Semaphore mayPublish = new Semaphore(UNACKNOWLEDGED_MAX);
        while (!killAnnounced) {
            mayPublish.acquire();
            int number = promises.nextNumber(device);
            var _ =
                    client.publishWith()
                            .topic("me/telemetry")
                            .qos(MqttQos.AT_LEAST_ONCE)
                            .payload(
                                    ("{\"number\":" + number + "}")
                                            .getBytes(StandardCharsets.UTF_8))
                            .send()
                            .whenComplete(
                                    (result, failed) -> {
                                        if (failed == null && result.getError().isEmpty()) {
                                            promises.acknowledged(device, number);
                                            first.run();
                                        } else {
                                            reportUnlessKilled(
                                                    failed == null
                                                            ? result.getError().orElseThrow()
                                                            : failed);
                                        }
                                        mayPublish.release();
                                    });
        }
        return null;
    }

    /** Counts the first of its runs. */
    private Runnable firstSuccess() {
        AtomicBoolean counted = new AtomicBoolean();
        return () -> {
            if (counted.compareAndSet(false, true)) {
                underway.countDown();
            }
        };
    }

    /** A device that got no answer asks again with the same key, in the next round if need be. */
    private Void enroll(ServerTrust trust, String code) throws Exception {
        Runnable first = firstSuccess();
        while (!killAnnounced) {
            DeviceSerial serial = promises.nextToEnroll();
            KeyPair keys = promises.keysOf(serial, TestKeys::p256);
            try {
                switch (EnrolledDevice.ask(place, trust, serial, code, keys)) {
                    case EnrollmentOutcome.Issued(var certificate) -> {
                        promises.enrolled(new EnrolledDevice(serial, keys, certificate, trust));
                        first.run();
                    }
                    case EnrollmentOutcome.Busy _ -> promises.unanswered(serial);
                    case EnrollmentOutcome.Pending pending ->
                            throw new AssertionError(serial + " must not wait: " + pending);
                    case EnrollmentOutcome.OwnedByAnother owned ->
                            throw new AssertionError(serial + " has no owner: " + owned);
                    case EnrollmentOutcome.GivenAway given ->
                            throw new AssertionError(serial + " was never anybody's: " + given);
                    case EnrollmentOutcome.Refused refused ->
                            promises.failedBeforeKill(
                                    new AssertionError(serial + " was refused: " + refused));
                }
            } catch (IOException noAnswer) {
                promises.unanswered(serial);
                throw noAnswer;
            }
        }
        return null;
    }

    private Void command(Administrator administrator) {
        Runnable first = firstSuccess();
        List<EnrolledDevice> devices = promises.publishers();
        for (int i = 0; !killAnnounced; i++) {
            EnrolledDevice device = devices.get(i % devices.size());
            try {
                String command =
                        administrator.sendCommand(
                                device.id(), "feed", Administrator.object().put("portions", 1));
                promises.commanded(device, command);
                first.run();
            } catch (CommandFailed failed) {
                reportUnlessKilled(failed);
                return null;
            }
        }
        return null;
    }
}
