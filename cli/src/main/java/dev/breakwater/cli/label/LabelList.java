/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.label;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The labels of a file: each line is a serial and the hash of its set-up key, with a comma between
 * them, or a JSON object with the members {@code serial} and {@code setupKeyHash}. Blank lines,
 * lines that begin with {@code #} and the heading {@code serial,setupKeyHash} are passed over.
 */
final class LabelList {

    private static final int LABELS_MAX = 100_000;
    private static final int FAULTS_SHOWN_MAX = 100;
    private static final String HEADING = "serial,setupkeyhash";
    private static final Set<String> MEMBERS = Set.of("serial", "setupKeyHash");

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();

    private final String name;
    private final List<LabelLine> labels = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final Map<DeviceSerial, Integer> serials = new HashMap<>();
    private final Map<SetupKeyHash, Integer> keys = new HashMap<>();

    private LabelList(String name) {
        this.name = name;
    }

    /**
     * Reads a list whose lines are all labels, and no two for the same device or the same key.
     *
     * @param terminal where each line is named that is none
     */
    static List<LabelLine> parse(String name, String text, Terminal terminal) {
        LabelList list = new LabelList(name);
        int number = 0;
        for (Iterator<String> lines = text.lines().iterator(); lines.hasNext(); ) {
            number++;
            list.take(number, lines.next().strip());
        }
        return list.whole(terminal);
    }

    private void take(int number, String line) {
        boolean heading = line.replace(" ", "").equalsIgnoreCase(HEADING);
        if (line.isEmpty() || line.startsWith("#") || (heading && labels.isEmpty())) {
            return;
        }
        try {
            LabelLine label = line.startsWith("{") ? json(number, line) : csv(number, line);
            requireNew(label);
            labels.add(label);
        } catch (IllegalArgumentException wrong) {
            faults.add("line " + number + ": " + wrong.getMessage());
        }
        if (labels.size() > LABELS_MAX) {
            throw new CommandFailed(
                    ExitCode.USAGE, name + " has more than 100000 labels; split it");
        }
    }

    private void requireNew(LabelLine label) {
        Integer sameSerial = serials.putIfAbsent(label.serial(), label.number());
        if (sameSerial != null) {
            throw new IllegalArgumentException(
                    "the serial " + label.serial() + " is on line " + sameSerial + " already");
        }
        Integer sameKey = keys.putIfAbsent(label.key(), label.number());
        if (sameKey != null) {
            throw new IllegalArgumentException(
                    "the set-up key is that of line " + sameKey + ": no two devices have the same");
        }
    }

    private static LabelLine csv(int number, String line) {
        String[] fields = line.split(",", -1);
        if (fields.length != 2) {
            throw new IllegalArgumentException(
                    "a line is a serial, a comma and the hash of the set-up key");
        }
        return label(number, unquoted(fields[0]), unquoted(fields[1]));
    }

    /** RFC 4180 permits quotes around a field; none of ours has one inside. */
    private static String unquoted(String field) {
        String text = field.strip();
        return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
    }

    private static LabelLine json(int number, String line) {
        JsonNode object;
        try {
            object = JSON.readTree(line);
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("it begins with { and is no JSON object", malformed);
        }
        if (!MEMBERS.equals(Set.copyOf(object.propertyNames()))) {
            throw new IllegalArgumentException("an object has the members serial and setupKeyHash");
        }
        return label(
                number,
                object.path("serial").asString(""),
                object.path("setupKeyHash").asString(""));
    }

    private static LabelLine label(int number, String serial, String key) {
        return new LabelLine(number, new DeviceSerial(serial), new SetupKeyHash(key));
    }

    private List<LabelLine> whole(Terminal terminal) {
        faults.stream().limit(FAULTS_SHOWN_MAX).forEach(terminal::say);
        if (faults.size() > FAULTS_SHOWN_MAX) {
            terminal.say("and " + (faults.size() - FAULTS_SHOWN_MAX) + " lines more");
        }
        if (!faults.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "%d of the lines of %s cannot be used; nothing was entered"
                            .formatted(faults.size(), name));
        }
        if (labels.isEmpty()) {
            throw new CommandFailed(ExitCode.USAGE, "there is no label in " + name);
        }
        return List.copyOf(labels);
    }
}
