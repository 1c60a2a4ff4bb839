/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import java.time.Duration;

/**
 * A part of the fleet that gets the release together.
 *
 * @param size how many of the devices that the rollout is for
 * @param soak how long enough of them have to run it and be well before the next wave
 */
public record Wave(Size size, Duration soak) {

    /** The soak time that cannot be too long for anybody. */
    private static final Duration SOAK_MAX = Duration.ofDays(30);

    /**
     * Checks the soak time.
     *
     * @throws IllegalArgumentException if it is below zero or above 30 days
     */
    public Wave {
        if (soak.isNegative() || soak.compareTo(SOAK_MAX) > 0) {
            throw new IllegalArgumentException("a wave soaks for 0 to 30 days, not " + soak);
        }
    }

    /** How many devices, those of earlier waves included. */
    public sealed interface Size {

        /** How many of so many. */
        int of(int targeted);
    }

    /** So many devices, or all if there are fewer. */
    public record Count(int devices) implements Size {

        /**
         * Checks the number.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Count {
            if (devices < 1) {
                throw new IllegalArgumentException("a wave has at least one device");
            }
        }

        @Override
        public int of(int targeted) {
            return Math.min(devices, targeted);
        }
    }

    /** A share of the devices. */
    public record Part(Share share) implements Size {

        /**
         * Checks the share.
         *
         * @throws IllegalArgumentException if it is nothing
         */
        public Part {
            if (share.basisPoints() == 0) {
                throw new IllegalArgumentException("a wave has at least one device");
            }
        }

        @Override
        public int of(int targeted) {
            return share.of(targeted);
        }
    }
}
