/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.organization.OrganizationId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class AuditChainTest {

    private static final Instant AT = Instant.parse("2027-01-10T08:00:00Z");

    private final List<AuditEntry> chain = chain(5);

    @Test
    void findsAWholeChainIntactAndNamesItsHead() {
        assertThat(AuditChain.verify(chain.iterator()))
                .isEqualTo(new AuditChain.Verdict.Intact(5, chain.getLast().hash()));
        assertThat(AuditChain.verify(List.<AuditEntry>of().iterator()))
                .isEqualTo(new AuditChain.Verdict.Intact(0, AuditChain.BEFORE_FIRST));
    }

    @Test
    void namesTheFirstAlteredEntry() {
        AuditEntry third = chain.get(2);
        chain.set(
                2,
                new AuditEntry(
                        third.sequence(),
                        third.atMicros(),
                        third.organization(),
                        third.actor(),
                        third.action(),
                        "device:somebody-else",
                        third.details(),
                        third.hash()));

        broken(3);
    }

    @Test
    void namesTheGapOfARemovedEntry() {
        chain.remove(1);

        broken(2);
    }

    @Test
    void noticesReorderedEntries() {
        chain.add(1, chain.remove(2));

        broken(2);
    }

    @Test
    void noticesAnEntryThatWasHashedAgainAlone() {
        AuditEntry forged =
                AuditChain.next(1, AuditChain.BEFORE_FIRST, AT, event("device.enrolled"));
        chain.set(1, forged);

        broken(2);
    }

    @Test
    void hashesTextsApartThatReadTheSameWhenJoined() {
        AuditEvent one = event("ab", "c");
        AuditEvent other = event("a", "bc");

        assertThat(AuditChain.next(0, AuditChain.BEFORE_FIRST, AT, one).hash())
                .isNotEqualTo(AuditChain.next(0, AuditChain.BEFORE_FIRST, AT, other).hash());
    }

    @Test
    void cutsOverlongDetailsAndReplacesNul() {
        AuditEvent event =
                AuditEvent.of(
                        OrganizationId.fresh(),
                        new Actor.Server(),
                        AuditAction.DEVICE_ENROLLED,
                        "a\0b",
                        Map.of("name", "x".repeat(5_000)));

        assertThat(event.subject()).isEqualTo("a\uFFFDb");
        assertThat(event.details().get("name")).hasSize(1_024).endsWith("…");
    }

    private void broken(long sequence) {
        assertThat(AuditChain.verify(chain.iterator()))
                .isInstanceOfSatisfying(
                        AuditChain.Verdict.Broken.class,
                        verdict -> assertThat(verdict.sequence()).isEqualTo(sequence));
    }

    private static List<AuditEntry> chain(int length) {
        List<AuditEntry> entries = new ArrayList<>();
        String previous = AuditChain.BEFORE_FIRST;
        for (int i = 0; i < length; i++) {
            AuditEntry entry = AuditChain.next(i, previous, AT.plusSeconds(i), event("e" + i));
            entries.add(entry);
            previous = entry.hash();
        }
        return entries;
    }

    private static AuditEvent event(String action) {
        return event(action, "s");
    }

    private static AuditEvent event(String action, String subject) {
        return new AuditEvent(
                Optional.empty(),
                new Actor.Server(),
                action,
                subject,
                new TreeMap<>(Map.of("k", "v")));
    }
}
