/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.TimeOrderedUuid;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.ReleaseHash;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RolloutTest {

    private static final Instant NOW = Instant.parse("2026-12-01T02:00:00Z");
    private static final MemberId ANNA = new MemberId(TimeOrderedUuid.fresh());
    private static final MemberId BERT = new MemberId(TimeOrderedUuid.fresh());

    private final Rollout running = proposed(Approvals.ONE_PERSON);

    @Test
    void runsAtOnceWhereOnePersonMayDecide() {
        assertThat(running.state()).isEqualTo(RolloutState.RUNNING);
    }

    @Test
    void twoPersonsAreTwo() {
        Rollout proposed = proposed(Approvals.TWO_PERSONS);

        assertThat(proposed.state()).isEqualTo(RolloutState.PROPOSED);
        assertThat(proposed.state().offers()).isFalse();
        assertThat(proposed.approved(ANNA)).as("she proposed it").isEmpty();
        assertThat(proposed.after(new Decision.NextWave(1))).isEmpty();
        assertThat(proposed.resumed()).as("that would be a way around the second").isEmpty();
        Rollout approved = proposed.approved(BERT).orElseThrow();
        assertThat(approved.state()).isEqualTo(RolloutState.RUNNING);
        assertThat(approved.approved(BERT)).isEmpty();
        assertThatThrownBy(() -> new Approvals(ANNA, 1, Set.of(ANNA)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pausesAndGoesOnWhereItWasAndSoaksAnew() {
        Rollout soaking = running.after(new Decision.Soak(NOW)).orElseThrow();
        Rollout second = soaking.after(new Decision.NextWave(1)).orElseThrow();
        Rollout soakingAgain = second.after(new Decision.Soak(NOW)).orElseThrow();
        Rollout paused = soakingAgain.after(new Decision.Pause("two failed")).orElseThrow();

        assertThat(paused.pausedFor()).contains("two failed");
        assertThat(paused.after(new Decision.NextWave(2))).isEmpty();
        assertThat(paused.paused("again")).isEmpty();
        Rollout resumed = paused.resumed().orElseThrow();
        assertThat(resumed.wave()).isEqualTo(1);
        assertThat(resumed.soaksUntil()).isEmpty();
        assertThat(resumed.pausedFor()).isEmpty();
        assertThat(resumed.release()).isEqualTo(running.release());
    }

    @Test
    void makesEachStepOnce() {
        Rollout soaking = running.after(new Decision.Soak(NOW)).orElseThrow();
        assertThat(soaking.after(new Decision.Soak(NOW.plusSeconds(9)))).isEmpty();
        Rollout second = soaking.after(new Decision.NextWave(1)).orElseThrow();
        assertThat(second.after(new Decision.NextWave(1))).isEmpty();
        assertThat(second.after(new Decision.NextWave(3))).isEmpty();
        assertThat(second.after(new Decision.Offer(3))).isEmpty();
        Rollout completed = second.after(new Decision.Complete()).orElseThrow();
        assertThat(completed.after(new Decision.Complete())).isEmpty();
        assertThat(completed.state().offers()).as("who was off is still told").isTrue();
        assertThat(completed.after(new Decision.Pause("late failures"))).isPresent();
    }

    @Test
    void whatIsAbortedStaysSo() {
        Rollout aborted = running.aborted().orElseThrow();

        assertThat(aborted.aborted()).isEmpty();
        assertThat(aborted.resumed()).isEmpty();
        assertThat(aborted.paused("x")).isEmpty();
        assertThat(aborted.after(new Decision.Complete())).isEmpty();
        assertThat(proposed(Approvals.TWO_PERSONS).aborted().orElseThrow().approved(BERT))
                .isEmpty();
    }

    private static Rollout proposed(int approvals) {
        return Rollout.propose(
                RolloutId.fresh(),
                new OrganizationId(TimeOrderedUuid.fresh()),
                ProductId.fresh(),
                new ReleaseHash("a".repeat(64)),
                RolloutPlan.USUAL,
                Approvals.proposedBy(ANNA, approvals));
    }
}
