/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.quota;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.TokenRate;
import dev.breakwater.server.refusal.MessageRefused;
import dev.breakwater.server.refusal.RefusalReason;
import java.time.Duration;
import java.util.Optional;

/**
 * What is in force for the devices of one product, in the form in which it is counted.
 *
 * @param requests quarters of a packet: what answers a packet of ours, or goes on with an exchange,
 *     counts a quarter
 * @param bytes as they come over the network
 * @param connects admitted connections
 * @param payloadBytes of one payload
 * @param subscriptions filters
 * @param inflight unacknowledged messages in each direction
 * @param calmAfter how long a device must be read from without exceeding anything until it has let
 *     up
 * @param toldAfter how long a device may be slowed down before it is told
 * @param cutAfter how long before it is cut off
 * @param waits how long a device waits that comes back too often
 */
public record QuotaTerms(
        TokenRate requests,
        TokenRate bytes,
        TokenRate connects,
        int payloadBytes,
        int subscriptions,
        int inflight,
        Duration calmAfter,
        Duration toldAfter,
        Duration cutAfter,
        Waits waits) {

    /** How much one packet that asks for something counts in {@link #requests}. */
    public static final int PACKET = 4;

    /** How much a packet counts that goes on with something. */
    public static final int FOLLOW_UP = 1;

    /** How long a device waits that comes back too often: doubled each time, from least to most. */
    public record Waits(Duration least, Duration most) {

        Duration after(int strikes) {
            long factor = 1L << Math.min(strikes - 1, 20);
            long seconds = Math.min(most.toSeconds(), least.toSeconds() * factor);
            return Duration.ofSeconds(seconds);
        }
    }

    /** Why a payload is not taken, if it is too large. */
    public Optional<MessageRefused> refusalOf(byte[] payload) {
        if (payload.length <= payloadBytes) {
            return Optional.empty();
        }
        String why =
                "a payload of %d bytes; the product allows %d"
                        .formatted(payload.length, payloadBytes);
        return Optional.of(new MessageRefused(RefusalReason.PAYLOAD_REFUSED, why));
    }

    static QuotaTerms of(QuotaProfile profile, Limits limits) {
        int publishesPerSecond = profile.inForce(Quota.PUBLISHES_PER_SECOND, limits);
        int bytesPerSecond = profile.inForce(Quota.BYTES_PER_SECOND, limits);
        int payloadBytes = profile.inForce(Quota.PAYLOAD_BYTES, limits);
        int burstSeconds = limits.of(Limit.DEVICE_BURST_SECONDS);
        return new QuotaTerms(
                new TokenRate(
                        (long) publishesPerSecond * PACKET,
                        (long) publishesPerSecond * PACKET * burstSeconds),
                // One message of the largest size must always fit.
                new TokenRate(
                        bytesPerSecond,
                        Math.max((long) bytesPerSecond * burstSeconds, 2L * payloadBytes)),
                new TokenRate(
                        profile.inForce(Quota.CONNECTS_PER_SECOND, limits),
                        limits.of(Limit.DEVICE_CONNECTS_AT_ONCE)),
                payloadBytes,
                profile.inForce(Quota.SUBSCRIPTIONS, limits),
                profile.inForce(Quota.INFLIGHT, limits),
                Duration.ofSeconds(burstSeconds),
                limits.seconds(Limit.DEVICE_TOLD_AFTER_SECONDS),
                limits.seconds(Limit.DEVICE_CUT_AFTER_SECONDS),
                new Waits(
                        limits.seconds(Limit.DEVICE_WAIT_LEAST_SECONDS),
                        limits.seconds(Limit.DEVICE_WAIT_MOST_SECONDS)));
    }
}
