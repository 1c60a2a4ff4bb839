/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.breakwater.server.audit.Actor;
import dev.breakwater.server.audit.AuditEntry;
import dev.breakwater.server.audit.AuditEvent;
import dev.breakwater.server.audit.AuditLog;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import dev.breakwater.testkit.TestClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class RefusalsTest {

    private static final int RECORDED_MAX = 3;

    private final List<AuditEvent> audited = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final TestClock clock = TestClock.atPresent();
    private final Refusals refusals =
            new Refusals(new InMemoryAuditLog(), meters, clock, RECORDED_MAX);

    @Test
    void countsAndAuditsARefusal() {
        refuse(RefusalReason.DEVICE_REVOKED);

        assertThat(count(RefusalReason.DEVICE_REVOKED)).isEqualTo(1);
        assertThat(audited)
                .singleElement()
                .satisfies(
                        event -> {
                            assertThat(event.action()).isEqualTo("est.refused");
                            assertThat(event.subject()).isEqualTo("the device is revoked");
                            assertThat(event.details())
                                    .containsEntry("reason", "device-revoked")
                                    .containsEntry("serial", "tank-1");
                        });
    }

    @Test
    void countsAFloodButAuditsABoundedPartOfItAndSaysHowMuchIsMissing() {
        for (int i = 0; i < 100; i++) {
            refuse(RefusalReason.DEVICE_REVOKED);
        }
        assertThat(count(RefusalReason.DEVICE_REVOKED)).isEqualTo(100);
        assertThat(audited).hasSize(RECORDED_MAX);

        refuse(RefusalReason.DEVICE_SUSPENDED);
        assertThat(audited).hasSize(RECORDED_MAX + 1);

        clock.advance(Duration.ofSeconds(1));
        refuse(RefusalReason.DEVICE_REVOKED);
        assertThat(audited.getLast().details()).containsEntry("left-out-before", "97");
    }

    /** Otherwise one customer could flood a neighbour's refusals out of the neighbour's log. */
    @Test
    void letsNobodyCrowdOutAnotherOrganization() {
        OrganizationId flooding = OrganizationId.fresh();
        for (int i = 0; i < 100; i++) {
            refuse(RefusalReason.PERMISSION_MISSING, Optional.of(flooding), "flood");
        }
        audited.clear();

        refuse(RefusalReason.PERMISSION_MISSING, Optional.of(OrganizationId.fresh()), "tank-1");

        assertThat(audited)
                .singleElement()
                .satisfies(
                        event ->
                                assertThat(event.details())
                                        .containsEntry("serial", "tank-1")
                                        .doesNotContainKey("left-out-before"));
    }

    /** Forged log lines, and escape sequences that an operator's terminal would obey. */
    @Test
    void keepsControlCharactersOfStrangersOutOfTheLog() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Refusals.class);
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        try {
            refuse(
                    RefusalReason.ENROLLMENT_CODE_UNKNOWN,
                    Optional.empty(),
                    "x\n2026-11-22 INFO all is well\u001b[2J\u2028\u202e" + "y".repeat(9_000));
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
        }

        assertThat(lines.list).hasSize(1);
        String line = lines.list.getFirst().getKeyValuePairs().toString();
        assertThat(line).doesNotContainPattern("[\\p{Cntrl}\u2028\u202e]").hasSizeLessThan(2_000);
        assertThat(audited.getLast().details().get("serial"))
                .startsWith("x\uFFFD2026-11-22 INFO all is well\uFFFD[2J\uFFFD\uFFFDyyy");
    }

    @Test
    void givesEveryRefusedIdentityTheSameText() {
        for (RefusalReason reason : RefusalReason.values()) {
            boolean aboutIdentity =
                    (reason.name().startsWith("CERTIFICATE_")
                                    && !reason.name().startsWith("CERTIFICATE_REQUEST_"))
                            // Told to nobody but the device itself, which has proven its key.
                            || (reason.name().startsWith("DEVICE_")
                                    && reason != RefusalReason.DEVICE_GIVEN_AWAY)
                            || reason == RefusalReason.ASSURANCE_TOO_LOW
                            || reason == RefusalReason.USER_NAME_OF_ANOTHER
                            || reason.name().startsWith("ENROLLMENT_");
            if (aboutIdentity) {
                assertThat(reason.clientText()).as(reason.name()).isEqualTo("Not authorized.");
            }
        }
    }

    private void refuse(RefusalReason reason) {
        refuse(reason, Optional.empty(), "tank-1");
    }

    private void refuse(
            RefusalReason reason, Optional<OrganizationId> organization, String serial) {
        refusals.record(
                new Refusal(
                        reason,
                        "est",
                        organization,
                        new Actor.Unproven("192.0.2.1"),
                        Map.of("serial", serial)));
    }

    private double count(RefusalReason reason) {
        return meters.get("breakwater.refusals").tag("reason", reason.code()).counter().count();
    }

    private final class InMemoryAuditLog implements AuditLog {
        @Override
        @Unscoped("as in the interface")
        public void append(AuditEvent event) {
            audited.add(event);
        }

        @Override
        public List<AuditEntry> entries(
                OrganizationId organization, long beforeSequence, int countMax) {
            return List.of();
        }
    }
}
