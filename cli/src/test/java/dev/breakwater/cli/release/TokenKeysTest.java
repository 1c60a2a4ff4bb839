/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.cli.release.signing.PublicKeyFile;
import dev.breakwater.protocol.update.metadata.MetadataReader;
import dev.breakwater.protocol.update.metadata.MetadataWriter;
import dev.breakwater.protocol.update.metadata.RoleKeys;
import dev.breakwater.protocol.update.metadata.Targets;
import dev.breakwater.testkit.token.SoftHsm;
import dev.breakwater.testkit.token.TestToken;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keys in a real PKCS#11 token, SoftHSM's, by the real program: the module reads its environment
 * when it is loaded, so each run is a process of its own.
 */
@Tag("system")
class TokenKeysTest {

    @TempDir private Path directory;

    private record Outcome(int exitCode, String output) {}

    private SoftHsm makeToken() throws Exception {
        assumeTrue(SoftHsm.missing().isEmpty(), () -> SoftHsm.missing().orElseThrow());
        return SoftHsm.make(directory);
    }

    @BeforeEach
    void checkThatJavaIsThere() {
        assertThat(java()).isExecutable();
    }

    @Test
    void makesKeysInsideTheTokenAndSignsThere() throws Exception {
        SoftHsm token = makeToken();
        Path file = unsigned();
        for (String name : List.of("root 1", "release")) {
            Outcome made =
                    breakwater(
                            token,
                            "keys",
                            "new",
                            uri(token, "breakwater", name),
                            "--public",
                            publicFile(name).toString());
            assertThat(made.exitCode()).as("%s", made).isZero();
        }
        Outcome signed =
                breakwater(
                        token,
                        "keys",
                        "sign",
                        file.toString(),
                        "--key",
                        uri(token, "breakwater", "root 1"),
                        "--key",
                        uri(token, "breakwater", "release"));
        assertThat(signed.exitCode()).as("%s", signed).isZero();
        RoleKeys keys =
                new RoleKeys(
                        List.of(
                                PublicKeyFile.read(publicFile("root 1")),
                                PublicKeyFile.read(publicFile("release"))),
                        2);
        Targets targets = MetadataReader.targets(Files.readAllBytes(file)).verifiedBy(keys);
        assertThat(targets.version()).isEqualTo(7);
        Outcome objects =
                run(
                        token,
                        List.of(
                                "pkcs11-tool",
                                "--module",
                                token.library().toString(),
                                "--login",
                                "--pin",
                                TestToken.PIN,
                                "--list-objects",
                                "--type",
                                "privkey"));
        assertThat(objects.output().split("never extractable", -1)).hasSize(3);
    }

    @Test
    void replacesNoKeyAndSaysWhichTokenKeyOrPinIsWrong() throws Exception {
        SoftHsm token = makeToken();
        String uri = uri(token, "breakwater", "release");
        String[] make = {"keys", "new", uri, "--public", publicFile("a").toString()};
        assertThat(breakwater(token, make).exitCode()).isZero();
        make[4] = publicFile("b").toString();
        Outcome again = breakwater(token, make);
        assertThat(again.exitCode()).isEqualTo(3);
        assertThat(again.output()).contains("is there already and is not replaced");
        Outcome other = breakwater(token, "keys", "show", uri(token, "lagoon", "release"));
        assertThat(other.exitCode()).isEqualTo(3);
        assertThat(other.output()).contains("has no token with the label lagoon");
        Outcome absent = breakwater(token, "keys", "show", uri(token, "breakwater", "root"));
        assertThat(absent.exitCode()).isEqualTo(1);
        assertThat(absent.output()).contains("holds no key with a certificate that is called root");
        Path wrong = Files.writeString(directory.resolve("wrong.pin"), "9999-reef\n");
        var _ = Files.setPosixFilePermissions(wrong, PosixFilePermissions.fromString("rw-------"));
        Outcome locked =
                breakwater(
                        token,
                        "keys",
                        "show",
                        uri.replace(token.pinFile().toString(), wrong.toString()));
        assertThat(locked.exitCode()).isEqualTo(1);
        assertThat(locked.output()).contains("its PIN is wrong").doesNotContain("9999-reef");
    }

    private static String uri(SoftHsm token, String label, String key) {
        return "pkcs11:token=%s;object=%s?module-path=%s&pin-source=file:%s"
                .formatted(label, key.replace(" ", "%20"), token.library(), token.pinFile());
    }

    private Path publicFile(String name) {
        return directory.resolve(name.replace(' ', '-') + ".pub.pem");
    }

    private Path unsigned() throws Exception {
        Targets targets =
                new Targets(7, Instant.parse("2030-01-01T00:00:00Z"), Map.of(), List.of());
        return Files.write(
                directory.resolve("7.targets.json"), MetadataWriter.sign(targets, List.of()));
    }

    private Outcome breakwater(SoftHsm token, String... words) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                java().toString(),
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.breakwater.cli.Breakwater",
                                "release"));
        command.addAll(List.of(words));
        return run(token, command);
    }

    private static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    private static Outcome run(SoftHsm token, List<String> command) throws Exception {
        ProcessBuilder program = new ProcessBuilder(command).redirectErrorStream(true);
        program.environment().putAll(token.environment());
        Process process = program.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }
}
