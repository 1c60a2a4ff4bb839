/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.ban;

import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.audit.AuditLog;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.limits.Moment;
import dev.breakwater.server.limits.TokenRate;
import dev.breakwater.server.refusal.Refusal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.Serial;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what sources are refused for, and bans those that are refused too often. Thread-safe; to
 * ask whether somebody is banned takes no lock, to count a refusal takes a short one.
 *
 * <p>A person may ban a network too, because of a finding.
 *
 * <p>Each source has a bucket of points that refills by itself. Whoever empties it is banned: a
 * minute the first time, twice as long each time, a day at most. A time without a ban makes one be
 * forgotten. The tables are bounded: of sources that are counted the longest unseen is forgotten
 * first, of bans the one that ends first. The least bad: an attacker with that many addresses is
 * not stopped by bans, and whoever is banned for long stays so.
 */
public final class Bans {

    private static final Logger LOG = LoggerFactory.getLogger(Bans.class);
    private static final int DOUBLINGS_MAX = 20;

    private final TokenRate points;
    private final Duration least;
    private final Duration most;
    private final long memoryNanos;
    private final int bansMax;
    private final Moment.Source time;
    private final AuditLog audit;
    private final List<AddressRange> never;
    private final Counter begun;
    private final Counter turnedAway;

    /** The bucket of each source that was refused lately. */
    private final Map<SourceNetwork, Long> suspects;

    private final Map<SourceNetwork, Standing> standings = new ConcurrentHashMap<>();

    /**
     * Nobody is banned yet.
     *
     * @param never networks that are never banned, whatever comes from them
     */
    public Bans(
            Limits limits,
            Moment.Source time,
            AuditLog audit,
            MeterRegistry meters,
            List<AddressRange> never) {
        this.points =
                new TokenRate(
                        limits.of(Limit.BAN_POINTS_FORGIVEN_PER_SECOND),
                        limits.of(Limit.BAN_POINTS));
        this.least = limits.seconds(Limit.BAN_LEAST_SECONDS);
        this.most = limits.seconds(Limit.BAN_MOST_SECONDS);
        this.memoryNanos = limits.seconds(Limit.BAN_MEMORY_SECONDS).toNanos();
        this.bansMax = limits.of(Limit.BANS);
        this.time = time;
        this.audit = audit;
        this.never = List.copyOf(never);
        this.begun = meters.counter("breakwater.bans.begun");
        this.turnedAway = meters.counter("breakwater.bans.turned.away");
        this.suspects = longestUnseenFirst(limits.of(Limit.BAN_SOURCES));
        Gauge.builder("breakwater.bans", this, bans -> bans.list().size())
                .description("Networks that are banned from the HTTPS listeners")
                .register(meters);
    }

