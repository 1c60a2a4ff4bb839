/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests as fast as they are answered: from one source, over HTTP/1.1 and 2, and from many
 * sources at once, each of which keeps within what one source may.
 */
final class FloodAttack implements Attack {

    private static final Duration TO_END = Duration.ofSeconds(20);
    private static final int SOURCES = 250;
    private static final int CONNECTIONS = 128;
    private static final Pattern WRK_RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern H2LOAD_RATE = Pattern.compile("([0-9.]+) req/s");

    @Override
    public List<Program> programs(Effort effort) {
        return List.of(Program.WRK, Program.H2LOAD);
    }

    @Override
    public void run(Arena arena) throws Exception {
        Duration time = arena.effort().flood();
        String url = "https://127.0.0.1:" + arena.server().apiPort() + "/api/v1/devices?limit=10";
        String token = "Authorization: Bearer " + arena.world().token();
        program(
                arena,
                Program.WRK,
                WRK_RATE,
                List.of("-t2", "-c400", "-d" + time.toSeconds() + "s", "-H", token, url));
        program(
                arena,
                Program.H2LOAD,
                H2LOAD_RATE,
                List.of("-t2", "-c100", "-m10", "-D" + time.toSeconds(), "-H", token, url));
        manySources(arena, time);
    }

    private static void program(Arena arena, Program program, Pattern rate, List<String> arguments)
            throws Exception {
        try (Watch watch = arena.watch()) {
            Program.Ended ended =
                    program.run(arena.directory(), arena.effort().flood().plus(TO_END), arguments);
            watch.attackEnded();
            Matcher requests = rate.matcher(ended.output());
            arena.findings()
                    .remark(
                            "%s was answered %s times a second"
                                    .formatted(
                                            program,
                                            requests.find()
                                                    ? requests.group(1)
                                                    : "no known number of"));
            EverybodyElse.doNotNotice(arena, program.toString(), watch);
        }
    }

    private static void manySources(Arena arena, Duration time) throws Exception {
        try (Watch watch = arena.watch();
                Horde horde =
                        Horde.release(
                                arena,
                                HordeMember.Way.REQUESTS,
                                arena.server().apiPort(),
                                time,
                                SOURCES,
                                CONNECTIONS)) {
            Map<String, Double> counted = horde.end();
            watch.attackEnded();
            arena.findings().remark("%d sources were answered: %s".formatted(SOURCES, counted));
            EverybodyElse.doNotNotice(arena, SOURCES + " sources", watch);
        }
    }
}
