/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import dev.breakwater.bench.load.DeviceBehaviour;
import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.DeviceLink;
import dev.breakwater.bench.load.Dialer;
import dev.breakwater.bench.load.LinkEnd;
import dev.breakwater.bench.load.MqttTerms;
import dev.breakwater.protocol.mqtt.MqttPacket;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Connects again by itself whenever its connection ends, as our agent does: after a random part of
 * a span that begins with one second and doubles with every failure, so that a fleet whose server
 * comes back does not arrive as one wave.
 */
final class ReturningDevice implements DeviceBehaviour {

    private static final int FIRST_MILLIS = 1_000;

    private final Dialer dialer;
    private final DeviceIdentity device;
    private final MqttTerms terms;
    private final DeviceBehaviour behaviour;
    private final Duration spanMax;
    private final Attendance attendance;
    private int failures;

    /** Who is there, and how hard it was to come. */
    static final class Attendance {
        private final AtomicInteger connected = new AtomicInteger();
        private final LongAdder attempts = new LongAdder();
        private final LongAdder refused = new LongAdder();
        private volatile boolean over;

        int connected() {
            return connected.get();
        }

        long attempts() {
            return attempts.sum();
        }

        /** Attempts that the server answered with a reason. */
        long refused() {
            return refused.sum();
        }

        /** Nobody comes back from now on. */
        void end() {
            over = true;
        }
    }

    ReturningDevice(
            Dialer dialer,
            DeviceIdentity device,
            MqttTerms terms,
            DeviceBehaviour behaviour,
            Duration spanMax,
            Attendance attendance) {
        this.dialer = dialer;
        this.device = device;
        this.terms = terms;
        this.behaviour = behaviour;
        this.spanMax = spanMax;
        this.attendance = attendance;
    }

    void begin() {
        attendance.attempts.increment();
        dialer.dial(device, terms, this);
    }

    @Override
    public void connected(DeviceLink link) {
        failures = 0;
        attendance.connected.incrementAndGet();
        behaviour.connected(link);
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
        behaviour.ended(link, end);
        if (end.connected()) {
            attendance.connected.decrementAndGet();
        } else if (end.said().isPresent()) {
            attendance.refused.increment();
        }
        if (!attendance.over) {
            long span = Math.min(spanMax.toMillis(), (long) FIRST_MILLIS << Math.min(failures, 20));
            failures++;
            long waitMillis = ThreadLocalRandom.current().nextLong(span + 1);
            var _ = dialer.loops().schedule(this::begin, waitMillis, TimeUnit.MILLISECONDS);
        }
    }
}
