/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A mebibyte of a real file system (tmpfs), which can be filled to the last block. It is unmounted
 * in the end, also if the tests are ended from outside.
 */
public final class SmallMedium implements AutoCloseable {

    /** What a file takes at least, and a multiple of which it takes. */
    public static final int BLOCK_BYTES = 4096;

    private final Path root;
    private final Thread lastResort;

    private SmallMedium(Path root) {
        this.root = root;
        this.lastResort = new Thread(this::unmount, "breakwater-unmount");
    }

    /** Mounts one on a fresh directory; the test is skipped where that is not allowed. */
    public static SmallMedium mount(Path directory) throws IOException, InterruptedException {
        Path root = Files.createDirectory(directory);
        if (!"root".equals(System.getProperty("user.name"))) {
            abort("only root mounts a file system");
        }
        SmallMedium medium = new SmallMedium(root);
        Runtime.getRuntime().addShutdownHook(medium.lastResort);
        if (run("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", root.toString()) != 0) {
            medium.close();
            abort("a tmpfs cannot be mounted here");
        }
        return medium;
    }

    /** Where it is mounted. */
    public Path root() {
        return root;
    }

    /** Fills it but for so many blocks. */
    public void fillAllBut(int blocks) throws IOException {
        makeRoom();
        try (FileChannel channel =
                FileChannel.open(
                        photos(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long room = freeBytes() - (long) blocks * BLOCK_BYTES;
            while (room > 0) {
                room -= channel.write(ByteBuffer.allocate(BLOCK_BYTES));
            }
        }
        if (freeBytes() != (long) blocks * BLOCK_BYTES) {
            throw new AssertionError("%d bytes are free".formatted(freeBytes()));
        }
    }

    /** Somebody deletes what filled it. */
    public void makeRoom() throws IOException {
        boolean _ = Files.deleteIfExists(photos());
    }

    /** How much it still takes. */
    public long freeBytes() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    private Path photos() {
        return root.resolve("photos");
    }

    @Override
    public void close() {
        unmount();
        boolean _ = Runtime.getRuntime().removeShutdownHook(lastResort);
    }

    /** Lazily, so that a file that is still open does not keep it mounted. */
    private void unmount() {
        try {
            int _ = run("umount", "-l", root.toString());
        } catch (IOException | InterruptedException stays) {
            throw new IllegalStateException(root + " may still be mounted", stays);
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command[0] + " does not end");
        }
        return process.exitValue();
    }
}
