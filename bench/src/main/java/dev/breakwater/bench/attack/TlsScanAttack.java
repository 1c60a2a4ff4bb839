/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import dev.breakwater.bench.attack.wire.Relay;
import dev.breakwater.bench.attack.wire.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What scanners find in the TLS of each listener. They come from many sources: one alone is banned
 * for its failed handshakes before it has asked everything.
 */
final class TlsScanAttack implements Attack {

    private static final Pattern OLD =
            Pattern.compile("(SSLv2|SSLv3|TLSv1\\.0|TLSv1\\.1)\\s+enabled");
    private static final Pattern WEAK =
            Pattern.compile("(?i)Accepted.*(RC4|3DES|DES-|NULL|EXP|MD5|CBC)");
    private static final Pattern STRENGTH = Pattern.compile("least strength: ([A-F])");

    @Override
    public List<Program> programs(Effort effort) {
        return effort.isShort()
                ? List.of(Program.SSLSCAN, Program.NMAP)
                : List.of(Program.TESTSSL, Program.SSLSCAN, Program.NMAP);
    }

    @Override
    public void run(Arena arena) throws Exception {
        Map<String, Integer> listeners = new LinkedHashMap<>();
        listeners.put("API", arena.server().apiPort());
        listeners.put("enrollment", arena.server().enrollmentPort());
        listeners.put("devices", arena.server().channelPort());
        for (Map.Entry<String, Integer> one : listeners.entrySet()) {
            try (Relay relay = Relay.to(one.getValue(), Sources.attackers(20_000))) {
                scan(arena, one.getKey(), relay.port());
            }
        }
    }

    private static void scan(Arena arena, String listener, int port) throws Exception {
        if (!arena.effort().isShort()) {
            testssl(arena, listener, port);
        }
        sslscan(arena, listener, port);
        nmap(arena, listener, port);
    }

    private static void testssl(Arena arena, String listener, int port) throws Exception {
        Path output = arena.directory().resolve(listener + ".json");
        Program.Ended ended =
                Program.TESTSSL.run(
                        arena.directory(),
                        Duration.ofMinutes(8),
                        List.of(
                                "--quiet",
                                "--warnings",
                                "off",
                                "--color",
                                "0",
                                "--ip",
                                "127.0.0.1",
                                "--add-ca",
                                arena.rootFile().toString(),
                                "--jsonfile",
                                output.toString(),
                                "localhost:" + port));
        TestsslReport report =
                TestsslReport.read(
                        ended.inTime() && Files.exists(output) ? Files.readString(output) : "[]");
        arena.findings()
                .atMost(
                        listener
                                + ": findings of testssl.sh, MEDIUM and above, but those accepted by name",
                        0,
                        report.judged() == 0 ? Double.NaN : report.bad().size());
        arena.findings()
                .remark("%s: testssl.sh judged %d things".formatted(listener, report.judged()));
        report.bad().forEach(one -> arena.findings().remark(listener + ": testssl.sh: " + one));
        for (TestsslReport.Finding one : report.accepted()) {
            AcceptedFinding accepted = AcceptedFinding.of(one).orElseThrow();
            arena.findings()
                    .remark(
                            "%s: testssl.sh: %s. Accepted as %s. %s"
                                    .formatted(listener, one, accepted, accepted.reason()));
        }
    }

    private static void sslscan(Arena arena, String listener, int port) throws Exception {
        String output =
                Program.SSLSCAN
                        .run(
                                arena.directory(),
                                Duration.ofMinutes(2),
                                List.of("--no-colour", "--sni-name=localhost", "127.0.0.1:" + port))
                        .output();
        boolean tls13 = output.matches("(?s).*TLSv1\\.3\\s+enabled.*");
        arena.findings()
                .atMost(
                        listener + ": old versions and weak ciphers found by sslscan",
                        0,
                        tls13 ? count(OLD, output) + count(WEAK, output) : Double.NaN);
    }

    private static void nmap(Arena arena, String listener, int port) throws Exception {
        String output =
                Program.NMAP
                        .run(
                                arena.directory(),
                                Duration.ofMinutes(3),
                                List.of(
                                        "-Pn",
                                        "-n",
                                        "-sT",
                                        "--script",
                                        // With the plus it runs, whatever it takes the port for.
                                        "+ssl-enum-ciphers",
                                        "-p",
                                        Integer.toString(port),
                                        "127.0.0.1"))
                        .output();
        Matcher strength = STRENGTH.matcher(output);
        boolean isGraded = strength.find();
        if (!isGraded) {
            arena.findings()
                    .remark("%s: nmap gave no grade: %s".formatted(listener, output.strip()));
        }
        arena.findings()
                .atMost(
                        listener + ": grades below A in nmap's ssl-enum-ciphers",
                        0,
                        isGraded ? strength.group(1).charAt(0) - 'A' : Double.NaN);
    }

    private static int count(Pattern pattern, String text) {
        return Math.toIntExact(pattern.matcher(text).results().count());
    }
}
