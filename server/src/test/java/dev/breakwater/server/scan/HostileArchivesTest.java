/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.scan.rule.RuleBook;
import dev.breakwater.testkit.TestClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Archives that are made to hurt whoever opens them. Each ends within the limits, and says so. */
class HostileArchivesTest {

    private static final byte[] TOKEN = PlantedSecrets.ascii("glpat-Zq8WzR4tYp1LmN7vXcB2\n");

    private static ScanReport scan(byte[] file, Map<Limit, Integer> limits) throws IOException {
        return new SecretScan(RuleBook.builtIn(), Limits.with(limits), Clock.systemUTC())
                .scan("upload", new ByteArrayInputStream(file), _ -> {});
    }

    private static ScanReport scan(byte[] file) throws IOException {
        return scan(file, Map.of());
    }

    private static Set<Gap.Kind> gaps(ScanReport report) {
        return report.gaps().stream().map(Gap::kind).collect(Collectors.toSet());
    }

    private static ScanVerdict verdict(ScanReport report) {
        return ScanVerdict.of(report, List.of(), Clock.systemUTC().instant());
    }

    @Test
    void endsAThousandArchivesDeep() throws IOException {
        byte[] deep = TOKEN;
        for (int i = 0; i < 1_000; i++) {
            deep = i % 2 == 0 ? Archives.gzip(deep) : Archives.zstd(deep);
        }
        ScanReport report = scan(deep);
        assertThat(gaps(report)).containsExactly(Gap.Kind.DEPTH);
        assertThat(verdict(report)).isInstanceOf(ScanVerdict.NotFullyScanned.class);
    }

    @Test
    void findsInTheDeepestLayerThatItOpens() throws IOException {
        byte[] deep = TOKEN;
        for (int i = 0; i < Limit.SCAN_DEPTH.byDefault(); i++) {
            deep = Archives.gzip(deep);
        }
        assertThat(scan(deep).findings()).hasSize(1);
        assertThat(gaps(scan(deep))).isEmpty();
        assertThat(gaps(scan(Archives.gzip(deep)))).containsExactly(Gap.Kind.DEPTH);
    }

    @Test
    void endsABombOfZipsInZips() throws IOException {
        byte[] bomb = Archives.zip("zeros", new byte[1 << 20]);
        for (int level = 0; level < 4; level++) {
            ByteArrayOutputStream many = new ByteArrayOutputStream();
            for (int i = 0; i < 16; i++) {
                many.writeBytes(bomb);
            }
            bomb = Archives.zip("level" + level, many.toByteArray());
        }
        assertThat(bomb.length).isLessThan(20_000);
        Map<Limit, Integer> limits = new EnumMap<>(Limit.class);
        limits.put(Limit.SCAN_RATIO_FREE_MEBIBYTES, 8);
        ScanReport byRatio = scan(bomb, limits);
        assertThat(gaps(byRatio)).containsExactly(Gap.Kind.RATIO);
        assertThat(verdict(byRatio)).isInstanceOf(ScanVerdict.NotFullyScanned.class);
        limits.put(Limit.SCAN_EXPANDED_MEBIBYTES, 4);
        assertThat(gaps(scan(bomb, limits))).containsExactly(Gap.Kind.EXPANDED_BYTES);
    }

