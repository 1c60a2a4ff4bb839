/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.token;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Stands between a TPM and its resource manager, and garbles what the TPM answers when told to. */
final class TpmRelay implements AutoCloseable {

    private static final long SEED = 11;

    private final ServerSocketChannel listener;
    private final Path tpm;
    private volatile boolean garbling;

    private TpmRelay(ServerSocketChannel listener, Path tpm) {
        this.listener = listener;
        this.tpm = tpm;
    }

    /** Relays what comes to one socket to another, which need not be there yet. */
    static TpmRelay listen(Path socket, Path tpm) throws IOException {
        boolean _ = Files.deleteIfExists(socket);
        TpmRelay relay =
                new TpmRelay(
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                                .bind(UnixDomainSocketAddress.of(socket)),
                        tpm);
        Thread _ = Thread.ofVirtual().start(relay::accept);
        return relay;
    }

    /** From now on answers are noise of the same length. */
    void garble() {
        garbling = true;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                try {
                    SocketChannel server = SocketChannel.open(UnixDomainSocketAddress.of(tpm));
                    Thread _ = Thread.ofVirtual().start(() -> pump(client, server, false));
                    Thread _ = Thread.ofVirtual().start(() -> pump(server, client, true));
                } catch (IOException notThereYet) {
                    client.close();
                }
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void pump(SocketChannel from, SocketChannel to, boolean answers) {
        Random noise = new Random(SEED);
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        try (from;
                to) {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                if (answers && garbling) {
                    noise.nextBytes(buffer.array());
                }
                while (buffer.hasRemaining()) {
                    int _ = to.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException cut) {
            // The other half ends with it.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
