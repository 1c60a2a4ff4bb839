/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.envelope;

/**
 * Why an envelope did not open, for logs and metrics. What fails before the encryption is looked at
 * follows from bytes that anybody can read; all that the encryption finds is one fault, {@link
 * #DOES_NOT_OPEN}; and only whoever could seal gets as far as the last three. So no answer that
 * differs helps to guess a key or a payload; senders are told no fault all the same.
 */
public enum EnvelopeFault {
    /** Shorter than an empty payload's envelope. */
    CUT_SHORT,
    /** Longer than the longest payload's envelope. */
    TOO_LONG,
    /** The first byte is of no version known here, as of a payload that was never sealed. */
    UNKNOWN_VERSION,
    /** The suite byte is of no suite known here. */
    UNKNOWN_SUITE,
    /** No key of the ring has this id: sealed to somebody else, or to a key since taken off. */
    UNKNOWN_KEY,
    /** Another key, another context, or changed bytes: an authenticated cipher cannot tell. */
    DOES_NOT_OPEN,
    /** Sealed later than {@link Opener#CLOCK_AHEAD_MAX} from now: the sender's clock is off. */
    AHEAD_OF_TIME,
    /** It has opened before. */
    REPLAYED,
    /** Older than what is remembered: a replay, or very late. */
    TOO_OLD
}
