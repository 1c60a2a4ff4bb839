/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.channel.TlsRefusal;
import dev.breakwater.protocol.mqtt.MqttProperties;
import dev.breakwater.protocol.mqtt.MqttProperty;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.protocol.mqtt.RetryAfter;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/** The server answered, and the answer was no. The one place where its words become a reason. */
final class RefusedByServer extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private static final int SERVER_TEXT_CHARS_MAX = 256;

    private final transient Refusal refusal;
    private final transient Optional<Duration> retryAfter;

    RefusedByServer(Refusal.Kind kind, String text) {
        this(kind, text, Optional.empty());
    }

    RefusedByServer(Refusal.Kind kind, String text, Optional<Duration> retryAfter) {
        super(text);
        this.refusal = new Refusal(kind, text);
        this.retryAfter = retryAfter;
    }

    Refusal refusal() {
        return refusal;
    }

    /** When the server itself said to ask again. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** Throws if the failure tells that the server refused our certificate during TLS. */
    static void throwIfCertificateRefused(IOException failure) throws RefusedByServer {
        Optional<String> alert = TlsRefusal.in(failure);
        if (alert.isPresent()) {
            throw new RefusedByServer(
                    Refusal.Kind.CERTIFICATE,
                    "the server refused this device's certificate: " + alert.get());
        }
    }

    /**
     * What a failing reason code of CONNACK, SUBACK or DISCONNECT means for this device.
     *
     * @throws RefusedByServer if it is about this device
     * @throws SentAway if it is about the server, and the server says when to come back
     * @throws IOException if it is about the server or this one connection
     */
    static void throwFor(String packet, ReasonCode code, MqttProperties properties)
            throws RefusedByServer, IOException {
        String text =
                "the server answered %s: %s%s"
                        .formatted(
                                packet,
                                code,
                                properties
                                        .get(MqttProperty.REASON_STRING)
                                        .map(RefusedByServer::quoted)
                                        .orElse(""));
        Optional<Refusal.Kind> kind = kindOf(code);
        Optional<Duration> retryAfter = RetryAfter.in(properties);
        if (kind.isPresent()) {
            // Only a person can change the other refusals; asking sooner would not help.
            throw new RefusedByServer(
                    kind.get(), text, retryAfter.filter(hint -> kind.get() == Refusal.Kind.BUSY));
        }
        if (retryAfter.isPresent()) {
            throw new SentAway(text, retryAfter.get());
        }
        throw new IOException(text);
    }

    private static Optional<Refusal.Kind> kindOf(ReasonCode code) {
        return switch (code) {
            case NOT_AUTHORIZED,
                    BANNED,
                    BAD_USER_NAME_OR_PASSWORD,
                    CLIENT_IDENTIFIER_NOT_VALID,
                    ADMINISTRATIVE_ACTION ->
                    Optional.of(Refusal.Kind.NOT_AUTHORIZED);
            case SESSION_TAKEN_OVER -> Optional.of(Refusal.Kind.TAKEN_OVER);
            case SERVER_BUSY,
                    SERVER_UNAVAILABLE,
                    QUOTA_EXCEEDED,
                    CONNECTION_RATE_EXCEEDED,
                    MESSAGE_RATE_TOO_HIGH ->
                    Optional.of(Refusal.Kind.BUSY);
            case SUCCESS,
                    SERVER_SHUTTING_DOWN,
                    KEEP_ALIVE_TIMEOUT,
                    MAXIMUM_CONNECT_TIME,
                    UNSPECIFIED_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR ->
                    Optional.empty();
            default -> Optional.of(Refusal.Kind.PROTOCOL);
        };
    }

    /** The server's words for our log; a hostile server must not forge lines in it. */
    private static String quoted(String words) {
        String line = words.replaceAll("\\p{Cntrl}+", " ");
        return " \"" + line.substring(0, Math.min(line.length(), SERVER_TEXT_CHARS_MAX)) + "\"";
    }
}
