/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.protocol.DeviceId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * In which order devices get a release. It is drawn by lot from the rollout's seed, hence the same
 * whenever and wherever it is worked out, and nobody can choose to be first or last.
 *
 * <p>Hardware revisions take turns. Were it by lot alone, a revision that few devices have might be
 * missing in the first wave, and what the release does to it would be found out in a large one.
 */
public final class WaveOrder {

    private final byte[] seed;

    /** Of one rollout. */
    public WaveOrder(RolloutId rollout) {
        this.seed = rollout.toString().getBytes(UTF_8);
    }

    /**
     * A device that the rollout is for.
     *
     * @param hardware the revision that it last said it is; empty text if it never said
     */
    public record Candidate(DeviceId device, String hardware) {}

    /**
     * All of them in their order.
     *
     * @param waves of the plan; says how many are in each
     */
    public List<DeviceUpdate> places(Collection<Candidate> candidates, List<Wave> waves) {
        List<DeviceId> order = order(candidates);
        List<DeviceUpdate> places = new ArrayList<>(order.size());
        int wave = 0;
        for (DeviceId device : order) {
            while (places.size() >= waves.get(wave).size().of(order.size())) {
                wave++;
            }
            places.add(DeviceUpdate.waiting(device, wave));
        }
        return places;
    }

    private List<DeviceId> order(Collection<Candidate> candidates) {
        Map<String, List<Drawn>> byHardware = new TreeMap<>();
        for (Candidate candidate : candidates) {
            byHardware
                    .computeIfAbsent(candidate.hardware(), _ -> new ArrayList<>())
                    .add(new Drawn(lot(candidate.device()), candidate.device()));
        }
        byHardware.values().forEach(drawn -> drawn.sort(Drawn.ORDER));
        List<DeviceId> order = new ArrayList<>(candidates.size());
        for (int turn = 0; order.size() < candidates.size(); turn++) {
            for (List<Drawn> drawn : byHardware.values()) {
                if (turn < drawn.size()) {
                    order.add(drawn.get(turn).device());
                }
            }
        }
        return order;
    }

    private record Drawn(String lot, DeviceId device) {
        private static final Comparator<Drawn> ORDER = Comparator.comparing(Drawn::lot);
    }

    private String lot(DeviceId device) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(seed);
            return HexFormat.of().formatHex(digest.digest(device.toString().getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }
}
