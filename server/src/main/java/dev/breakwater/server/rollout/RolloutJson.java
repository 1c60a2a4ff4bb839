/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.tag.DeviceTag;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Plans, targets and windows as JSON, the same in the API and in the store. */
public final class RolloutJson {

    private static final JsonMapper JSON = JsonMapper.shared();

    private RolloutJson() {}

    /** A plan. */
    public static ObjectNode of(RolloutPlan plan) {
        ObjectNode node = JSON.createObjectNode();
        ArrayNode waves = node.putArray("waves");
        for (Wave wave : plan.waves()) {
            ObjectNode one = waves.addObject();
            switch (wave.size()) {
                case Wave.Count(int devices) -> one.put("count", devices);
                case Wave.Part(Share share) -> one.put("percent", percent(share));
            }
            one.put("soakSeconds", wave.soak().toSeconds());
        }
        node.putObject("gate")
                .put("failuresTolerated", plan.gate().failuresTolerated())
                .put("failedPercentMax", percent(plan.gate().failedMax()))
                .put("confirmedPercentMin", percent(plan.gate().confirmedMin()));
        node.put("inFlightAtFirst", plan.inFlightAtFirst());
        node.put("inFlightMax", plan.inFlightMax());
        node.put("attemptsMax", plan.attemptsMax());
        node.put("leaseSeconds", plan.lease().toSeconds());
        node.put("retrySeconds", plan.retryAfter().toSeconds());
        return node;
    }

    /**
     * Reads a plan; what it leaves out is as usual.
     *
     * @throws IllegalArgumentException if it is none that may be; the text says why
     */
    public static RolloutPlan plan(JsonNode node) {
        RolloutPlan usual = RolloutPlan.USUAL;
        List<Wave> waves = new ArrayList<>();
        for (JsonNode wave : node.path("waves")) {
            boolean counted = wave.has("count");
            if (counted == wave.has("percent")) {
                throw new IllegalArgumentException("a wave has either a count or a percentage");
            }
            Wave.Size size =
                    counted
                            ? new Wave.Count(wave.path("count").asInt())
                            : new Wave.Part(share(wave.path("percent")));
            waves.add(new Wave(size, Duration.ofSeconds(wave.path("soakSeconds").asLong())));
        }
        return new RolloutPlan(
                waves.isEmpty() ? usual.waves() : waves,
                gate(node.path("gate")),
                number(node, "inFlightAtFirst", usual.inFlightAtFirst()),
                number(node, "inFlightMax", usual.inFlightMax()),
                number(node, "attemptsMax", usual.attemptsMax()),
                Duration.ofSeconds(number(node, "leaseSeconds", usual.lease().toSeconds())),
                Duration.ofSeconds(number(node, "retrySeconds", usual.retryAfter().toSeconds())));
    }

    private static Gate gate(JsonNode node) {
        return new Gate(
                number(node, "failuresTolerated", Gate.USUAL.failuresTolerated()),
                node.has("failedPercentMax")
                        ? share(node.path("failedPercentMax"))
                        : Gate.USUAL.failedMax(),
                node.has("confirmedPercentMin")
                        ? share(node.path("confirmedPercentMin"))
                        : Gate.USUAL.confirmedMin());
    }

    private static int number(JsonNode node, String member, int otherwise) {
        return node.has(member) ? node.path(member).asInt() : otherwise;
    }

    private static long number(JsonNode node, String member, long otherwise) {
        return node.has(member) ? node.path(member).asLong() : otherwise;
    }

    private static BigDecimal percent(Share share) {
        BigDecimal exact = BigDecimal.valueOf(share.basisPoints(), 2).stripTrailingZeros();
        return exact.scale() < 0 ? exact.setScale(0) : exact;
    }

    private static Share share(JsonNode percent) {
        try {
            return new Share(percent.decimalValue().movePointRight(2).intValueExact());
        } catch (ArithmeticException tooFine) {
            throw new IllegalArgumentException(
                    "a percentage has two decimals at most, not " + percent, tooFine);
        }
    }