    private static Map<SourceNetwork, Long> longestUnseenFirst(int sourcesMax) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Serial private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<SourceNetwork, Long> eldest) {
                return size() > sourcesMax;
            }
        };
    }

    /** What is known of a network that was banned once; the ban may be over. */
    private record Standing(Ban ban, long untilNanos) {

        boolean inForce(long now) {
            return untilNanos - now > 0;
        }

        /** The bans that are still remembered, when each of these times forgets one. */
        int remembered(long now, long memoryNanos) {
            long calm = Math.max(0, now - untilNanos);
            return (int) Math.max(0, ban.count() - calm / memoryNanos);
        }
    }

    /** Counts a refusal against the source it came from. */
    public void count(Refusal refusal) {
        int weight = Offences.points(refusal.where(), refusal.reason());
        if (weight > 0) {
            source(refusal).ifPresent(source -> count(source, weight, refusal.reason().code()));
        }
    }

    private static Optional<SourceNetwork> source(Refusal refusal) {
        String stated = refusal.details().get("source");
        if (stated != null) {
            return Optional.of(SourceNetwork.of(stated));
        }
        return refusal.actor() instanceof Actor.Unproven(String address)
                ? Optional.of(SourceNetwork.of(address))
                : Optional.empty();
    }

    private void count(SourceNetwork source, int weight, String reason) {
        Moment now = time.now();
        Ban ban;
        synchronized (suspects) {
            // What still arrives on the connections of somebody banned adds nothing.
            if (isBanned(source, now.nanos())) {
                return;
            }
            long bucket = points.spend(suspects.getOrDefault(source, 0L), weight, now.nanos());
            if (points.debtNanos(bucket, now.nanos()) == 0) {
                suspects.put(source, bucket);
                return;
            }
            suspects.remove(source);
            if (excepts(source)) {
                return;
            }
            ban = begin(source, reason, now);
        }
        begun.increment();
        LOG.warn(
                "banned {} until {}, remembered bans of it: {}, for {}",
                source,
                ban.until(),
                ban.count(),
                reason);
        append(new Actor.Server(), AuditAction.BAN_BEGUN, ban);
    }

    private Ban begin(SourceNetwork source, String reason, Moment now) {
        int before = remembered(source, now);
        Duration wanted = least.multipliedBy(1L << Math.min(before, DOUBLINGS_MAX));
        return begin(source, reason, wanted.compareTo(most) < 0 ? wanted : most, now);
    }

    private int remembered(SourceNetwork source, Moment now) {
        return Optional.ofNullable(standings.get(source))
                .map(standing -> standing.remembered(now.nanos(), memoryNanos))
                .orElse(0);
    }

    private Ban begin(SourceNetwork source, String reason, Duration length, Moment now) {
        int count = remembered(source, now) + 1;
        Ban ban = new Ban(source, reason, now.at(), now.at().plus(length), count);
        makeRoom(now.nanos());
        standings.put(source, new Standing(ban, now.nanos() + length.toNanos()));
        return ban;
    }

    /** Whether the operator has said that this network is never banned. */
    public boolean excepts(SourceNetwork network) {
        return never.stream().anyMatch(range -> range.contains(network));
    }

    /** The longest ban there is. */
    public Duration most() {
        return most;
    }

    /**
     * Bans a network because somebody wants it. One that is banned for longer already stays so.
     *
     * @param length at most {@link #most}
     * @param reason why, as {@code reason} in the audit log, e.g. {@code finding:0199...}
     * @throws IllegalArgumentException if it is a network that {@link #excepts} or a longer time
     */
    public Ban impose(SourceNetwork network, Duration length, String reason, Actor actor) {
        if (excepts(network) || length.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "%s is not banned for %s".formatted(network, length));
        }
        Moment now = time.now();
        Ban ban;
        synchronized (suspects) {
            Standing standing = standings.get(network);
            if (standing != null && standing.untilNanos() - now.nanos() >= length.toNanos()) {
                return standing.ban();
            }
            suspects.remove(network);
            ban = begin(network, reason, length, now);
        }
        begun.increment();
        LOG.warn("banned {} until {} by {}, for {}", network, ban.until(), actor, reason);
        append(actor, AuditAction.BAN_BEGUN, ban);
        return ban;
    }

    private void makeRoom(long now) {
        if (standings.size() < bansMax) {
            return;
        }
        standings.values().removeIf(standing -> standing.remembered(now, memoryNanos) == 0);
        if (standings.size() >= bansMax) {
            standings.values().stream()
                    .min(Comparator.comparingLong(standing -> standing.untilNanos() - now))
                    .ifPresent(first -> standings.remove(first.ban().network()));
        }
    }

    /** Whether a connection or request of this source is to be turned away; counts it if so. */
    public boolean turnsAway(SourceNetwork source) {
        if (standings.isEmpty() || !isBanned(source, time.now().nanos())) {
            return false;
        }
        turnedAway.increment();
        return true;
    }

    private boolean isBanned(SourceNetwork source, long now) {
        Standing standing = standings.get(source);
        return standing != null && standing.inForce(now);
    }

    /** The bans in force; the one that ends last comes first. */
    public List<Ban> list() {
        long now = time.now().nanos();
        return standings.values().stream()
                .filter(standing -> standing.inForce(now))
                .sorted(
                        Comparator.comparingLong((Standing standing) -> standing.untilNanos() - now)
                                .reversed())
                .map(Standing::ban)
                .toList();
    }

    /**
     * Ends a ban, and forgets that the network was ever banned.
     *
     * @return the ban, or empty if there is none in force
     */
    public Optional<Ban> lift(SourceNetwork network) {
        Standing standing;
        synchronized (suspects) {
            standing = standings.get(network);
            if (standing == null || !standing.inForce(time.now().nanos())) {
                return Optional.empty();
            }
            boolean _ = standings.remove(network, standing);
        }
        append(new Actor.LocalOperator(), AuditAction.BAN_LIFTED, standing.ban());
        return Optional.of(standing.ban());
    }

    private void append(Actor actor, AuditAction action, Ban ban) {
        audit.append(
                AuditEvent.ofServer(
                        actor,
                        action,
                        "network:" + ban.network(),
                        Map.of(
                                "reason", ban.reason(),
                                "until", ban.until().toString(),
                                "count", Integer.toString(ban.count()))));
    }
}