    @Test
    void endsAtTooManyEntries() throws IOException {
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int i = 0; i < 50; i++) {
            many.writeBytes(Archives.storedZip("file" + i, TOKEN));
        }
        Map<Limit, Integer> limits = new EnumMap<>(Map.of(Limit.SCAN_ENTRIES, 49));
        assertThat(gaps(scan(many.toByteArray(), limits))).containsExactly(Gap.Kind.ENTRIES);
        limits.put(Limit.SCAN_ENTRIES, 50);
        assertThat(gaps(scan(many.toByteArray(), limits))).isEmpty();
    }

    @Test
    void endsWhenTimeIsOver() throws IOException {
        TestClock clock = TestClock.atPresent();
        SecretScan scan =
                new SecretScan(
                        RuleBook.builtIn(), Limits.with(Map.of(Limit.SCAN_SECONDS, 60)), clock);
        byte[] file = new byte[1 << 20];
        ScanReport late =
                scan.scan(
                        "upload",
                        new ByteArrayInputStream(file),
                        _ -> clock.advance(Duration.ofSeconds(10)));
        assertThat(gaps(late)).containsExactly(Gap.Kind.TIME);
        ScanReport early = scan.scan("upload", new ByteArrayInputStream(file), _ -> {});
        assertThat(gaps(early)).isEmpty();
    }

    @Test
    void endsAtTooManyFindings() throws IOException {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            many.append("digest dop_v1_").append("%064x".formatted(i)).append('\n');
        }
        ScanReport report =
                scan(PlantedSecrets.ascii(many.toString()), Map.of(Limit.SCAN_FINDINGS, 10));
        assertThat(report.findings()).hasSize(10);
        assertThat(gaps(report)).containsExactly(Gap.Kind.FINDINGS);
    }

    @Test
    void saysThatATruncatedArchiveWasNotSeenToItsEnd() throws IOException {
        byte[] content = new byte[100_000];
        new Random(3).nextBytes(content);
        for (Map.Entry<String, BiFunction<String, byte[], byte[]>> form :
                Archives.FORMS.entrySet()) {
            byte[] whole = form.getValue().apply("file", content);
            byte[] cut = Arrays.copyOf(whole, whole.length / 2);
            assertThat(gaps(scan(cut))).as(form.getKey()).containsExactly(Gap.Kind.DAMAGED);
            assertThat(gaps(scan(whole))).as(form.getKey()).isEmpty();
        }
    }

    @Test
    void saysThatAChecksumDoesNotFitAndFindsTheSecretAllTheSame() throws IOException {
        for (String form : List.of("stored zip", "cpio crc")) {
            byte[] archive =
                    Objects.requireNonNull(Archives.FORMS.get(form)).apply("file", TOKEN.clone());
            String text = new String(archive, StandardCharsets.ISO_8859_1);
            int at = text.indexOf("glpat") + TOKEN.length - 1;
            archive[at] = ' ';
            ScanReport report = scan(archive);
            assertThat(gaps(report)).as(form).containsExactly(Gap.Kind.DAMAGED);
            assertThat(report.findings()).as(form).hasSize(1);
            assertThat(verdict(report)).isInstanceOf(ScanVerdict.Blocked.class);
        }
        byte[] gzip = Archives.gzip(TOKEN);
        gzip[gzip.length - 8] ^= 1;
        ScanReport report = scan(gzip);
        assertThat(gaps(report)).containsExactly(Gap.Kind.DAMAGED);
        assertThat(report.findings()).hasSize(1);
    }

    @Test
    void reportsNamesThatEscapeAndLinksThatLeadOut() throws IOException {
        ScanReport escape = scan(Archives.tar("a/../../etc/passwd", TOKEN));
        assertThat(escape.remarks()).extracting(Remark::kind).containsExactly(Remark.Kind.ESCAPES);
        assertThat(escape.findings()).hasSize(1);
        ScanReport absolute = scan(Archives.zip("/etc/x", new byte[3]));
        assertThat(absolute.remarks())
                .extracting(Remark::kind)
                .containsExactly(Remark.Kind.ABSOLUTE);
        assertThat(verdict(absolute)).isInstanceOf(ScanVerdict.Blocked.class);
        ScanReport link = scan(Archives.tarOfLink("bin/sh", "/bin/busybox"));
        assertThat(link.remarks())
                .extracting(Remark::kind)
                .containsExactly(Remark.Kind.LINK_OUTSIDE);
        assertThat(link.links()).isEqualTo(1);
        assertThat(verdict(link)).isInstanceOf(ScanVerdict.Clean.class);
        assertThat(scan(Archives.cpioOfLink("bin/sh", "busybox")).remarks()).isEmpty();
        assertThat(scan(Archives.cpioOfLink("sh", "../x")).remarks()).hasSize(1);
    }

    @Test
    void saysWhatItDoesNotRead() throws IOException {
        byte[] bzip2 = PlantedSecrets.ascii("BZh91AY&SY" + "x".repeat(40));
        assertThat(gaps(scan(bzip2))).containsExactly(Gap.Kind.UNSUPPORTED);
        byte[] encrypted = Archives.zip("file", TOKEN);
        encrypted[6] |= 1;
        assertThat(gaps(scan(encrypted))).contains(Gap.Kind.ENCRYPTED);
        byte[] window = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) 0xa0, 1, 0, 0};
        assertThat(gaps(scan(window))).containsExactly(Gap.Kind.MEMORY);
    }

    @Test
    void takesNothingAndAVeryLargeNothing() throws IOException {
        assertThat(verdict(scan(new byte[0]))).isInstanceOf(ScanVerdict.Clean.class);
        InputStream sparse =
                new InputStream() {
                    private long left = 256L << 20;

                    @Override
                    public int read() {
                        return left-- > 0 ? 0 : -1;
                    }

                    @Override
                    public int read(byte[] bytes, int from, int count) {
                        if (left <= 0) {
                            return -1;
                        }
                        int some = (int) Math.min(count, left);
                        Arrays.fill(bytes, from, from + some, (byte) 0);
                        left -= some;
                        return some;
                    }
                };
        ScanReport report =
                new SecretScan(RuleBook.builtIn(), Limits.defaults(), Clock.systemUTC())
                        .scan("sparse", sparse, _ -> {});
        assertThat(report.bytes()).isEqualTo(256L << 20);
        assertThat(verdict(report)).isInstanceOf(ScanVerdict.Clean.class);
    }
}
