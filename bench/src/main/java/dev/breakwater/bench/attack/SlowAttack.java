/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.HordeMember.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
    private static final Map<String, String> MODES = new LinkedHashMap<>();

    static {
        MODES.put("-H", "slow head");
        MODES.put("-B", "slow body");
        MODES.put("-X", "slow read");
        MODES.put("-R", "range");
    }

    private static final Map<Way, String> OWN =
            new LinkedHashMap<>(
                    Map.of(
                            Way.SLOW_HELLO, "API's handshake",
                            Way.SLOW_HEAD, "API's head",
                            Way.SLOW_BODY, "API's body",
                            Way.SLOW_READ, "API's answers",
                            Way.SLOW_UPGRADE, "WebSocket upgrade",
                            Way.SLOW_CONNECT, "MQTT CONNECT"));

    @Override
    public List<Program> programs() {
        return List.of(Program.SLOWHTTPTEST);
    }

    @Override
    public void run(Arena arena) throws Exception {
        boolean brief = arena.effort().isShort();
        for (Map.Entry<String, String> mode : MODES.entrySet()) {
            if (!brief || mode.getKey().equals("-H")) {
                slowhttptest(arena, mode.getKey(), mode.getValue());
            }
        }
        for (Way way : Way.values()) {
            if (OWN.containsKey(way) && (!brief || way == Way.SLOW_CONNECT)) {
                own(arena, way, String.valueOf(OWN.get(way)));
            }
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

    private static void own(Arena arena, Way way, String name) throws Exception {
        boolean ofDevices = way == Way.SLOW_UPGRADE || way == Way.SLOW_CONNECT;
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
                    .atMost(
                            name + ": devices that lose their connection",
                            0,
                            watch.disconnects());
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
