/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.organization.MemberId;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.release.ReleaseHash;
import java.time.Instant;
import java.util.Optional;

/**
 * A release on its way to a fleet, and the only place that knows how it goes on:
 *
 * <pre>
 * proposed ──approved by enough──▶ running ──its gate closes, or somebody says so──▶ paused
 *    │                              │  ▲                                              │  │
 *    │                              │  └──────────────resumed by somebody─────────────┘  │
 *    │                              └──all waves passed──▶ completed ──gate closes──▶ paused
 *    └──aborted──▶ aborted ◀──aborted── running, paused, completed
 * </pre>
 *
 * <p>A step that is not possible from where it stands gives an empty result. What it installs
 * cannot be changed: the wave that comes last gets the bytes that the first one has proven.
 *
 * @param release what every wave installs
 * @param wave the one that has begun last, from 0
 * @param soaksUntil when the soak time of that wave ends; empty before it has passed the gate
 * @param pausedFor why it is paused, in the gate's words or somebody's; empty in every other state
 */
public record Rollout(
        RolloutId id,
        OrganizationId organization,
        ProductId product,
        ReleaseHash release,
        RolloutPlan plan,
        Approvals approvals,
        RolloutState state,
        int wave,
        Optional<Instant> soaksUntil,
        Optional<String> pausedFor) {

    /** A rollout that begins at once if nobody else has to approve it. */
    public static Rollout propose(
            RolloutId id,
            OrganizationId organization,
            ProductId product,
            ReleaseHash release,
            RolloutPlan plan,
            Approvals approvals) {
        return new Rollout(
                id,
                organization,
                product,
                release,
                plan,
                approvals,
                approvals.complete() ? RolloutState.RUNNING : RolloutState.PROPOSED,
                0,
                Optional.empty(),
                Optional.empty());
    }

    /** A member stands for it, too; it runs when enough do. */
    public Optional<Rollout> approved(MemberId member) {
        if (state != RolloutState.PROPOSED) {
            return Optional.empty();
        }
        return approvals
                .and(member)
                .map(
                        given ->
                                new Rollout(
                                        id,
                                        organization,
                                        product,
                                        release,
                                        plan,
                                        given,
                                        given.complete()
                                                ? RolloutState.RUNNING
                                                : RolloutState.PROPOSED,
                                        wave,
                                        soaksUntil,
                                        pausedFor));
    }

    /** Nobody is told any more, until somebody resumes it. */
    public Optional<Rollout> paused(String why) {
        return state.offers()
                ? Optional.of(standing(RolloutState.PAUSED, wave, soaksUntil, Optional.of(why)))
                : Optional.empty();
    }

    /**
     * It goes on where it was, and soaks anew: what made somebody pause it has to be seen to be
     * gone.
     */
    public Optional<Rollout> resumed() {
        return state == RolloutState.PAUSED
                ? Optional.of(
                        standing(RolloutState.RUNNING, wave, Optional.empty(), Optional.empty()))
                : Optional.empty();
    }

    /** It ends. */
    public Optional<Rollout> aborted() {
        return state == RolloutState.ABORTED
                ? Optional.empty()
                : Optional.of(
                        standing(RolloutState.ABORTED, wave, Optional.empty(), Optional.empty()));
    }

    /**
     * It goes on as was decided; empty if the decision changes nothing about the rollout itself, or
     * was made about another wave.
     */
    public Optional<Rollout> after(Decision decision) {
        if (!state.offers()) {
            return Optional.empty();
        }
        return switch (decision) {
            case Decision.Pause(String why) -> paused(why);
            case Decision.Soak(Instant until) when soaksUntil.isEmpty() ->
                    Optional.of(standing(state, wave, Optional.of(until), pausedFor));
            case Decision.NextWave(int next) when next == wave + 1 ->
                    Optional.of(standing(state, next, Optional.empty(), pausedFor));
            case Decision.Complete() when state == RolloutState.RUNNING ->
                    Optional.of(standing(RolloutState.COMPLETED, wave, soaksUntil, pausedFor));
            case Decision.Soak _, Decision.NextWave _, Decision.Complete _ -> Optional.empty();
            case Decision.Offer _, Decision.Wait _ -> Optional.empty();
        };
    }

    /** It soaks until then instead, after the clock was set. */
    Rollout soaking(Instant until) {
        return standing(state, wave, Optional.of(until), pausedFor);
    }

    private Rollout standing(
            RolloutState next, int nextWave, Optional<Instant> soaks, Optional<String> why) {
        return new Rollout(
                id, organization, product, release, plan, approvals, next, nextWave, soaks, why);
    }
}
