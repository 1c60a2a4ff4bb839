/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.ca.OutsideProgram;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Keys in a real PKCS#11 token, SoftHSM's. The module reads SOFTHSM2_CONF from the environment when
 * it is loaded, so each test runs {@link TokenAuthorityProgram} in a process of its own.
 */
@Tag("system")
final class Pkcs11KeyStoreTest {

    private static final Path MODULE = Path.of("/usr/lib/softhsm/libsofthsm2.so");
    private static final String PIN = "4711-fishtank";

    @TempDir Path directory;

    private OutsideProgram programs;

    @BeforeEach
    void makeToken() throws Exception {
        OutsideProgram.assumeInstalled("softhsm2-util", "softhsm2");
        assumeTrue(Files.exists(MODULE), MODULE + " needs Debian package softhsm2");
        Path configuration = directory.resolve("softhsm2.conf");
        Path tokens = Files.createDirectory(directory.resolve("tokens"));
        Files.writeString(
                configuration,
                "directories.tokendir = " + tokens + "\nobjectstore.backend = file\n");
        programs = new OutsideProgram(directory, Map.of("SOFTHSM2_CONF", configuration.toString()));
        OutsideProgram.Outcome made =
                programs.run(
                        "softhsm2-util",
                        "--init-token",
                        "--free",
                        "--label",
                        "breakwater",
                        "--so-pin",
                        "so-pin-1234",
                        "--pin",
                        PIN);
        assertThat(made.exitCode()).as(made.output()).isZero();
    }

    @Test
    void makesTheAuthorityInsideTheTokenAndFindsItAgainInALaterProcess() throws Exception {
        OutsideProgram.Outcome first = run(PIN);
        assertThat(first.exitCode()).as(first.output()).isZero();
        OutsideProgram.Outcome second = run(PIN);
        assertThat(second.exitCode()).as(second.output()).isZero();
        assertThat(line(second, "issuing=")).isEqualTo(line(first, "issuing="));
        assertThat(line(first, "issued=")).isNotEqualTo(line(second, "issued="));

        OutsideProgram.assumeInstalled("openssl", "openssl");
        OutsideProgram.Outcome verified =
                programs.run(
                        "openssl",
                        "verify",
                        "-x509_strict",
                        "-purpose",
                        "sslclient",
                        "-CAfile",
                        "ca/root.crt",
                        "-untrusted",
                        "ca/issuing.crt",
                        "device.pem");
        assertThat(verified.exitCode()).as(verified.output()).isZero();
    }

    @Test
    void keepsKeysThatTheTokenCallsSensitiveAndNeverExtractable() throws Exception {
        OutsideProgram.assumeInstalled("pkcs11-tool", "opensc");
        assertThat(run(PIN).exitCode()).isZero();
        OutsideProgram.Outcome objects =
                programs.run(
                        "pkcs11-tool",
                        "--module",
                        MODULE.toString(),
                        "--login",
                        "--pin",
                        PIN,
                        "--list-objects",
                        "--type",
                        "privkey");
        assertThat(objects.output())
                .contains(id("breakwater-root"), id("breakwater-issuing"))
                .doesNotContain("decrypt", "unwrap");
        assertThat(objects.output().split("never extractable", -1)).hasSize(3);
    }

    @Test
    void refusesAWrongPinInOneSentenceThatDoesNotContainIt() throws Exception {
        OutsideProgram.Outcome outcome = run("wrong-pin-9999");
        assertThat(outcome.exitCode()).isEqualTo(TokenAuthorityProgram.REFUSED);
        assertThat(outcome.output())
                .contains("check that the token is there and its PIN is right")
                .doesNotContain("wrong-pin-9999");
        assertThat(directory.resolve("ca")).doesNotExist();
    }

    @Test
    void refusesAModuleThatIsNotThere() {
        var pin = dev.breakwater.protocol.sealing.SecretText.of(PIN.toCharArray());
        assertThatExceptionOfType(KeyStoreFailed.class)
                .isThrownBy(
                        () -> Pkcs11KeyStore.logIn(directory.resolve("no.so"), 0, pin, directory))
                .withMessageContaining("is not there");
    }

    private OutsideProgram.Outcome run(String pin) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return programs.run(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TokenAuthorityProgram.class.getName(),
                MODULE.toString(),
                pin,
                directory.toString());
    }

    private static String id(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String line(OutsideProgram.Outcome outcome, String prefix) {
        return outcome.output()
                .lines()
                .filter(line -> line.startsWith(prefix))
                .findFirst()
                .orElseThrow();
    }
}
