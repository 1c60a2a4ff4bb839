/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.organization.MemberId;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Who stands for a rollout. Whoever proposed it is never among those who approve it: two persons
 * means two.
 *
 * @param needed beside the proposer; 0 where one person may decide
 */
public record Approvals(MemberId proposer, int needed, Set<MemberId> given) {

    /** Where one person may decide. */
    public static final int ONE_PERSON = 0;

    /** Where a second one must agree. */
    public static final int TWO_PERSONS = 1;

    /**
     * Copies the set.
     *
     * @throws IllegalArgumentException if the proposer is in it, or fewer than none are needed
     */
    public Approvals {
        if (needed < 0 || given.contains(proposer)) {
            throw new IllegalArgumentException("whoever proposes a rollout does not approve it");
        }
        given = Set.copyOf(given);
    }

    /** Of a rollout that somebody has just proposed. */
    public static Approvals proposedBy(MemberId proposer, int needed) {
        return new Approvals(proposer, needed, Set.of());
    }

    /** Whether it may begin. */
    public boolean complete() {
        return given.size() >= needed;
    }

    /** With another member's; empty if that member proposed it or has approved it already. */
    public Optional<Approvals> and(MemberId member) {
        if (member.equals(proposer) || given.contains(member)) {
            return Optional.empty();
        }
        Set<MemberId> all = new LinkedHashSet<>(given);
        all.add(member);
        return Optional.of(new Approvals(proposer, needed, all));
    }
}
