/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

/**
 * Why the server would not have this device.
 *
 * @param kind for programs
 * @param text for the log, without secrets
 */
public record Refusal(Kind kind, String text) {

    /** What a product may want to show or do something about. */
    public enum Kind {
        /** The request for the first certificate was refused: the code is used up, or wrong. */
        ENROLLMENT,
        /** A person has to approve this device first; the agent keeps asking. */
        AWAITING_APPROVAL,
        /** The certificate was refused: revoked, expired, unknown. */
        CERTIFICATE,
        /** The device is suspended, quarantined, or may not do what it tried. */
        NOT_AUTHORIZED,
        /** The owner has given the device away: it is to erase itself, see the agent. */
        GIVEN_AWAY,
        /** Another connection took this device's place: a second copy of it is running. */
        TAKEN_OVER,
        /** The server or this device's quota is used up for now. */
        BUSY,
        /** The server's own identity was not accepted by this device. */
        SERVER_NOT_TRUSTED,
        /** Server and device do not understand each other. */
        PROTOCOL
    }

    BackOff.Reason backOff() {
        return switch (kind) {
            case ENROLLMENT,
                    CERTIFICATE,
                    NOT_AUTHORIZED,
                    GIVEN_AWAY,
                    TAKEN_OVER,
                    SERVER_NOT_TRUSTED,
                    PROTOCOL ->
                    BackOff.Reason.NOT_AUTHORIZED;
            case BUSY, AWAITING_APPROVAL -> BackOff.Reason.SERVER_BUSY;
        };
    }
}
