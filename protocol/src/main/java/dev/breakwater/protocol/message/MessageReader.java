/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import dev.breakwater.protocol.envelope.RecipientKey;
import dev.breakwater.protocol.envelope.Suite;
import dev.breakwater.protocol.envelope.Validity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads payloads, each into its record, or refuses them with a {@link MalformedMessage}. Safe for
 * use by many threads.
 *
 * <pre>{@code
 * Command command = MessageReader.forDevices().command(payload);
 * }</pre>
 */
public final class MessageReader {

    private static final String KEY = "an envelope key";

    private final boolean ignoresUnknownMembers;

    private MessageReader(boolean ignoresUnknownMembers) {
        this.ignoresUnknownMembers = ignoresUnknownMembers;
    }

    /** The reader of a device, which ignores members it does not know. */
    public static MessageReader forDevices() {
        return new MessageReader(true);
    }

    /** The reader of the server, which refuses members it does not know. */
    public static MessageReader forServer() {
        return new MessageReader(false);
    }

    /** Reads a payload of {@code me/commands/{id}}. */
    public Command command(byte[] payload) throws MalformedMessage {
        ObjectNode object = Json.readObject(payload, Command.BYTES_MAX, "a command");
        refuseUnknown(object, "a command", Set.of("name", "arguments", "expiresAt"));
        String name = text(object, "name", "a command");
        ObjectNode arguments = object(object, "arguments", "a command");
        Instant expiresAt =
                Times.parse(text(object, "expiresAt", "a command"), "a command's expiresAt");
        return built(() -> new Command(name, arguments, expiresAt));
    }

    /** Reads a payload of {@code me/commands/{id}/reply}. */
    public CommandReply commandReply(byte[] payload) throws MalformedMessage {
        ObjectNode object = Json.readObject(payload, CommandReply.BYTES_MAX, "a reply");
        return switch (text(object, "status", "a reply")) {
            case "succeeded" -> succeeded(object);
            case "failed" -> failed(object);
            default -> throw new MalformedMessage("a reply's status must be succeeded or failed");
        };
    }

    private CommandReply succeeded(ObjectNode reply) throws MalformedMessage {
        refuseUnknown(reply, "a reply that succeeded", Set.of("status", "result"));
        ObjectNode result =
                reply.has("result") ? object(reply, "result", "a reply") : Json.newObject();
        return built(() -> new CommandReply.Succeeded(result));
    }

    private CommandReply failed(ObjectNode reply) throws MalformedMessage {
        refuseUnknown(reply, "a reply that failed", Set.of("status", "error"));
        String error =
                reply.has("error") ? text(reply, "error", "a reply") : "The device gave no reason.";
        return built(() -> new CommandReply.Failed(error));
    }

    /** Reads a payload of {@code me/state}. */
    public StatePatch statePatch(byte[] payload) throws MalformedMessage {
        ObjectNode members = Json.readObject(payload, StatePatch.BYTES_MAX, "a state patch");
        return built(() -> new StatePatch(members));
    }

    /** Reads a payload of {@code me/state/desired}. */
    public DesiredState desiredState(byte[] payload) throws MalformedMessage {
        ObjectNode object = Json.readObject(payload, DesiredState.BYTES_MAX, "a desired state");
        refuseUnknown(object, "a desired state", Set.of("version", "state"));
        JsonNode version = object.path("version");
        if (!version.isIntegralNumber() || !version.canConvertToLong()) {
            throw new MalformedMessage("a desired state's version must be a whole number");
        }
        ObjectNode state = object(object, "state", "a desired state");
        return built(() -> new DesiredState(version.longValue(), state));
    }

    /** Reads a payload of {@code me/notices}. */
    public Notice notice(byte[] payload) throws MalformedMessage {
        ObjectNode object = Json.readObject(payload, Notice.BYTES_MAX, "a notice");
        refuseUnknown(object, "a notice", Set.of("kind", "text", "at"));
        String kind = text(object, "kind", "a notice");
        String text = text(object, "text", "a notice");
        Instant at = Times.parse(text(object, "at", "a notice"), "a notice's at");
        return built(() -> new Notice(kind, text, at));
    }

