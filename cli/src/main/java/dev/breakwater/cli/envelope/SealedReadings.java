/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.envelope;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.Topics;
import dev.breakwater.protocol.envelope.Direction;
import dev.breakwater.protocol.envelope.EnvelopeContext;
import dev.breakwater.protocol.envelope.EnvelopeFault;
import dev.breakwater.protocol.envelope.Opener;
import dev.breakwater.protocol.envelope.Opening;
import dev.breakwater.protocol.envelope.ReplayWindow;
import dev.breakwater.protocol.mqtt.TopicName;
import dev.breakwater.server.telemetry.PayloadForm;
import dev.breakwater.server.telemetry.Reading;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a device told, as the API shows it, opened with a key that the server does not have. The
 * server carries what is sealed to somebody else and cannot know a replay, so this is where one is
 * found: the oldest first, each topic with a window of its own.
 */
final class SealedReadings {

    private final Opener opener;
    private final UUID organization;
    private final DeviceId device;
    private final long after;
    private final Map<TopicName, ReplayWindow> windows = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private int opened;

    /**
     * Readings of one device.
     *
     * @param after the number up to which everything was opened before
     */
    SealedReadings(Opener opener, UUID organization, DeviceId device, long after) {
        this.opener = opener;
        this.organization = organization;
        this.device = device;
        this.after = after;
    }

    /**
     * The readings or events in a text: pages as the API shows them, one after the other, or single
     * ones; the oldest first.
     */
    static List<ObjectNode> parse(String name, String text) {
        List<ObjectNode> readings = new ArrayList<>();
        try (MappingIterator<JsonNode> documents =
                JsonMapper.shared().readerFor(JsonNode.class).readValues(text)) {
            while (documents.hasNextValue()) {
                JsonNode document = documents.nextValue();
                if (document.path("items").isArray()) {
                    for (JsonNode item : document.path("items")) {
                        readings.add(reading(name, item));
                    }
                } else {
                    readings.add(reading(name, document));
                }
            }
        } catch (JacksonException malformed) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    name + " is not JSON: " + malformed.getOriginalMessage(),
                    malformed);
        }
        if (readings.isEmpty()) {
            throw new CommandFailed(ExitCode.USAGE, "there is no reading in " + name);
        }
        return oldestFirst(readings);
    }

    /** What came at the same time stands in the order of the API, the newest first. */
    private static List<ObjectNode> oldestFirst(List<ObjectNode> readings) {
        boolean newestFirst = !at(readings.getFirst()).isBefore(at(readings.getLast()));
        List<ObjectNode> sorted = new ArrayList<>(newestFirst ? readings.reversed() : readings);
        sorted.sort(Comparator.comparing(SealedReadings::at));
        return sorted;
    }

    private static ObjectNode reading(String name, JsonNode json) {
        if (json instanceof ObjectNode object && (object.has("reading") || object.has("event"))) {
            return object;
        }
        throw new CommandFailed(
                ExitCode.USAGE,
                name
                        + " holds something else than readings; pipe in what breakwater device"
                        + " telemetry DEVICE -o json prints");
    }

    private static Instant at(ObjectNode reading) {
        try {
            return Instant.parse(reading.path("at").asString(""));
        } catch (DateTimeException none) {
            return Instant.EPOCH;
        }
    }

    /**
     * The reading with what is in its envelope, or as it is where there is none or it stays shut.
     */
    ObjectNode opened(ObjectNode reading) {
        String member = reading.has("event") ? "event" : "reading";
        Optional<String> sealed = reading.path(member).path("sealed").asStringOpt();
        if (sealed.isEmpty() || !reading.path("form").asString("sealed").equals("sealed")) {
            return reading;
        }
        String what = reading.path("at").asString("a reading without a time");
        try {
            TopicName topic = topic(reading, member);
            byte[] envelope = Base64.getDecoder().decode(sealed.get());
            switch (opener.open(envelope, context(topic), window(topic))) {
                case Opening.Opened(byte[] content, long _) -> {
                    opened++;
                    return shown(reading, member, content);
                }
                case Opening.Refused(EnvelopeFault fault) -> faults.add(what + ": " + words(fault));
            }
        } catch (IllegalArgumentException malformed) {
            faults.add(what + ": it is no envelope of an event or of telemetry");
        }
        return reading;
    }

    private static TopicName topic(ObjectNode reading, String member) {
        return member.equals("event")
                ? TopicName.of(Topics.EVENTS_PREFIX + reading.path("type").asString(""))
                : TopicName.of(Topics.TELEMETRY);
    }

    private EnvelopeContext context(TopicName topic) {
        return new EnvelopeContext(organization, device, Direction.FROM_DEVICE, topic);
    }

    private ReplayWindow window(TopicName topic) {
        return windows.computeIfAbsent(topic, _ -> ReplayWindow.startingAfter(after));
    }

    /** As the server would show it; it has not seen it, so it may be anything. */
    private static ObjectNode shown(ObjectNode sealed, String member, byte[] content) {
        Reading inside =
                new Reading(0, Instant.EPOCH, Optional.empty(), PayloadForm.SEALED, new byte[0])
                        .opened(content);
        ObjectNode shown = sealed.deepCopy().put("opened", true);
        try {
            shown.set(member, JsonMapper.shared().readTree(inside.json()));
            shown.put("form", inside.form().code());
        } catch (JacksonException neither) {
            String bytes = Base64.getEncoder().encodeToString(content);
            shown.set(member, JsonNodeFactory.instance.objectNode().put("bytes", bytes));
            shown.put("form", "bytes");
        }
        return shown;
    }

    private static String words(EnvelopeFault fault) {
        return switch (fault) {
            case UNKNOWN_KEY -> "it is sealed to another key";
            case DOES_NOT_OPEN ->
                    "it does not open: it was sealed by another device or organization, or changed";
            case REPLAYED -> "it was opened before: a replay";
            case TOO_OLD -> "it is older than what was opened before: a replay, or very late";
            case AHEAD_OF_TIME -> "it was sealed by a clock that is more than a day ahead";
            case CUT_SHORT, TOO_LONG, UNKNOWN_VERSION, UNKNOWN_SUITE ->
                    "it is no envelope: " + fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    /** How many opened. */
    int opened() {
        return opened;
    }

    /** Which did not, and why. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    /** The greatest number that was opened, or the one to begin after. */
    long highest() {
        return windows.values().stream().mapToLong(ReplayWindow::highest).max().orElse(after);
    }
}
