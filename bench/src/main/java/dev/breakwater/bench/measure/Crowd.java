/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.DeviceBehaviour;
import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.DeviceLink;
import dev.breakwater.bench.load.Dialer;
import dev.breakwater.bench.load.LinkEnd;
import dev.breakwater.bench.load.MqttTerms;
import dev.breakwater.bench.server.ServerFailed;
import dev.breakwater.protocol.mqtt.MqttPacket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Devices that connect and stay, each with a behaviour of its own. */
final class Crowd {

    private static final int CONNECTING_AT_A_TIME = 64;
    private static final int PATIENCE_SECONDS = 120;

    private final Queue<DeviceLink> links = new ConcurrentLinkedQueue<>();
    private final Queue<String> lost = new ConcurrentLinkedQueue<>();
    private volatile boolean leaving;

    /** Connects more of them, and returns when all are in. */
    void connect(
            Dialer dialer,
            MqttTerms terms,
            Collection<DeviceIdentity> devices,
            Function<DeviceIdentity, DeviceBehaviour> behaviours)
            throws InterruptedException {
        Semaphore places = new Semaphore(CONNECTING_AT_A_TIME);
        CountDownLatch in = new CountDownLatch(devices.size());
        for (DeviceIdentity device : devices) {
            if (!places.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new ServerFailed("devices wait in vain to be connected");
            }
            dialer.dial(device, terms, new Member(behaviours.apply(device), places, in));
        }
        if (!in.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new ServerFailed(in.getCount() + " devices wait in vain to be connected");
        }
        requireComplete();
    }

    /** Nobody was refused or cut off. */
    void requireComplete() {
        if (!lost.isEmpty()) {
            throw new ServerFailed(
                    "%d devices lost their connection, the first: %s"
                            .formatted(lost.size(), lost.peek()));
        }
    }

    /** Their links. */
    List<DeviceLink> links() {
        return new ArrayList<>(links);
    }

    /** How many lost their connection. */
    int lostCount() {
        return lost.size();
    }

    /** Says farewell for all. */
    void leave() throws InterruptedException {
        leaving = true;
        CountDownLatch said = new CountDownLatch(links.size());
        for (DeviceLink link : links) {
            link.loop()
                    .execute(
                            () -> {
                                link.disconnect();
                                said.countDown();
                            });
        }
        boolean all = said.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!all) {
            throw new ServerFailed("the load's event loops are stuck");
        }
    }

    private final class Member implements DeviceBehaviour {

        private final DeviceBehaviour behaviour;
        private final Semaphore places;
        private final CountDownLatch in;
        private boolean counted;

        Member(DeviceBehaviour behaviour, Semaphore places, CountDownLatch in) {
            this.behaviour = behaviour;
            this.places = places;
            this.in = in;
        }

        private void count() {
            if (!counted) {
                counted = true;
                places.release();
                in.countDown();
            }
        }

        @Override
        public void connected(DeviceLink link) {
            links.add(link);
            behaviour.connected(link);
            count();
        }

        @Override
        public void received(DeviceLink link, MqttPacket packet) {
            behaviour.received(link, packet);
        }

        @Override
        public void caughtUp(DeviceLink link) {
            behaviour.caughtUp(link);
        }

        @Override
        public void ended(DeviceLink link, LinkEnd end) {
            if (!leaving) {
                lost.add(link.device() + ": " + end);
            }
            behaviour.ended(link, end);
            count();
        }
    }
}
