/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.rollout;

import dev.breakwater.cli.terminal.Bar;
import dev.breakwater.cli.terminal.Table;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A rollout as the API shows it, as lines: where it stands, and a bar for each wave. */
final class RolloutView {

    private final JsonNode rollout;

    RolloutView(JsonNode rollout) {
        this.rollout = rollout;
    }

    /** Where it stands, whom it is for, and its waves. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(standing());
        TargetText.of(rollout.path("target")).ifPresent(lines::add);
        lines.add("");
        lines.addAll(waves().lines());
        return lines;
    }

    /** Where it stands. */
    String standing() {
        String version = rollout.path("version").asString("");
        String state = state();
        return version
                + switch (state) {
                    case "proposed" -> ": waits for somebody else to approve it";
                    case "running" -> ": wave %d of %d%s".formatted(wave(), waveCount(), soaking());
                    case "paused" ->
                            ": paused in wave %d of %d: %s"
                                    .formatted(
                                            wave(),
                                            waveCount(),
                                            rollout.path("pausedFor").asString(""));
                    case "completed" -> ": all waves have passed; who was off is still offered it";
                    case "aborted" -> ": aborted";
                    default -> ": " + state;
                };
    }

    private String soaking() {
        String until = rollout.path("soaksUntil").asString("");
        return until.isEmpty() ? "" : ", which soaks until " + until;
    }

    private Table waves() {
        Table table =
                new Table(
                        "WAVE",
                        "DEVICES",
                        "WELL",
                        "OF THOSE THAT CAN HAVE IT",
                        "AT IT",
                        "WAITING",
                        "OWNERS",
                        "FAILED",
                        "OUT");
        int number = 1;
        for (JsonNode wave : rollout.path("waves")) {
            long devices = count(wave, "devices");
            long confirmed = count(wave, "confirmed");
            table.row(
                    Integer.toString(number),
                    Long.toString(devices),
                    Long.toString(confirmed),
                    Bar.of(confirmed, devices - count(wave, "out")),
                    shown(wave, "inFlight"),
                    shown(wave, "waiting"),
                    shown(wave, "declined"),
                    shown(wave, "failed"),
                    shown(wave, "out"));
            number++;
        }
        return table;
    }

    private static long count(JsonNode wave, String member) {
        return wave.path(member).asLong(0);
    }

    private static String shown(JsonNode wave, String member) {
        long count = count(wave, member);
        return count == 0 ? "" : Long.toString(count);
    }

    private int wave() {
        return rollout.path("wave").asInt(1);
    }

    private int waveCount() {
        return rollout.path("waves").size();
    }

    String state() {
        return rollout.path("state").asString("");
    }

    /** Whether nothing more comes of it by itself. */
    boolean hasEnded() {
        return switch (state()) {
            case "aborted" -> left("inFlight") == 0;
            case "completed" -> left("inFlight") + left("waiting") == 0;
            default -> false;
        };
    }

    private long left(String member) {
        long left = 0;
        for (JsonNode wave : rollout.path("waves")) {
            left += count(wave, member);
        }
        return left;
    }
}
