/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.breakwater.testkit.token.SoftHsm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A PKCS#11 token that goes and comes back while a process uses it. */
@Timeout(120)
class ReturningTokenTest {

    @TempDir Path directory;

    /**
     * SoftHSM forgets for good what vanished beneath it, until a process loads it anew: the device
     * has to say so, and must take no other key meanwhile.
     */
    @Test
    void isUsedAgainAfterTheRestartThatIsAskedFor() throws Exception {
        SoftHsm.missing().ifPresent(reason -> abort(reason));
        try (SoftHsm token = SoftHsm.make(Files.createDirectory(directory.resolve("token")))) {
            List<String> lived = toTheEnd(start(token, "life"));
            assertThat(lived).contains("ended");
            Process device = start(token, "comes-back");
            try {
                List<String> said = new ArrayList<>(untilReady(device));
                token.pullOut();
                goOn(device);
                said.addAll(untilReady(device));
                token.putBack();
                goOn(device);
                said.addAll(toTheEnd(device));
                assertThat(said)
                        .as("%s", String.join("\n", said))
                        .contains("gone=true", "ended")
                        .noneMatch(line -> line.startsWith("made="))
                        .anyMatch(line -> line.startsWith("refused=cannot make a key in slot 0"))
                        .anyMatch(
                                line ->
                                        line.startsWith("still=")
                                                && line.contains("start the device again"));
            } finally {
                device.destroyForcibly();
            }
            List<String> again = toTheEnd(start(token, "again"));
            String key = lived.stream().filter(line -> line.startsWith("key=")).toList().getLast();
            assertThat(again).contains(key, "connected=true", "ended");
        }
    }

    private static void goOn(Process device) throws IOException {
        device.getOutputStream().write('\n');
        device.getOutputStream().flush();
    }

    private static List<String> untilReady(Process device) throws IOException {
        List<String> said = new ArrayList<>();
        String line = device.inputReader(UTF_8).readLine();
        while (line != null && !line.equals("ready")) {
            said.add(line);
            line = device.inputReader(UTF_8).readLine();
        }
        assertThat(line).as("%s", said).isEqualTo("ready");
        return said;
    }

    private static List<String> toTheEnd(Process device) throws Exception {
        device.getOutputStream().close();
        List<String> lines = device.inputReader(UTF_8).lines().toList();
        assertThat(device.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return lines;
    }

    private Process start(SoftHsm token, String part) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:-UsePerfData",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                TokenProgram.class.getName(),
                                part,
                                token.library().toString(),
                                token.pinFile().toString(),
                                directory.toString())
                        .directory(directory.toFile())
                        .redirectErrorStream(true);
        builder.environment().putAll(token.environment());
        return builder.start();
    }
}
