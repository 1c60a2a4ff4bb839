/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

/** What the registry says to a device that wants its key attested. */
public sealed interface Attesting {

    /** It is who it claims to be. */
    record Proven(AttestingDevice device) implements Attesting {}

    /** It is refused as at any other gate. */
    record Refused(Admission.Refused refusal) implements Attesting {}
}
