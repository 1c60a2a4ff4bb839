/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.attestation;

/**
 * Where a device attests its key, and within what limits.
 *
 * <p>{@code POST} of a {@link ChallengeRequest} to {@link #CHALLENGES} gives 201 and a {@link
 * Challenge}; {@code POST} of a {@link ChallengeAnswer} to {@link #ANSWERS} gives 204. Every
 * refusal is one 403, which says nothing of the reason.
 */
public final class AttestationPaths {

    /** Where a challenge is asked for. */
    public static final String CHALLENGES = "/attestation/challenges";

    /** Where it is answered. */
    public static final String ANSWERS = "/attestation/answers";

    /** The media type of every message. */
    public static final String MEDIA_TYPE = "application/json";

    /** The longest body of a request: four certificates and two public areas fit. */
    public static final int REQUEST_BYTES_MAX = 32 * 1024;

    /** The longest body of a challenge. */
    public static final int REPLY_BYTES_MAX = 4 * 1024;

    private AttestationPaths() {}
}
