/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.SingleXZInputStream;
import org.tukaani.xz.UnsupportedOptionsException;
import org.tukaani.xz.XZIOException;

/** One stream of the .xz form, its checks included. */
final class Xz {

    private static final int KIB = 1_024;

    private Xz() {}

    static boolean read(ArchiveInput in, Contents contents) throws IOException {
        long memory = contents.reserve();
        try (InputStream expanded = new Expanded(in, (int) (memory / KIB))) {
            contents.expanded(expanded);
            return true;
        } finally {
            contents.release(memory);
        }
    }

    /** Says in our words what is wrong. */
    private static final class Expanded extends InputStream {

        private final InputStream in;

        Expanded(ArchiveInput archive, int memoryKib) throws IOException {
            try {
                this.in = new SingleXZInputStream(new Unclosed(archive), memoryKib, true);
            } catch (XZIOException | EOFException wrong) {
                throw translated(wrong);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            try {
                return in.read(bytes, from, count);
            } catch (XZIOException | EOFException wrong) {
                throw translated(wrong);
            }
        }

        @Override
        public void close() throws IOException {
            in.close();
        }

        private static IOException translated(IOException wrong) {
            return switch (wrong) {
                case MemoryLimitException tooMuch ->
                        new UnreadArchive(
                                UnreadArchive.Reason.MEMORY,
                                "it takes %,d KiB of memory, %,d are left for it"
                                        .formatted(
                                                tooMuch.getMemoryNeeded(),
                                                tooMuch.getMemoryLimit()));
                case UnsupportedOptionsException _ ->
                        new UnreadArchive(
                                UnreadArchive.Reason.UNSUPPORTED, "a filter of xz is not read");
                default -> new DamagedArchive("it is no xz that can be read", wrong);
            };
        }
    }
}
