/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How our server is run differently from its defaults.
 *
 * @param javaOptions options of its virtual machine, after its own
 */
public record ServerSettings(Map<String, Integer> limits, List<String> javaOptions) {

    /** Keeps copies. */
    public ServerSettings {
        limits = Map.copyOf(limits);
        javaOptions = List.copyOf(javaOptions);
    }

    /** These, with limits that every run sets; ours win. */
    ServerSettings above(Map<String, Integer> always) {
        Map<String, Integer> all = new TreeMap<>(always);
        all.putAll(limits);
        return new ServerSettings(all, javaOptions);
    }

    /** These, above others; options of both. */
    ServerSettings above(ServerSettings others) {
        Map<String, Integer> all = new TreeMap<>(others.limits);
        all.putAll(limits);
        return new ServerSettings(
                all, Stream.concat(others.javaOptions.stream(), javaOptions.stream()).toList());
    }

    /** For a reader, e.g. {@code mqtt-inflight = 50, -Xmx1g}. */
    String text() {
        return Stream.concat(
                        new TreeMap<>(limits)
                                .entrySet().stream()
                                        .map(limit -> limit.getKey() + " = " + limit.getValue()),
                        javaOptions.stream())
                .collect(Collectors.joining(", "));
    }
}
