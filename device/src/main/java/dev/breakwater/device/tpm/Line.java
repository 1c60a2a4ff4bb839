/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bytes to a TPM and back. */
sealed interface Line extends AutoCloseable {

    /** A kernel's resource manager answers in one read, so everything must fit (Linux: 4096). */
    int ANSWER_BYTES_MAX = 4096;

    /** Before every answer: tag, length, code. */
    int HEADER_BYTES = 10;

    /** Sends a command and reads what comes back, until as much is there as it announces. */
    byte[] exchange(byte[] command) throws IOException;

    @Override
    void close() throws IOException;

    /** Opens what lies there: a character device or a socket, which both take plain commands. */
    static Line open(Path place) throws IOException {
        int type = (int) Files.getAttribute(place, "unix:mode") & 0170000;
        return switch (type) {
            case 0020000 -> new DeviceFile(new RandomAccessFile(place.toFile(), "rw"));
            case 0140000 -> {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                try {
                    channel.connect(UnixDomainSocketAddress.of(place));
                } catch (IOException refused) {
                    channel.close();
                    throw refused;
                }
                yield new Socket(channel);
            }
            default -> throw new IOException("it is neither a character device nor a socket");
        };
    }

    /** How long the answer says it is. */
    private static int announced(ByteBuffer header) throws TpmFailure {
        int length = header.getInt(2);
        if (length < HEADER_BYTES || length > ANSWER_BYTES_MAX) {
            throw TpmFailure.nonsense("it announces %d bytes".formatted(length));
        }
        return length;
    }

    /** Reads as often as it takes. */
    private static byte[] read(Source source) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES_MAX);
        while (answer.position() < HEADER_BYTES || answer.position() < announced(answer)) {
            if (source.read(answer) <= 0) {
                throw new IOException("the TPM ends the connection");
            }
        }
        answer.flip();
        byte[] bytes = new byte[answer.remaining()];
        answer.get(bytes);
        return bytes;
    }

    /** Whence an answer comes. */
    interface Source {
        int read(ByteBuffer into) throws IOException;
    }

    /** {@code /dev/tpmrm0} or {@code /dev/tpm0}. Closing the file unloads everything. */
    record DeviceFile(RandomAccessFile file) implements Line {

        @Override
        public byte[] exchange(byte[] command) throws IOException {
            file.write(command);
            return read(
                    into -> {
                        byte[] piece = new byte[into.remaining()];
                        int count = file.read(piece);
                        if (count > 0) {
                            into.put(piece, 0, count);
                        }
                        return count;
                    });
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    /** The socket of a TPM in software. */
    record Socket(SocketChannel channel) implements Line {

        @Override
        public byte[] exchange(byte[] command) throws IOException {
            ByteBuffer out = ByteBuffer.wrap(command);
            while (out.hasRemaining()) {
                int _ = channel.write(out);
            }
            return read(channel::read);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
