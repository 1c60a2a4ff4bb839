/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.load.DeviceBehaviour;
import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.DeviceLink;
import dev.breakwater.bench.load.LinkEnd;
import dev.breakwater.bench.load.MqttTerms;
import dev.breakwater.bench.server.ServerFailed;
import dev.breakwater.protocol.mqtt.MqttVersion;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Devices that connect before an attack and must still be there after it. */
final class Guests implements DeviceBehaviour {

    static final int COUNT = 20;

    private static final int PATIENCE_SECONDS = 30;

    private final CountDownLatch in = new CountDownLatch(COUNT);
    private final Queue<DeviceLink> links = new ConcurrentLinkedQueue<>();
    private final Queue<String> lost = new ConcurrentLinkedQueue<>();
    private volatile boolean leaving;

    private Guests() {}

    /** Returns when all are connected. */
    static Guests arrive(Arena arena) throws InterruptedException {
        Guests guests = new Guests();
        for (DeviceIdentity device : arena.fleet().first(COUNT)) {
            arena.dialer().dial(device, MqttTerms.passing(MqttVersion.V5), guests);
        }
        if (!guests.in.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new ServerFailed(
                    guests.in.getCount() + " devices are not let in: " + guests.lost.peek());
        }
        return guests;
    }

    /** How many were cut off. */
    int lost() {
        return lost.size();
    }

    void leave() {
        leaving = true;
        links.forEach(link -> link.loop().execute(link::disconnect));
    }

    @Override
    public void connected(DeviceLink link) {
        links.add(link);
        in.countDown();
    }

    @Override
    public void ended(DeviceLink link, LinkEnd end) {
        if (!leaving) {
            lost.add(link.device() + ": " + end);
        }
    }
}
