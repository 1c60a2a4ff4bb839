/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

/**
 * A payload was refused. The text says what was wrong and what the limit is; it quotes nothing of
 * the payload but the names of members we define, so it may be logged and sent to the peer.
 */
public final class MalformedMessage extends Exception {

    private static final long serialVersionUID = 1L;

    /** The text says which limit or form was not kept, and quotes nothing of the message. */
    public MalformedMessage(String message) {
        super(message);
    }

    /** As above, with what it was found by. */
    public MalformedMessage(String message, Throwable cause) {
        super(message, cause);
    }
}
