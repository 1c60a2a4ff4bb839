/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.durability;

/**
 * Called once when a write has become durable or has failed. It runs on the committing thread,
 * which every other writer waits for: it must hand over and return, never block.
 *
 * @param <T> what the write produced
 */
public interface Completion<T> {

    /** The write and everything it depends on is on disk. */
    void durable(T value);

    /** Nothing of the write is stored. The cause says why, for the operator. */
    void failed(RuntimeException cause);
}
