/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import dev.breakwater.server.firewall.DeviceTrace.Heard;
import dev.breakwater.server.identity.ProductId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Holds what each device told in an hour against the devices of its product that were connected for
 * all of it. Far below what nine in ten tell it is silent, far above it talkative. Too few peers
 * say nothing, and neither do peers that tell next to nothing themselves.
 */
final class PeerComparison {

    private static final int FAR = 4;
    private static final long TALKATIVE_LEAST = 60;
    private static final long PEERS_TELL_LEAST = 12;

    private final int peersLeast;

    PeerComparison(int peersLeast) {
        this.peersLeast = peersLeast;
    }

    List<FindingNote> odd(Collection<Heard> all, Instant at) {
        Map<ProductId, List<Heard>> byProduct =
                all.stream().collect(Collectors.groupingBy(Heard::product));
        List<FindingNote> odd = new ArrayList<>();
        byProduct.values().forEach(fleet -> odd.addAll(oddOfFleet(fleet, at)));
        return odd;
    }

    private List<FindingNote> oddOfFleet(List<Heard> fleet, Instant at) {
        long[] counts =
                fleet.stream()
                        .filter(Heard::wholeHour)
                        .mapToLong(Heard::messages)
                        .sorted()
                        .toArray();
        if (counts.length < peersLeast) {
            return List.of();
        }
        long low = counts[counts.length / 10];
        long high = counts[counts.length - 1 - counts.length / 10];
        Function<Heard, Map<String, String>> evidence =
                heard ->
                        Map.of(
                                "messages", Long.toString(heard.messages()),
                                "peers", Integer.toString(counts.length),
                                "tenth-percentile", Long.toString(low),
                                "median", Long.toString(counts[counts.length / 2]),
                                "ninetieth-percentile", Long.toString(high));
        List<FindingNote> odd = new ArrayList<>();
        for (Heard heard : fleet) {
            if (heard.messages() >= TALKATIVE_LEAST && heard.messages() > FAR * high) {
                odd.add(note(FindingKind.TALKATIVE_DEVICE, heard, evidence.apply(heard), at));
            } else if (heard.wholeHour()
                    && low >= PEERS_TELL_LEAST
                    && heard.messages() * FAR < low) {
                odd.add(note(FindingKind.SILENT_DEVICE, heard, evidence.apply(heard), at));
            }
        }
        return List.copyOf(odd);
    }

    private static FindingNote note(
            FindingKind kind, Heard heard, Map<String, String> evidence, Instant at) {
        return new FindingNote(
                new FindingNote.Key(heard.organization(), kind, Finding.subject(heard.device())),
                evidence,
                1,
                at,
                at);
    }
}
