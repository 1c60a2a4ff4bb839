/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.device.DrillFigures;
import dev.breakwater.device.update.slot.Artifact;
import dev.breakwater.device.update.slot.BootChoice;
import dev.breakwater.device.update.slot.Slot;
import dev.breakwater.testkit.power.CuttableFiles;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Media that are full, small, damaged or sparse, and images that do not fit into memory. */
@Timeout(240)
class UpdateMediumTest {

    @TempDir Path root;

    @Test
    void leavesTheRunningVersionAloneAndCleansUpWhenTheMediumIsFull() throws Exception {
        UpdateBench bench = new UpdateBench(UpdateBench.Kind.DIRECTORIES);
        long length = bench.artifact("1.1").length;
        // Full while the archive arrives, while it is unpacked, and just not.
        for (double share : new double[] {0.5, 1.5, 2.5}) {
            Path small = CuttableFiles.empty(bench.clock, 5 * length).root();
            bench.make(small);
            // 1.0 lies there unpacked; so much room is left besides.
            Files.write(small.resolve("photos"), new byte[(int) ((3.95 - share) * length)]);
            Updater updater = bench.open(small, bench.boot(small));
            StageOutcome outcome = updater.stage(bench.order("1.1", 11), bench.source());
            if (share > 2) {
                assertThat(outcome).isEqualTo(new StageOutcome.Staged());
                continue;
            }
            assertThat(outcome)
                    .isEqualTo(
                            new StageOutcome.Refused(
                                    "the medium did not take it: No space left on device"));
            assertThat(Files.exists(small.resolve("slots/incoming"))).isFalse();
            assertThat(Files.exists(small.resolve("slots/b"))).isFalse();
            assertThat(bench.version(small, bench.boot(small))).isEqualTo("1.0");
            assertThat(bench.open(small, Slot.A).reports())
                    .extracting(UpdateReport::end)
                    .containsExactly(UpdateReport.End.FAILED);
        }
    }

    @Test
    void refusesAnImageThatIsLongerThanItsSlotBeforeItIsFetched() throws Exception {
        UpdateBench bench = new UpdateBench(UpdateBench.Kind.IMAGES);
        bench.make(root);
        Updater updater = bench.open(root, Slot.A);
        byte[] before = Files.readAllBytes(root.resolve("b.img"));
        for (long length : new long[] {UpdateBench.IMAGE_SLOT_BYTES + 1, Long.MAX_VALUE}) {
            InstallationOrder huge =
                    InstallationOrder.vouchedFor(
                            "1.1", new Artifact("1.1", length, "00".repeat(32)), 11, 0);
            assertThat(
                            updater.stage(
                                    huge,
                                    (_, _) -> {
                                        throw new AssertionError("nothing is fetched");
                                    }))
                    .isEqualTo(
                            new StageOutcome.Refused(
                                    "it has %d bytes and the slot takes %d"
                                            .formatted(length, UpdateBench.IMAGE_SLOT_BYTES)));
        }
        assertThat(Files.readAllBytes(root.resolve("b.img"))).isEqualTo(before);
    }

