/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

/**
 * Work of one store that must be durable together with work of another, although neither knows the
 * other: whatever is submitted first, on the same thread and from inside {@link #run}, becomes one
 * piece of work with it, so that both are in the same transaction and fail together.
 */
final class Alongside {

    private static final ScopedValue<Alongside> OFFERED = ScopedValue.newInstance();

    private final Work<?> companion;
    private boolean taken;

    private Alongside(Work<?> companion) {
        this.companion = companion;
    }

    /**
     * Runs {@code submitting} with the companion on offer.
     *
     * @return whether something was submitted and took it
     */
    static boolean run(Work<?> companion, Runnable submitting) {
        Alongside offer = new Alongside(companion);
        ScopedValue.where(OFFERED, offer).run(submitting);
        return offer.taken;
    }

    /** Whether work that is submitted now must take a companion along. */
    static boolean isOffered() {
        return OFFERED.isBound() && !OFFERED.get().taken;
    }

    /** The same work, together with the companion on offer, if there is one. */
    static <T> Work<T> joined(Work<T> work) {
        if (!isOffered()) {
            return work;
        }
        Alongside offer = OFFERED.get();
        offer.taken = true;
        return transaction -> {
            T value = work.run(transaction);
            offer.companion.run(transaction);
            return value;
        };
    }
}
