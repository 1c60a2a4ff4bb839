/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.quota;

import dev.breakwater.server.limits.Limits;
import java.util.Map;
import java.util.Optional;

/**
 * What a product gives its devices; what is not stated, the server's limits give.
 *
 * @param stated at least 1 each
 */
public record QuotaProfile(Map<Quota, Integer> stated) {

    /** States nothing. */
    public static final QuotaProfile UNSTATED = new QuotaProfile(Map.of());

    /**
     * Copies what is stated.
     *
     * @throws IllegalArgumentException if a quota is below 1
     */
    public QuotaProfile {
        stated = Map.copyOf(stated);
        stated.forEach(
                (quota, value) -> {
                    if (value < 1) {
                        throw new IllegalArgumentException(
                                "%s is %d; a quota is at least 1".formatted(quota.code(), value));
                    }
                });
    }

    /** What the product states of this. */
    public Optional<Integer> stated(Quota quota) {
        return Optional.ofNullable(stated.get(quota));
    }

    /** What is in force: never more than the operator lets a product give. */
    public int inForce(Quota quota, Limits limits) {
        return Math.min(
                stated.getOrDefault(quota, limits.of(quota.byDefault())),
                limits.of(quota.highest()));
    }
}
