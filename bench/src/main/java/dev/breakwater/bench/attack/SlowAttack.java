/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.HordeMember.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Clients that are slow on purpose. slowhttptest comes from one source, with as many connections as
 * it may open; our own come from many and tell how long each was borne.
 */
final class SlowAttack implements Attack {

    private static final Duration TO_END = Duration.ofSeconds(30);
    private static final double DROPPED_SECONDS_MAX = 20;
    private static final int SOURCES = 100;
    private static final Pattern AVAILABLE = Pattern.compile("service available:\\s+(YES|NO)");

    /** A way of slowhttptest, by its option. */
    private record Mode(String option, String name) {}

    private static final List<Mode> MODES =
            List.of(
                    new Mode("-H", "slow head"),
                    new Mode("-B", "slow body"),
                    new Mode("-X", "slow read"),
                    new Mode("-R", "range"));

    /** A way of our own. */
    private record Own(Way way, String name, boolean ofDevices) {}

    private static final List<Own> OWN =
            List.of(
                    new Own(Way.SLOW_CONNECT, "MQTT CONNECT", true),
                    new Own(Way.SLOW_UPGRADE, "WebSocket upgrade", true),
                    new Own(Way.SLOW_HELLO, "API's handshake", false),
                    new Own(Way.SLOW_HEAD, "API's head", false),
                    new Own(Way.SLOW_BODY, "API's body", false),
                    new Own(Way.SLOW_READ, "API's answers", false));

    @Override
    public List<Program> programs(Effort effort) {
        return List.of(Program.SLOWHTTPTEST);
    }

    @Override
    public void run(Arena arena) throws Exception {
        int most = arena.effort().choose(1, Integer.MAX_VALUE);
        for (Mode mode : MODES.subList(0, Math.min(most, MODES.size()))) {
            slowhttptest(arena, mode.option, mode.name);
        }
        for (Own own : OWN.subList(0, Math.min(most, OWN.size()))) {
            own(arena, own.way, own.name, own.ofDevices);
        }
    }

    private static void slowhttptest(Arena arena, String mode, String name) throws Exception {
        Duration time = arena.effort().slow();
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                mode,
                                "-c",
                                Integer.toString(arena.effort().slowConnections()),
                                "-r",
                                "500",
                                "-l",
                                Long.toString(time.toSeconds()),
                                "-i",
                                "5",
                                "-p",
                                "3",
                                "-u",
                                "https://127.0.0.1:"
                                        + arena.server().apiPort()
                                        + "/api/v1/openapi.yaml"));
        if (mode.equals("-X")) {
            arguments.addAll(List.of("-w", "512", "-y", "1024", "-n", "5", "-z", "32", "-k", "3"));
        }
        try (Watch watch = arena.watch()) {
            Program.Ended ended =
                    Program.SLOWHTTPTEST.run(arena.directory(), time.plus(TO_END), arguments);
            watch.attackEnded();
            EverybodyElse.areServed(arena.findings(), name, watch);
            EverybodyElse.haveMemory(arena.findings(), name, watch);
            Matcher available = AVAILABLE.matcher(ended.output());
            int yes = 0;
            int all = 0;
            while (available.find()) {
                all++;
                yes += available.group(1).equals("YES") ? 1 : 0;
            }
            arena.findings()
                    .remark(
                            "%s: slowhttptest itself, at the attacking source, found the service available %d times of %d"
                                    .formatted(name, yes, all));
        }
    }

    private static void own(Arena arena, Way way, String name, boolean ofDevices) throws Exception {
        int port = ofDevices ? arena.server().channelPort() : arena.server().apiPort();
        try (Watch watch = arena.watch();
                Horde horde =
                        Horde.release(
                                arena,
                                way,
                                port,
                                arena.effort().slow(),
                                SOURCES,
                                arena.effort().slowConnections() / 4)) {
            Map<String, Double> counted = horde.end();
            watch.attackEnded();
            arena.findings().remark("%s: %s".formatted(name, counted));
            EverybodyElse.areServed(arena.findings(), name, watch);
            EverybodyElse.haveMemory(arena.findings(), name, watch);
            arena.findings()
                    .atMost(name + ": devices that lose their connection", 0, watch.disconnects());
            if (!arena.effort().isShort()) {
                arena.findings()
                        .atMost(
                                name + ": seconds for which an attacker is borne",
                                DROPPED_SECONDS_MAX,
                                counted.getOrDefault("longest-life", Double.NaN));
            }
        }
    }
}
