/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

/** Where a counter in a TPM stands. */
public sealed interface CounterState {

    /** Nothing has that index. */
    record Undefined() implements CounterState {}

    /** It was made and never incremented. */
    record Unwritten() implements CounterState {}

    /**
     * It has been incremented.
     *
     * @param value unsigned; not 1 at first but above what any counter of this TPM ever had
     */
    record At(long value) implements CounterState {}
}