    /**
     * Reads a payload of {@code me/notices} that says which key to seal to; empty if it is a notice
     * of another kind.
     */
    public Optional<EnvelopeKeyNotice> envelopeKey(byte[] payload) throws MalformedMessage {
        ObjectNode object = Json.readObject(payload, Notice.BYTES_MAX, "a notice");
        if (!object.path("kind").asString("").equals(EnvelopeKeyNotice.KIND)) {
            return Optional.empty();
        }
        Instant at = Times.parse(text(object, "at", "a notice"), "a notice's at");
        ObjectNode told = object(object, "key", "a notice of a key");
        String holder = text(told, "holder", KEY);
        if (!Set.of(EnvelopeKeyNotice.SERVER, EnvelopeKeyNotice.ORGANIZATION).contains(holder)) {
            throw new MalformedMessage(KEY + " is held by the server or by the organization");
        }
        int suite = told.path("suite").asInt(0);
        Validity validity = validity(told);
        String organization = text(told, "organization", KEY);
        String encoded = text(told, "publicKey", KEY);
        return Optional.of(
                built(
                        () ->
                                new EnvelopeKeyNotice(
                                        holder.equals(EnvelopeKeyNotice.SERVER),
                                        told.path("required").asBoolean(false),
                                        UUID.fromString(organization),
                                        key(suite, encoded, validity),
                                        at)));
    }

    /**
     * Reads a payload of {@code me/envelope-key}.
     *
     * @param validity what the receiver takes it to be good for
     */
    public OwnEnvelopeKey ownEnvelopeKey(byte[] payload, Validity validity)
            throws MalformedMessage {
        ObjectNode object = Json.readObject(payload, OwnEnvelopeKey.BYTES_MAX, KEY);
        refuseUnknown(object, KEY, Set.of("suite", "publicKey"));
        int suite = object.path("suite").asInt(0);
        String encoded = text(object, "publicKey", KEY);
        return built(() -> new OwnEnvelopeKey(key(suite, encoded, validity)));
    }

    private static RecipientKey key(int suite, String encoded, Validity validity) {
        return RecipientKey.of(
                Suite.of((byte) suite)
                        .filter(known -> known.number() == suite)
                        .orElseThrow(MessageReader::unknownSuite),
                Base64.getDecoder().decode(encoded),
                validity);
    }

    private static IllegalArgumentException unknownSuite() {
        return new IllegalArgumentException(KEY + " is of a suite that is not known here");
    }

    private static Validity validity(ObjectNode told) throws MalformedMessage {
        Instant notBefore = Times.parse(text(told, "notBefore", KEY), KEY + "'s notBefore");
        Instant notAfter = Times.parse(text(told, "notAfter", KEY), KEY + "'s notAfter");
        return built(() -> new Validity(notBefore, notAfter));
    }

    /**
     * Reads a payload of {@code me/telemetry}. A first byte of CBOR's major type 5, or of the tag
     * "this is CBOR" (RFC 8949 section 3.4.6), means CBOR: no JSON object begins with either.
     */
    public Telemetry telemetry(byte[] payload) throws MalformedMessage {
        int first = payload.length == 0 ? 0 : payload[0] & 0xFF;
        boolean cbor = (first >= 0xA0 && first <= 0xBF) || first == 0xD9;
        ObjectNode readings =
                cbor
                        ? Json.readCborMap(payload, Telemetry.BYTES_MAX, "telemetry")
                        : Json.readObject(payload, Telemetry.BYTES_MAX, "telemetry");
        return built(() -> new Telemetry(readings));
    }

    /**
     * Reads a payload of {@code me/events/{type}}.
     *
     * @param type what follows {@code me/events/} in the topic
     */
    public DeviceEvent event(String type, byte[] payload) throws MalformedMessage {
        ObjectNode details = Json.readObject(payload, DeviceEvent.BYTES_MAX, "an event");
        return built(() -> new DeviceEvent(type, details));
    }

    private void refuseUnknown(ObjectNode object, String noun, Set<String> known)
            throws MalformedMessage {
        if (ignoresUnknownMembers || known.containsAll(object.propertyNames())) {
            return;
        }
        List<String> names = new ArrayList<>(known);
        names.sort(null);
        throw new MalformedMessage(
                noun + " may have the members " + String.join(", ", names) + " and no other");
    }

    private static String text(ObjectNode object, String member, String noun)
            throws MalformedMessage {
        JsonNode node = object.path(member);
        if (!node.isString()) {
            throw new MalformedMessage(noun + " must have the member " + member + ", a string");
        }
        return node.stringValue();
    }

    private static ObjectNode object(ObjectNode object, String member, String noun)
            throws MalformedMessage {
        if (object.path(member) instanceof ObjectNode found) {
            return found;
        }
        throw new MalformedMessage(noun + " must have the member " + member + ", an object");
    }

    private static <T> T built(Supplier<T> record) throws MalformedMessage {
        try {
            return record.get();
        } catch (IllegalArgumentException outsideLimits) {
            throw new MalformedMessage(String.valueOf(outsideLimits.getMessage()), outsideLimits);
        }
    }
}
