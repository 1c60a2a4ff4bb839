/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.refusal;

import dev.breakwater.server.audit.AuditAction;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.audit.AuditLog;
import dev.breakwater.server.organization.OrganizationId;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The one place through which every refusal goes. Thread-safe and quick: it never waits for the
 * disk.
 *
 * <p>An attacker can cause refusals at will, so the log and the audit trail take a bounded number
 * of them per organization, reason and second; the next one that is written says how many were left
 * out. So one organization cannot crowd another's refusals out of the log. The metric counts all.
 */
public final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final Duration WINDOW = Duration.ofSeconds(1);

    /**
     * What would begin a line of its own in the log, or be obeyed by an operator's terminal: names
     * in certificates and headers may hold all of it (log forging).
     */
    private static final Pattern UNPRINTABLE =
            Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private final AuditLog audit;
    private final MeterRegistry meters;
    private final Clock clock;
    private final int recordedPerWindowMax;
    private final Consumer<Refusal> watcher;
    private final Map<Kind, Window> windows = new ConcurrentHashMap<>();

    /**
     * Wires the three sinks.
     *
     * @param recordedPerSecondMax how many refusals of one kind are logged and audited per second
     */
    public Refusals(AuditLog audit, MeterRegistry meters, Clock clock, int recordedPerSecondMax) {
        this(audit, meters, clock, recordedPerSecondMax, refusal -> {});
    }

    /**
     * The same with somebody who draws conclusions.
     *
     * @param watcher told of every refusal, recorded or not; must be quick
     */
    public Refusals(
            AuditLog audit,
            MeterRegistry meters,
            Clock clock,
            int recordedPerSecondMax,
            Consumer<Refusal> watcher) {
        this.watcher = watcher;
        this.audit = audit;
        this.meters = meters;
        this.clock = clock;
        this.recordedPerWindowMax = recordedPerSecondMax;
    }

    /**
     * Counts, logs and audits one refusal. The caller answers the client with {@link
     * RefusalReason#clientText()}.
     */
    public void record(Refusal refusal) {
        RefusalReason reason = refusal.reason();
        meters.counter("breakwater.refusals", "where", refusal.where(), "reason", reason.code())
                .increment();
        write(refusal);
        watcher.accept(refusal);
    }

    private void write(Refusal refusal) {
        RefusalReason reason = refusal.reason();
        Instant now = clock.instant();
        long leftOut =
                windows.computeIfAbsent(
                                new Kind(reason, refusal.organization()), unseen -> new Window(now))
                        .admit(now, recordedPerWindowMax);
        if (leftOut < 0) {
            return;
        }
        Map<String, String> details = new TreeMap<>(refusal.details());
        details.replaceAll((_, value) -> UNPRINTABLE.matcher(value).replaceAll("\uFFFD"));
        details.put("reason", reason.code());
        if (leftOut > 0) {
            details.put("left-out-before", Long.toString(leftOut));
        }
        AuditEvent event =
                new AuditEvent(
                        refusal.organization(),
                        refusal.actor(),
                        AuditAction.refusedAt(refusal.where()).code(),
                        reason.operatorText(),
                        new TreeMap<>(details));
        LoggingEventBuilder line =
                LOG.atInfo()
                        .addKeyValue("where", refusal.where())
                        .addKeyValue("actor", refusal.actor());
        // The event's details, for it has cut them.
        for (Map.Entry<String, String> detail : event.details().entrySet()) {
            line = line.addKeyValue(detail.getKey(), detail.getValue());
        }
        line.log("refused: {}", reason.operatorText());
        audit.append(event);
    }

    /** Only an organization that is known has windows of its own, so that they are bounded. */
    private record Kind(RefusalReason reason, Optional<OrganizationId> organization) {}

    private static final class Window {
        private Instant began;
        private int recorded;
        private long leftOut;

        Window(Instant began) {
            this.began = began;
        }

        /**
         * The number left out since the last recorded one, or -1 when this one is to be left out
         * too.
         */
        synchronized long admit(Instant now, int max) {
            if (!now.isBefore(began.plus(WINDOW)) || now.isBefore(began)) {
                began = now;
                recorded = 0;
            }
            if (recorded >= max) {
                leftOut++;
                return -1;
            }
            recorded++;
            long before = leftOut;
            leftOut = 0;
            return before;
        }
    }
}