    /** A target. */
    public static ObjectNode of(RolloutTarget target) {
        ObjectNode node = JSON.createObjectNode();
        if (target.equals(RolloutTarget.ALL)) {
            return node.put("all", true);
        }
        list(node, "versions", target.versions().stream());
        list(node, "serials", target.serials().stream().map(DeviceSerial::text));
        if (!target.tags().equals(TagCondition.NONE)) {
            ObjectNode tags = node.putObject("tags");
            list(tags, "all", target.tags().all().stream().map(DeviceTag::text));
            list(tags, "any", target.tags().any().stream().map(DeviceTag::text));
        }
        target.percent().ifPresent(share -> node.put("percent", percent(share)));
        return node;
    }

    /** Nothing where there is nothing: an empty list would be for nobody. */
    private static void list(ObjectNode node, String member, Stream<String> values) {
        List<String> sorted = values.sorted().toList();
        if (!sorted.isEmpty()) {
            ArrayNode listed = node.putArray(member);
            sorted.forEach(listed::add);
        }
    }

    /**
     * Reads a target. Nothing is taken for all of a fleet but the word for it.
     *
     * @throws IllegalArgumentException if it is none; the text says why
     */
    public static RolloutTarget target(JsonNode node) {
        if (node.has("all")) {
            if (node.size() != 1 || !node.path("all").asBoolean()) {
                throw new IllegalArgumentException("a target is for all or says for which");
            }
            return RolloutTarget.ALL;
        }
        Set<String> versions = new LinkedHashSet<>();
        each(node.path("versions"), versions::add);
        Set<DeviceSerial> serials = new LinkedHashSet<>();
        each(node.path("serials"), serial -> serials.add(new DeviceSerial(serial)));
        RolloutTarget target =
                new RolloutTarget(
                        versions,
                        serials,
                        new TagCondition(
                                tags(node.path("tags").path("all")),
                                tags(node.path("tags").path("any"))),
                        node.has("percent")
                                ? Optional.of(share(node.path("percent")))
                                : Optional.empty());
        if (target.equals(RolloutTarget.ALL)) {
            throw new IllegalArgumentException("a target is for all or says for which");
        }
        return target;
    }

    private static Set<DeviceTag> tags(JsonNode array) {
        Set<DeviceTag> tags = new LinkedHashSet<>();
        each(array, tag -> tags.add(new DeviceTag(tag)));
        return tags;
    }

    private static void each(JsonNode array, Consumer<String> taker) {
        for (JsonNode element : array) {
            taker.accept(element.asString());
        }
    }

    /** A window. */
    public static ObjectNode of(UpdateWindow window) {
        ObjectNode node = JSON.createObjectNode();
        node.put("opens", window.opens().toString());
        node.put("closes", window.closes().toString());
        ArrayNode days = node.putArray("days");
        for (DayOfWeek day : EnumSet.copyOf(window.days())) {
            days.add(day.name().toLowerCase(Locale.ROOT));
        }
        return node;
    }

    /**
     * Reads a window; without days it opens on each.
     *
     * @throws IllegalArgumentException if it is none; the text says why
     */
    public static UpdateWindow window(JsonNode node) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        each(node.path("days"), day -> days.add(DayOfWeek.valueOf(day.toUpperCase(Locale.ROOT))));
        return new UpdateWindow(
                time(node, "opens"),
                time(node, "closes"),
                days.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : days);
    }

    private static LocalTime time(JsonNode node, String member) {
        try {
            return LocalTime.parse(node.path(member).asString());
        } catch (java.time.DateTimeException malformed) {
            throw new IllegalArgumentException(member + " is a time such as 02:30", malformed);
        }
    }

    /** Reads what was written by {@link #of}. */
    public static JsonNode read(String text) {
        return JSON.readTree(text);
    }

    /** The window of a policy as text, if it has one. */
    public static Optional<String> text(Optional<UpdateWindow> window) {
        return window.map(open -> of(open).toString());
    }
}
