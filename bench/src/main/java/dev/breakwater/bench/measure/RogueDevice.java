/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.bench.load.DeviceBehaviour;
import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.DeviceLink;
import dev.breakwater.bench.load.Dialer;
import dev.breakwater.bench.load.LinkEnd;
import dev.breakwater.bench.load.MqttTerms;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.mqtt.MqttEncoder;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.MqttVersion;
import dev.breakwater.protocol.mqtt.Publish;
import dev.breakwater.protocol.mqtt.QualityOfService;
import dev.breakwater.protocol.mqtt.Subscribe;
import dev.breakwater.protocol.mqtt.Subscription;
import dev.breakwater.protocol.mqtt.TopicFilter;
import dev.breakwater.protocol.mqtt.TopicName;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A valid device gone mad: it publishes as many messages a second as it was told, at QoS 0, since
 * nothing else slows it down, and connects again the moment it is cut.
 */
final class RogueDevice implements DeviceBehaviour {

    private static final int TICKS_PER_SECOND = 100;
    private static final int PAYLOAD_BYTES = 100;

    /** Were it to come back faster, it would measure nothing but the kernel. */
    private static final int COMES_BACK_MILLIS = 50;

    private final Dialer dialer;
    private final DeviceIdentity device;
    private final int messagesPerTick;
    private final ByteBuffer packet =
            new MqttEncoder(MqttVersion.V5)
                    .encode(
                            Publish.atMostOnce(
                                    TopicName.of(Topics.TELEMETRY),
                                    ("{\"rogue\":\"" + "x".repeat(PAYLOAD_BYTES - 12) + "\"}")
                                            .getBytes(UTF_8)));
    private @Nullable ScheduledFuture<?> clock;
    private volatile boolean stopped;

    // Guarded by this.
    private long sent;
    private int cuts;
    private int refusedConnects;
    private int notices;
    private final Map<String, Integer> reasons = new TreeMap<>();

    RogueDevice(Dialer dialer, DeviceIdentity device, int messagesPerSecond) {
        this.dialer = dialer;
        this.device = device;
        this.messagesPerTick = messagesPerSecond / TICKS_PER_SECOND;
    }

    void begin() {
        dialer.dial(device, MqttTerms.passing(MqttVersion.V5), this);
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void connected(DeviceLink link) {
        link.write(
                new Subscribe(
                        1,
                        List.of(
                                new Subscription(
                                        TopicFilter.of(Topics.NOTICES),
                                        QualityOfService.AT_MOST_ONCE))));
        link.flush();
        clock =
                link.loop()
                        .scheduleAtFixedRate(
                                () -> tick(link),
                                0,
                                1_000 / TICKS_PER_SECOND,
                                TimeUnit.MILLISECONDS);
    }

    private void tick(DeviceLink link) {
        if (stopped) {
            link.close();
        } else if (link.isWritable()) {
            ByteBuf out = link.allocate(messagesPerTick * packet.remaining());
            for (int i = 0; i < messagesPerTick; i++) {
                out.writeBytes(packet.duplicate());
            }
            link.write(out);
            link.flush();
            add(messagesPerTick);
        }
    }

    private synchronized void add(int messages) {
        sent += messages;
    }

    @Override
    public void received(DeviceLink link, MqttPacket received) {
        if (received instanceof Publish) {
            count(false, true, "");
        }
    }

    private synchronized void count(boolean cut, boolean notice, String reason) {
        if (notice) {
            notices++;
            return;
        }
        if (cut) {
            cuts++;
        } else {
            refusedConnects++;
        }
        reasons.merge(reason, 1, Integer::sum);
    }

    @Override
    public void ended(DeviceLink link, LinkEnd end) {
        if (clock != null) {
            clock.cancel(false);
        }
        if (!stopped) {
            count(end.connected(), false, end.said().map(Object::toString).orElse("no word"));
            var _ = dialer.loops().schedule(this::begin, COMES_BACK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    synchronized long sent() {
        return sent;
    }

    synchronized int cuts() {
        return cuts;
    }

    synchronized int refusedConnects() {
        return refusedConnects;
    }

    synchronized int notices() {
        return notices;
    }

    /** What it was told, and how often. */
    synchronized Map<String, Integer> reasons() {
        return Map.copyOf(reasons);
    }
}
