/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.refusal;

import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.audit.AuditLog;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place through which every refusal goes. Thread-safe and quick: it never waits for the
 * disk.
 *
 * <p>An attacker can cause refusals at will, so the log and the audit trail take a bounded number
 * of them per reason and second; the next one that is written says how many were left out. The
 * metric counts all.
 */
public final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final Duration WINDOW = Duration.ofSeconds(1);

    private final AuditLog audit;
    private final MeterRegistry meters;
    private final Clock clock;
    private final int recordedPerWindowMax;
    private final Map<RefusalReason, Window> windows = new ConcurrentHashMap<>();

    /**
     * Wires the three sinks.
     *
     * @param recordedPerSecondMax how many refusals of one reason are logged and audited per second
     */
    public Refusals(AuditLog audit, MeterRegistry meters, Clock clock, int recordedPerSecondMax) {
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
        Instant now = clock.instant();
        long leftOut =
                windows.computeIfAbsent(reason, unseen -> new Window(now))
                        .admit(now, recordedPerWindowMax);
        if (leftOut < 0) {
            return;
        }
        Map<String, String> details = new TreeMap<>(refusal.details());
        details.put("reason", reason.code());
        if (leftOut > 0) {
            details.put("left-out-before", Long.toString(leftOut));
        }
        LOG.atInfo()
                .addKeyValue("where", refusal.where())
                .addKeyValue("actor", refusal.actor())
                .addKeyValue("details", details)
                .log("refused: {}", reason.operatorText());
        audit.append(
                new AuditEvent(
                        refusal.organization(),
                        refusal.actor(),
                        refusal.where() + ".refused",
                        reason.operatorText(),
                        new TreeMap<>(details)));
    }

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
