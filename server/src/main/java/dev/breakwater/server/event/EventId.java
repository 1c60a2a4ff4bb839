/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.event;

/**
 * A place in an organization's events: {@code <epoch>-<sequence>}.
 *
 * @param epoch drawn anew with each ring, hence with each process: numbers of another epoch say
 *     nothing
 * @param sequence of the last event before the place; 0 before the first
 */
record EventId(String epoch, long sequence) {

    /**
     * Reads an id.
     *
     * @throws IllegalArgumentException if it has not the form
     */
    static EventId parse(String text) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            throw new IllegalArgumentException("an event id is written epoch-sequence");
        }
        return new EventId(text.substring(0, dash), Long.parseLong(text.substring(dash + 1)));
    }

    @Override
    public String toString() {
        return epoch + "-" + sequence;
    }
}
