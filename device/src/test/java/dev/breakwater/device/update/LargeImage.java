/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update;

import dev.breakwater.device.update.slot.Artifact;
import dev.breakwater.device.update.slot.Slot;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;

/** Stages and switches to an image of any length, and says how much memory that took. */
final class LargeImage {

    private LargeImage() {}

    /** Arguments: a directory, a length in bytes. */
    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]);
        long length = Long.parseLong(arguments[1]);
        UpdateBench bench = new UpdateBench(UpdateBench.Kind.IMAGES);
        bench.make(root);
        bench.terms =
                new UpdateTerms(2, Duration.ofMinutes(5), Duration.ofSeconds(30), 1024, 4L << 20);
        try (RandomAccessFile slot = new RandomAccessFile(root.resolve("b.img").toFile(), "rw")) {
            slot.setLength(length);
        }
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[65_536];
        UpdateMediumTest.Pattern pattern = new UpdateMediumTest.Pattern(0);
        for (long done = 0; done < length; done += buffer.length) {
            digest.update(buffer, 0, pattern.read(buffer, 0, buffer.length));
        }
        InstallationOrder order =
                InstallationOrder.vouchedFor(
                        "1.1",
                        new Artifact("1.1", length, HexFormat.of().formatHex(digest.digest())),
                        11,
                        0);
        Updater updater = bench.open(root, Slot.A);
        boolean switched =
                updater.stage(order, (_, offset) -> new UpdateMediumTest.Pattern(offset))
                                instanceof StageOutcome.Staged
                        && updater.switchOver() instanceof StageOutcome.Staged;
        if (!switched) {
            throw new IllegalStateException("not staged: " + updater.reports());
        }
        Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .forEach(System.out::println);
    }
}