    @Test
    void refusesOrdersThatMakeNoSense() {
        String hash = "00".repeat(32);
        assertThatThrownBy(() -> new Artifact("p", 0, hash))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one byte");
        assertThatThrownBy(() -> new Artifact("p", 1, "00"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64");
        // A floor above the release's own counter would lock every release out.
        assertThatThrownBy(
                        () ->
                                InstallationOrder.vouchedFor(
                                        "1", new Artifact("p", 1, hash), 5, Long.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rollback floor");
    }

    @Test
    void leavesHolesWhereAnImageHasZerosAndOverwritesWhatWasThere() throws Exception {
        UpdateBench bench = new UpdateBench(UpdateBench.Kind.IMAGES);
        bench.make(root);
        byte[] image = new byte[200_000];
        image[0] = 1;
        image[199_999] = 1;
        Path slot = root.resolve("b.img");
        Files.write(slot, new byte[0]);
        try (var channel = FileChannel.open(slot, StandardOpenOption.WRITE)) {
            var _ = channel.write(ByteBuffer.wrap(new byte[] {0}), 262_143);
        }
        long blocksBefore = blocks(slot);
        stage(bench, image);
        // Two regions of 64 KiB at most, of four.
        assertThat(blocks(slot) - blocksBefore).isLessThanOrEqualTo(2 * 65_536 / 512);
        // Now with another image beneath: zeros must be zeros.
        byte[] full = new byte[200_000];
        Arrays.fill(full, (byte) 7);
        stage(bench, full);
        stage(bench, image);
        assertThat(Arrays.copyOf(Files.readAllBytes(slot), image.length)).isEqualTo(image);
    }

    private void stage(UpdateBench bench, byte[] image) throws IOException {
        InstallationOrder order = UpdateBench.order("1.1", 11, image);
        assertThat(
                        bench.open(root, Slot.A)
                                .stage(
                                        order,
                                        (_, offset) ->
                                                new ByteArrayInputStream(
                                                        image, (int) offset, image.length)))
                .isEqualTo(new StageOutcome.Staged());
    }

    private static long blocks(Path file) throws IOException {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        return Long.parseLong(new String(stat.getInputStream().readAllBytes(), UTF_8).trim());
    }

    @Test
    void bootsTheOtherProvenVersionWhenTheConfirmedOneIsDamaged() throws Exception {
        UpdateBench bench = new UpdateBench(UpdateBench.Kind.DIRECTORIES);
        bench.make(root);
        Updater old = bench.open(root, bench.boot(root));
        assertThat(old.stage(bench.order("1.1", 11), bench.source()))
                .isEqualTo(new StageOutcome.Staged());
        assertThat(old.switchOver()).isEqualTo(new StageOutcome.Staged());

        // Altered after the switch, before its first boot: it never boots.
        Path jar = root.resolve("slots/b/lib/tank.jar");
        byte[] whole = Files.readAllBytes(jar);
        byte[] altered = whole.clone();
        altered[5] ^= 1;
        Files.write(jar, altered);
        assertThat(bench.boot(root)).isEqualTo(Slot.A);
        assertThat(bench.selector(root).read()).contains(BootChoice.of(Slot.A).withTrial(0));
        Files.write(jar, whole);
        bench.selector(root).write(BootChoice.of(Slot.A).withTrial(2));

        assertThat(bench.open(root, bench.boot(root)).watchTrial(Health.Healthy::new))
                .isEqualTo(new TrialEnd.Confirmed());
        assertThat(bench.boot(root)).isEqualTo(Slot.B);
        Files.write(jar, altered);
        assertThat(bench.boot(root)).isEqualTo(Slot.A);
        assertThat(bench.version(root, Slot.A)).isEqualTo("1.0");
    }

    /** As a process of its own with a small heap: 64 MiB, or 1 GiB as a drill. */
    @Test
    void takesAnImageThatIsManyTimesItsMemory() throws Exception {
        boolean drill = Boolean.getBoolean("breakwater.drill");
        long length = drill ? 1L << 30 : 64L << 20;
        ProcessBuilder builder =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx8m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                ofTheAgent(System.getProperty("java.class.path")),
                                LargeImage.class.getName(),
                                root.toString(),
                                Long.toString(length))
                        .redirectErrorStream(true);
        // Or the C library keeps an arena for every processor, however little is in use.
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        String peak =
                said.lines().filter(line -> line.startsWith("VmHWM")).findFirst().orElseThrow();
        long kib = Long.parseLong(peak.replaceAll("[^0-9]", ""));
        DrillFigures.say(
                "an image of %d MiB took %d MiB of memory at most"
                        .formatted(length >> 20, kib >> 10));
        // All of the process, libraries of the JDK included; what the heap of 8 MiB proves anywhere
        // depends a little on the machine here.
        assertThat(kib).isLessThanOrEqualTo((drill ? 64L : 80L) * 1024);
    }

    /**
     * What the agent itself depends on. What tests need besides takes memory even if nobody looks
     * into it, and so does a log of the tests' choice: a product chooses its own.
     */
    private static String ofTheAgent(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator, -1))
                .filter(
                        entry ->
                                !entry.endsWith(".jar")
                                        || entry.contains("breakwater")
                                        || entry.matches(".*/(jackson|slf4j-api|bc)[^/]*"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** Bytes of a pattern, as many as are asked for. */
    static final class Pattern extends InputStream {

        private long position;

        Pattern(long from) {
            position = from;
        }

        private static byte at(long position) {
            return (byte) (position * 31 + (position >> 12));
        }

        @Override
        public int read() {
            return at(position++) & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int count) {
            for (int index = 0; index < count; index++) {
                target[offset + index] = at(position++);
            }
            return count;
        }
    }
}
