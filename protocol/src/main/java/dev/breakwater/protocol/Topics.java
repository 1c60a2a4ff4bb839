/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol;

/**
 * Every topic of the native profile. All lie under {@code me/}: a device's identity comes from its
 * credential alone, so no topic can name another device (invariant I1).
 */
public final class Topics {

    /** Device to server: readings, JSON or CBOR, QoS 0 or 1. */
    public static final String TELEMETRY = "me/telemetry";

    /** Device to server: reported state, a JSON merge patch (RFC 7396). */
    public static final String STATE = "me/state";

    /** Server to device: the desired state that differs from the reported one. */
    public static final String DESIRED_STATE = "me/state/desired";

    /**
     * Device to server: something happened; the type follows, e.g. {@code me/events/door-opened}.
     */
    public static final String EVENTS_PREFIX = "me/events/";

    /**
     * Server to device: commands; the command's id follows. A device subscribes to {@link
     * #COMMANDS_FILTER}.
     */
    public static final String COMMANDS_PREFIX = "me/commands/";

    /** What a device subscribes to in order to get its commands. */
    public static final String COMMANDS_FILTER = "me/commands/+";

    /** Device to server: the result of a command, {@code me/commands/{id}/reply}. */
    public static final String REPLY_SUFFIX = "/reply";

    /** Device to server: a PKCS#10 request for its next certificate, DER. */
    public static final String CERTIFICATE_RENEW = "me/certificate/renew";

    /** Server to device: the answer to a renewal, DER, or a problem as JSON. */
    public static final String CERTIFICATE_ISSUED = "me/certificate/issued";

    /** Device to server: a device that came with a token asks for the next one; no payload. */
    public static final String TOKEN_ROTATE = "me/token/rotate";

    /** Server to device: the next token and when it ends, or a problem, as JSON. */
    public static final String TOKEN_ISSUED = "me/token/issued";

    /** Device to server: the key to which its commands are to be sealed. */
    public static final String ENVELOPE_KEY = "me/envelope-key";

    /** Server to device: which key to seal to, quota warnings, farewell reasons. */
    public static final String NOTICES = "me/notices";

    /**
     * Server to device: another connection has taken this one's place. To acknowledge it is to say
     * that somebody is still here, and then the device's key is in two hands. Whoever subscribes to
     * it, by this very name and with QoS 1, closes a connection before it makes another.
     */
    public static final String TAKEOVERS = "me/takeovers";

    /**
     * Server to device: an update is waiting, or waits no more. Sent again at each subscription
     * while it holds.
     */
    public static final String UPDATE_OFFER = "me/update/offer";

    /** Device to server: progress and outcome of an update. */
    public static final String UPDATE_STATUS = "me/update/status";

    /** Device to server: asks for a piece of a file of an update. */
    public static final String UPDATE_FETCH = "me/update/fetch";

    /** Server to device: the piece that was asked for, or why there is none. */
    public static final String UPDATE_CHUNK = "me/update/chunk";

    private Topics() {}

    /** The topic that carries one command to its device. */
    public static String command(CommandId id) {
        return COMMANDS_PREFIX + id;
    }

    /** The topic on which the device answers one command. */
    public static String commandReply(CommandId id) {
        return COMMANDS_PREFIX + id + REPLY_SUFFIX;
    }
}
