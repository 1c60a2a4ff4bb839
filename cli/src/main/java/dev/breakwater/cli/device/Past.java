/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.device;

import dev.breakwater.cli.client.ApiRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A time range and a direction. */
final class Past {

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "The earliest time, as 2026-11-22T08:00:00Z.")
    private Optional<Instant> from = Optional.empty();

    @Option(names = "--to", paramLabel = "TIME", description = "The first time after the range.")
    private Optional<Instant> to = Optional.empty();

    @Option(names = "--oldest-first", description = "The oldest first.")
    private boolean oldestFirst;

    ApiRequest of(ApiRequest listing) {
        return listing.with("from", from)
                .with("to", to)
                .with(
                        "order",
                        oldestFirst ? Optional.of("oldest-first") : Optional.<String>empty());
    }

    List<String> words() {
        List<String> words = new ArrayList<>();
        from.ifPresent(time -> words.addAll(List.of("--from", time.toString())));
        to.ifPresent(time -> words.addAll(List.of("--to", time.toString())));
        if (oldestFirst) {
            words.add("--oldest-first");
        }
        return words;
    }
}
