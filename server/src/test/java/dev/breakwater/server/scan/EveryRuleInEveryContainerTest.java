/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.scan.rule.RuleBook;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule by itself in each form of archive, by itself and among others, whole and hurt. */
class EveryRuleInEveryContainerTest {

    private static final SecretScan SCAN =
            new SecretScan(RuleBook.builtIn(), Limits.defaults(), Clock.systemUTC());
    private static final byte[] TOKEN = PlantedSecrets.ascii("glpat-Zq8WzR4tYp1LmN7vXcB2\n");

    /** Forms that say what their entries are called. */
    private static final List<String> NAMED =
            List.of("zip", "stored zip", "tar", "old tar", "cpio newc", "cpio crc", "cpio odc");

    private static Map<String, byte[]> planted = Map.of();

    private static synchronized Map<String, byte[]> planted() throws Exception {
        if (planted.isEmpty()) {
            planted = new PlantedSecrets().all();
        }
        return planted;
    }

    static Stream<String> forms() {
        return Archives.FORMS.keySet().stream().sorted();
    }

    static Stream<String> named() {
        return NAMED.stream();
    }

    private static ScanReport scan(byte[] file) throws IOException {
        return SCAN.scan("image.bin", new ByteArrayInputStream(file), _ -> {});
    }

    private static byte[] archived(String form, String name, byte[] content) {
        return Objects.requireNonNull(Archives.FORMS.get(form)).apply(name, content);
    }

    private static boolean isFound(ScanReport report, String rule) {
        return report.findings().stream().anyMatch(finding -> finding.rule().equals(rule));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void findsEachSecretAndSaysWhereItStands(String form) throws Exception {
        List<String> missed = new ArrayList<>();
        for (Map.Entry<String, byte[]> secret : planted().entrySet()) {
            ScanReport report = scan(archived(form, "etc/file", secret.getValue()));
            boolean isNamed =
                    report.findings().stream()
                            .filter(finding -> finding.rule().equals(secret.getKey()))
                            .anyMatch(
                                    finding ->
                                            finding.path()
                                                    .toString()
                                                    .equals(
                                                            NAMED.contains(form)
                                                                    ? "image.bin » etc/file"
                                                                    : "image.bin"));
            if (!isNamed || !report.gaps().isEmpty()) {
                missed.add(secret.getKey() + ": " + report);
            }
        }
        assertThat(missed).isEmpty();
    }

    /** What comes before and behind is neither text nor zero, and ends nowhere in particular. */
    @ParameterizedTest
    @MethodSource("forms")
    void findsEachSecretInTheMiddleOfALargeFile(String form) throws Exception {
        List<String> missed = new ArrayList<>();
        byte[] noise = new byte[30_000];
        new Random(20_261_127).nextBytes(noise);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] secret : planted().values()) {
            all.write(noise, 0, 20_000 + all.size() % 10_000);
            all.write('\n');
            all.writeBytes(secret);
            all.write('\n');
        }
        ScanReport report = scan(archived(form, "firmware.bin", all.toByteArray()));
        for (String rule : planted().keySet()) {
            if (!isFound(report, rule)) {
                missed.add(rule);
            }
        }
        assertThat(missed).isEmpty();
        assertThat(report.gaps()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("named")
    void findsHashesOfHttpDigestByTheFilesName(String form) throws IOException {
        byte[] users = PlantedSecrets.ascii("op:realm:" + "0123456789abcdef".repeat(2) + "\n");
        ScanReport report = scan(archived(form, "etc/lighttpd/lighttpd.user", users));
        assertThat(isFound(report, "password-hash-digest")).isTrue();
        assertThat(scan(archived(form, "etc/other", users)).findings()).isEmpty();
    }

    /** The first half holds what makes it an archive; without that it is a file of some bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"zip", "stored zip", "gzip", "xz", "zstd", "cpio crc"})
    void neverPassesOverASecretInAnArchiveOfWhichABitFlipped(String form) throws IOException {
        byte[] whole = archived(form, "file", TOKEN);
        assertThat(isFound(scan(whole), "gitlab-token")).isTrue();
        for (int at = whole.length / 2; at < whole.length; at++) {
            byte[] hurt = whole.clone();
            hurt[at] ^= 0x20;
            ScanReport report = scan(hurt);
            boolean isSaid = !report.gaps().isEmpty() || isFound(report, "gitlab-token");
            assertThat(isSaid).as("%s, byte %d of %d", form, at, whole.length).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("named")
    void tellsNamesThatLeadOutAndLooksIntoWhatTheyName(String form) throws IOException {
        Map<String, Remark.Kind> names =
                Map.of(
                        "../etc/shadow", Remark.Kind.ESCAPES,
                        "a/../../etc/shadow", Remark.Kind.ESCAPES,
                        "a\\..\\..\\shadow", Remark.Kind.ESCAPES,
                        "/etc/shadow", Remark.Kind.ABSOLUTE,
                        "C:\\shadow", Remark.Kind.ABSOLUTE);
        for (Map.Entry<String, Remark.Kind> name : names.entrySet()) {
            ScanReport report = scan(archived(form, name.getKey(), TOKEN));
            assertThat(report.remarks())
                    .as(name.getKey())
                    .extracting(Remark::kind)
                    .containsExactly(name.getValue());
            assertThat(isFound(report, "gitlab-token")).as(name.getKey()).isTrue();
        }
        assertThat(scan(archived(form, "a/b..c/...", TOKEN)).remarks()).isEmpty();
    }

    @Test
    void tellsLinksThatLeadOutInTarAndCpio() throws IOException {
        List<String> outside = List.of("/etc/passwd", "../../etc", "b/../../../x");
        for (String target : outside) {
            for (byte[] link :
                    List.of(
                            Archives.tarOfLink("a/link", target),
                            Archives.cpioOfLink("a/link", target))) {
                assertThat(scan(link).remarks())
                        .as(target)
                        .extracting(Remark::kind)
                        .containsExactly(Remark.Kind.LINK_OUTSIDE);
                assertThat(scan(link).links()).isEqualTo(1);
            }
        }
        assertThat(scan(Archives.tarOfLink("a/link", "../b")).remarks()).isEmpty();
        assertThat(scan(Archives.cpioOfLink("a/link", "../b")).remarks()).isEmpty();
    }
}
