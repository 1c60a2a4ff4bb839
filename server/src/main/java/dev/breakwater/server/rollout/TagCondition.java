/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import dev.breakwater.server.tag.DeviceTag;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which tags a device has to have.
 *
 * @param all each of these
 * @param any at least one of these; none is asked for where there are none
 */
public record TagCondition(Set<DeviceTag> all, Set<DeviceTag> any) {

    /** Tags that a rollout may name of each kind. */
    static final int NAMED_MAX = 32;

    /** As many as a sentence can bear. */
    private static final int TOLD_MAX = 4;

    /** Whatever tags it has, or none. */
    public static final TagCondition NONE = new TagCondition(Set.of(), Set.of());

    /** Copies the sets. */
    public TagCondition {
        all = Set.copyOf(all);
        any = Set.copyOf(any);
        if (all.size() > NAMED_MAX || any.size() > NAMED_MAX) {
            throw new IllegalArgumentException(
                    "a rollout names at most %d tags of each kind".formatted(NAMED_MAX));
        }
    }

    boolean isMetBy(Set<DeviceTag> tags) {
        return tags.containsAll(all) && (any.isEmpty() || any.stream().anyMatch(tags::contains));
    }

    /** What it asks for, such as {@code beta and (site=berlin or site=hamburg)}. */
    String words() {
        if (any.isEmpty() || all.isEmpty()) {
            return any.isEmpty() ? joined(all, " and ") : joined(any, " or ");
        }
        return joined(all, " and ")
                + " and "
                + (any.size() == 1 ? joined(any, "") : "(" + joined(any, " or ") + ")");
    }

    private static String joined(Set<DeviceTag> tags, String word) {
        List<String> sorted = tags.stream().sorted().map(DeviceTag::text).toList();
        String told = sorted.stream().limit(TOLD_MAX).collect(Collectors.joining(word));
        return sorted.size() <= TOLD_MAX
                ? told
                : told + word + "%d more".formatted(sorted.size() - TOLD_MAX);
    }
}
