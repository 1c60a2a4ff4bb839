/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * A liar on a TPM's socket. With a real TPM behind it, it changes what that answers; without, it
 * says what it was told to.
 */
public final class ScriptedTpm implements AutoCloseable {

    private final ServerSocketChannel listener;
    private final UnaryOperator<byte[]> answers;

    private ScriptedTpm(ServerSocketChannel listener, UnaryOperator<byte[]> answers) {
        this.listener = listener;
        this.answers = answers;
    }

    /**
     * Answers every command.
     *
     * @param answers from a command; an empty one ends the connection, after which nothing comes
     */
    public static ScriptedTpm listen(Path socket, UnaryOperator<byte[]> answers)
            throws IOException {
        ScriptedTpm tpm =
                new ScriptedTpm(
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                                .bind(UnixDomainSocketAddress.of(socket)),
                        answers);
        Thread _ = Thread.ofVirtual().start(tpm::accept);
        return tpm;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                Thread _ = Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            while (true) {
                byte[] answer = answers.apply(command(client));
                if (answer.length == 0) {
                    return;
                }
                ByteBuffer out = ByteBuffer.wrap(answer);
                while (out.hasRemaining()) {
                    int _ = client.write(out);
                }
            }
        } catch (IOException ended) {
            // Whoever asked has heard enough.
        }
    }

    /** What a real TPM answers to a command, on a connection of its own. */
    public static byte[] asked(Path real, byte[] command) {
        try (SocketChannel tpm = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            boolean _ = tpm.connect(UnixDomainSocketAddress.of(real));
            int _ = tpm.write(ByteBuffer.wrap(command));
            return command(tpm);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** The code of a command (TPM 2.0 Library, Part 2, section 6.5.2). */
    public static int code(byte[] command) {
        return ByteBuffer.wrap(command).getInt(6);
    }

    /** One command or answer, by the length in its header. */
    public static byte[] command(SocketChannel from) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4096);
        while (bytes.position() < 10 || bytes.position() < bytes.getInt(2)) {
            if (from.read(bytes) < 0) {
                throw new IOException("it ended");
            }
        }
        byte[] command = new byte[bytes.position()];
        bytes.flip().get(command);
        return command;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
