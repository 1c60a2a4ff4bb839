/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Whom a rollout is for, in a sentence, of what the API says about it. */
final class TargetText {

    /** A rollout may list a thousand serials, and nobody reads them. */
    private static final int NAMED_MAX = 5;

    private TargetText() {}

    /** The sentence; empty where the API does not say. */
    static Optional<String> of(JsonNode target) {
        if (target.isMissingNode()) {
            return Optional.empty();
        }
        if (target.path("all").asBoolean(false)) {
            return Optional.of("For all devices of the product.");
        }
        List<String> parts = new ArrayList<>();
        JsonNode tags = target.path("tags");
        texts(tags.path("all")).forEach(tag -> parts.add("tagged " + tag));
        named(tags.path("any"), " or ").ifPresent(some -> parts.add("tagged " + some));
        named(target.path("versions"), " or ").ifPresent(some -> parts.add("that ran " + some));
        named(target.path("serials"), ", ").ifPresent(some -> parts.add("called " + some));
        String who = parts.isEmpty() ? "devices" : "devices " + String.join(", and ", parts);
        String percent = target.path("percent").asString("");
        return Optional.of(
                percent.isEmpty()
                        ? "For " + who + "."
                        : "For %s %% of %s, drawn by lot.".formatted(percent, who));
    }

    private static Optional<String> named(JsonNode list, String between) {
        List<String> all = texts(list);
        if (all.isEmpty()) {
            return Optional.empty();
        }
        String first = String.join(between, all.subList(0, Math.min(NAMED_MAX, all.size())));
        return Optional.of(
                all.size() <= NAMED_MAX
                        ? first
                        : "%s and %d more".formatted(first, all.size() - NAMED_MAX));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(one -> texts.add(one.asString("")));
        return texts;
    }
}
