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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Secrets of every kind, in containers of every form, at every place of a window. */
class SecretScanTest {

    private static final SecretScan SCAN =
            new SecretScan(RuleBook.builtIn(), Limits.defaults(), Clock.systemUTC());

    private static ScanReport scan(byte[] file) throws IOException {
        return SCAN.scan("image.bin", new ByteArrayInputStream(file), _ -> {});
    }

    private static Set<String> rules(ScanReport report) {
        return report.findings().stream().map(Finding::rule).collect(Collectors.toSet());
    }

    @Test
    void findsEverySecretByItsRuleAndByNoOtherButTheGeneralOne() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, byte[]> planted : new PlantedSecrets().all().entrySet()) {
            ScanReport report = scan(planted.getValue());
            Set<String> rules = new TreeSet<>(rules(report));
            boolean isFound = rules.remove(planted.getKey());
            rules.remove("assigned-password");
            if (!isFound || !rules.isEmpty() || !report.gaps().isEmpty()) {
                wrong.add(planted.getKey() + ": " + report);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void findsEverySecretInEveryContainerAndInContainersOfContainers() throws Exception {
        Map<String, byte[]> secrets = new PlantedSecrets().all();
        List<String> missed = new ArrayList<>();
        for (String inner : Archives.FORMS.keySet()) {
            for (String outer : Archives.FORMS.keySet()) {
                for (Map.Entry<String, byte[]> planted : secrets.entrySet()) {
                    byte[] archive = archived(inner, "etc/file", planted.getValue());
                    ScanReport report = scan(archived(outer, "inner", archive));
                    if (!rules(report).contains(planted.getKey()) || !report.gaps().isEmpty()) {
                        missed.add(
                                planted.getKey() + " in " + inner + " in " + outer + ": " + report);
                    }
                }
            }
        }
        assertThat(missed).isEmpty();
    }

    private static byte[] archived(String form, String name, byte[] content) {
        BiFunction<String, byte[], byte[]> archive = Archives.FORMS.get(form);
        return Objects.requireNonNull(archive).apply(name, content);
    }

    @Test
    void everyRuleOfTheFileIsTriedAbove() throws Exception {
        Set<String> ruled =
                RuleBook.builtIn().rules().stream()
                        .map(rule -> rule.id())
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> planted = new TreeSet<>(new PlantedSecrets().all().keySet());
        ruled.removeAll(planted);
        // It looks at names of files as well, see below.
        assertThat(ruled).containsExactly("password-hash-digest");
    }

    @Test
    void tellsContainerPathOffsetAndExcerpt() throws Exception {
        byte[] secret =
                PlantedSecrets.ascii("x".repeat(1_000) + "\n" + "AKIA" + "ABCDEFGHIJKLMNOP\n");
        byte[] cpio = Archives.cpio("etc/aws", secret);
        byte[] file = Archives.gzip(Archives.tar("rootfs.cpio.xz", Archives.xz(cpio)));
        ScanReport report = SCAN.scan("image.tar.gz", new ByteArrayInputStream(file), _ -> {});
        assertThat(report.findings()).hasSize(1);
        Finding finding = report.findings().getFirst();
        assertThat(finding.path()).hasToString("image.tar.gz » rootfs.cpio.xz » etc/aws");
        assertThat(finding.offset()).isEqualTo(1_001);
        assertThat(finding.length()).isEqualTo(20);
        assertThat(finding.excerpt()).isEqualTo("AKIA…");
        assertThat(report.toString()).doesNotContain("ABCDEFGHIJ");
    }

    @Test
    void findsSecretsWhereverTheyStandInALargeFile() throws Exception {
        byte[] key = PlantedSecrets.ascii("\nghp_q8WzR4tYp1LmN7vXcB2sK9dFhJ6gT3aUeQ5o\n");
        for (int at = 256 * 1_024 - 60; at < 256 * 1_024 + 10; at++) {
            byte[] file = new byte[600 * 1_024];
            System.arraycopy(key, 0, file, at, key.length);
            System.arraycopy(key, 0, file, file.length - key.length, key.length);
            ScanReport report = scan(file);
            assertThat(report.findings()).as("at %d", at).hasSize(1);
            assertThat(report.findings().getFirst().occurrences()).isEqualTo(2);
            assertThat(report.findings().getFirst().offset()).isEqualTo(at + 1);
        }
    }

    @Test
    void findsArchivesBehindHeadersAndBehindOneAnother() throws Exception {
        byte[] token = PlantedSecrets.ascii("glpat-Zq8WzR4tYp1LmN7vXcB2\n");
        byte[] other = PlantedSecrets.ascii("wpa_passphrase=correcthorse\n");
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        image.writeBytes(new byte[64]);
        image.writeBytes(Archives.gzip(token));
        image.writeBytes(new byte[123]);
        image.writeBytes(Archives.zstd(other));
        image.writeBytes(Archives.cpio("init", new byte[7]));
        image.writeBytes(Archives.xz(Archives.tar("a", token)));
        ScanReport report = scan(image.toByteArray());
        assertThat(report.gaps()).isEmpty();
        assertThat(report.findings())
                .extracting(finding -> finding.path().toString())
                .contains("image.bin » gzip at 64")
                .hasSize(3);
    }

    @Test
    void takesWhatOnlyLooksLikeASecretForWhatItIs() throws Exception {
        PlantedSecrets secrets = new PlantedSecrets();
        byte[] picture = new byte[20_000];
        new Random(7).nextBytes(picture);
        List<byte[]> harmless =
                List.of(
                        secrets.certificate().getEncoded(),
                        secrets.rsa().getPublic().getEncoded(),
                        secrets.trustStore(),
                        PlantedSecrets.ascii(
                                PlantedSecrets.pem(
                                                "CERTIFICATE", secrets.certificate().getEncoded())
                                        + PlantedSecrets.pem(
                                                "PUBLIC KEY",
                                                secrets.rsa().getPublic().getEncoded())),
                        PlantedSecrets.ascii(
                                "-----BEGIN PRIVATE KEY-----\0-----END PRIVATE KEY-----\0"
                                        + "-----BEGIN RSA PRIVATE KEY-----\0ENCRYPTED PRIVATE KEY\0"
                                        + "openssh-key-v1\0\0none\0PuTTY-User-Key-File-2: \0"),
                        PlantedSecrets.ascii(
                                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\n"
                                        + "id = \"0199c000-0000-7000-8000-000000000001\"\n"
                                        + "src=\"data:image/png;base64,"
                                        + Base64.getEncoder().encodeToString(picture)
                                        + "\"\n"),
                        PlantedSecrets.ascii(
                                """
                                password = "${PASSWORD}"
                                password: "Password required"
                                psk="%s"
                                https://user@host/
                                secret = 'getSecretFromStore()'
                                https://user:password@example.com/
                                """),
                        picture);
        for (int i = 0; i < harmless.size(); i++) {
            ScanReport report = scan(harmless.get(i));
            assertThat(report.findings()).as("number %d", i).isEmpty();
            assertThat(report.gaps()).as("number %d", i).isEmpty();
        }
    }
}
