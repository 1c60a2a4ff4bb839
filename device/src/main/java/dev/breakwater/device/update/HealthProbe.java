/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

/**
 * Says whether a version on trial does what it is for. The product's own comes first (sensors
 * answer, the motor turns), and then {@link ServerReached}: a version that cannot reach the server
 * can never be mended from there.
 *
 * <pre>{@code
 * HealthProbe probe = tank::answers;
 * TrialEnd end = updater.watchTrial(probe.and(new ServerReached(agent, "1.1")));
 * }</pre>
 */
@FunctionalInterface
public interface HealthProbe {

    /** Looks once. May take some seconds; what it throws counts as "not yet". */
    Health look() throws InterruptedException;

    /** This one, and if it is content the other. */
    default HealthProbe and(HealthProbe other) {
        return () -> {
            Health first = look();
            return first instanceof Health.Healthy ? other.look() : first;
        };
    }
}
