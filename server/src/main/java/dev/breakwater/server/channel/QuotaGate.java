/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.message.Notice;
import dev.breakwater.protocol.mqtt.MqttPacket;
import dev.breakwater.protocol.mqtt.PacketType;
import dev.breakwater.server.quota.ConnectionFacts;
import dev.breakwater.server.quota.DeviceUsage;
import dev.breakwater.server.quota.LiveConnection;
import dev.breakwater.server.quota.Pressure;
import dev.breakwater.server.quota.Quota;
import dev.breakwater.server.quota.QuotaTerms;
import dev.breakwater.server.refusal.RefusalReason;
import dev.breakwater.server.session.DeliveryOutcome;
import dev.breakwater.server.session.FarewellReason;
import dev.breakwater.server.session.OutboundMessage;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before the session and pays for what the device sends. {@link DeviceUsage} says what is to
 * become of a device that sends too much; here it is done: first nothing more is read from it, then
 * it is told, then it is cut off. A device that is not read from costs nothing: its bytes wait in
 * its own socket. It lives on the connection's event loop.
 */
final class QuotaGate extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(QuotaGate.class);

    /** However long a debt is, now and then it is looked whether the device has to be told. */
    private static final Duration PAUSE_MAX = Duration.ofSeconds(1);

    /** A notice is a courtesy: nobody waits for it. */
    private static final DeliveryOutcome NOTED =
            new DeliveryOutcome() {
                @Override
                public void delivered() {
                    LOG.trace("a notice was delivered");
                }

                @Override
                public void undelivered() {
                    LOG.trace("a notice was not delivered");
                }
            };

    /** What WebSocket frames that carry nothing count as. */
    enum Frame {
        CONTROL
    }

    private final WireGate wire;
    private final MqttFraming framing;
    private final MqttSession session;
    private final DeviceUsage usage;
    private final QuotaTerms terms;
    private final LiveConnection live;
    private final ChannelParts parts;
    private @Nullable Timeout pause;
    private boolean over;

    /**
     * Begins to count.
     *
     * @param wire knows the bytes as they came
     */
    QuotaGate(
            WireGate wire,
            MqttFraming framing,
            MqttSession session,
            ConnectionFacts facts,
            ChannelParts parts) {
        this.wire = wire;
        this.framing = framing;
        this.session = session;
        this.usage = parts.quotas().usage(session.deviceId());
        this.terms = session.quota();
        this.live = usage.connected(facts);
        this.parts = parts;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        pay(ctx, weight(((MqttPacket) message).type()));
        if (!over) {
            ctx.fireChannelRead(message);
        }
    }

    /**
     * What answers a packet of ours, or goes on with an exchange that was paid for, counts little,
     * but not nothing: a flood of PUBREL would be answered packet by packet.
     */
    private static int weight(PacketType type) {
        return switch (type) {
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> QuotaTerms.FOLLOW_UP;
            default -> QuotaTerms.PACKET;
        };
    }

    /** Bytes that made no whole packet yet are paid for too. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        pay(ctx, 0);
        ctx.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Frame) {
            pay(ctx, QuotaTerms.PACKET);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void pay(ChannelHandlerContext ctx, int weight) {
        long bytes = wire.takeBytes();
        if (over || (weight == 0 && bytes == 0)) {
            return;
        }
        feel(ctx, usage.spend(terms, weight, bytes, parts.quotas().now()));
    }

    private void feel(ChannelHandlerContext ctx, Pressure pressure) {
        switch (pressure) {
            case Pressure.None() -> {}
            case Pressure.Slow(Quota quota, Duration time, boolean begins) -> {
                if (begins) {
                    parts.metrics().quotas().slowed(quota);
                }
                slow(ctx, time);
            }
            case Pressure.Tell(Quota quota, Duration time, Duration since) -> {
                tell(quota, since);
                slow(ctx, time);
            }
            case Pressure.Cut(Quota quota, Duration since, Duration waiting) -> cut(quota, since);
        }
    }

    private void slow(ChannelHandlerContext ctx, Duration time) {
        if (pause != null) {
            return;
        }
        framing.slow();
        parts.metrics().quotas().pauseBegan();
        Duration next = time.compareTo(PAUSE_MAX) < 0 ? time : PAUSE_MAX;
        pause = parts.deadlines().after(next, ctx.channel().eventLoop(), () -> look(ctx));
    }

    /** The pause is over: either the debt is gone, or there is another one. */
    private void look(ChannelHandlerContext ctx) {
        endPause();
        if (over) {
            return;
        }
        feel(ctx, usage.spend(terms, 0, wire.takeBytes(), parts.quotas().now()));
        if (pause == null && !over) {
            framing.goOn();
        }
    }

    private void endPause() {
        if (pause != null) {
            pause.cancel();
            pause = null;
            parts.metrics().quotas().pauseEnded();
        }
    }

    private void tell(Quota quota, Duration since) {
        parts.metrics().quotas().told(quota);
        session.noteRefused(reason(quota), details(quota, since, "told"));
        String text =
                "The device exceeds its quota of %d %s and has been slowed down for %d s; after %d s it is disconnected."
                        .formatted(
                                allowed(quota),
                                quota.code().replace('-', ' '),
                                since.toSeconds(),
                                terms.cutAfter().toSeconds());
        Notice notice = new Notice("quota-exceeded", text, parts.clock().instant());
        session.deliver(new OutboundMessage(Topics.NOTICES, notice.toJson()), NOTED);
    }

    private void cut(Quota quota, Duration since) {
        over = true;
        framing.stop();
        endPause();
        parts.metrics().quotas().cut(quota);
        session.noteRefused(reason(quota), details(quota, since, "cut"));
        session.close(
                quota == Quota.PUBLISHES_PER_SECOND
                        ? FarewellReason.MESSAGE_RATE_TOO_HIGH
                        : FarewellReason.QUOTA_EXCEEDED);
    }

    private static RefusalReason reason(Quota quota) {
        return quota == Quota.PUBLISHES_PER_SECOND
                ? RefusalReason.MESSAGE_RATE_TOO_HIGH
                : RefusalReason.QUOTA_EXCEEDED;
    }

    private Map<String, String> details(Quota quota, Duration since, String step) {
        return Map.of(
                "quota", quota.code(),
                "allowed", Long.toString(allowed(quota)),
                "slowed-seconds", Long.toString(since.toSeconds()),
                "step", step);
    }

    private long allowed(Quota quota) {
        return quota == Quota.PUBLISHES_PER_SECOND
                ? terms.requests().perSecond() / QuotaTerms.PACKET
                : terms.bytes().perSecond();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        over = true;
        endPause();
        usage.disconnected(live, parts.quotas().now());
        ctx.fireChannelInactive();
    }
}
