/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.ca.sealing.KeyFile;
import dev.breakwater.device.identity.Credential;
import dev.breakwater.device.identity.CredentialSlots;
import dev.breakwater.device.identity.PinnedTls;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.protocol.sealing.SealingKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * Whoever is inside TLS, in the strongest form: it has the server's own key and certificate, and
 * the device's credential, so neither side can notice it. It ends both connections, writes down
 * what passes in clear, in either direction, and passes every byte on as it came.
 *
 * <p>All it lacks is an envelope key. The sealing key, by which it comes to the server's key here,
 * would open that one too; a hole in TLS gives away the listener's key and not the sealing key.
 */
final class TlsRecorder implements AutoCloseable {

    private static final int CONNECTIONS_WAITING_MAX = 4;
    private static final String HOST = "localhost";
    private static final char[] NO_PASSWORD = new char[0];

    private final SSLServerSocket listening;
    private final ServerPlace place;
    private final ServerTrust trust;
    private final CredentialSlots device;
    private final Path toServer;
    private final Path toDevice;
    private final AtomicInteger connections = new AtomicInteger();

    private TlsRecorder(
            SSLServerSocket listening,
            ServerPlace place,
            ServerTrust trust,
            CredentialSlots device,
            Path directory)
            throws IOException {
        this.listening = listening;
        this.place = place;
        this.trust = trust;
        this.device = device;
        this.toServer = Files.createDirectories(directory.resolve("to-server"));
        this.toDevice = Files.createDirectories(directory.resolve("to-device"));
    }

    /**
     * Begins to listen in the server's place.
     *
     * @param device where the credential is; read for each connection, as it may be renewed
     * @param directory where the recordings go
     */
    static TlsRecorder start(ServerProcess server, CredentialSlots device, Path directory)
            throws Exception {
        ServerTrust trust = EnrolledDevice.trust(server);
        SSLServerSocket listening =
                (SSLServerSocket)
                        impostor(server.place(), trust)
                                .getServerSocketFactory()
                                .createServerSocket(
                                        0,
                                        CONNECTIONS_WAITING_MAX,
                                        InetAddress.getLoopbackAddress());
        TlsRecorder recorder = new TlsRecorder(listening, server.place(), trust, device, directory);
        Thread.ofVirtual().name("tls-recorder").start(recorder::accept);
        return recorder;
    }

    /** Where the device is to believe the server's channel. */
    int port() {
        return listening.getLocalPort();
    }

    /** How many connections it has relayed. */
    int connections() {
        return connections.get();
    }

    /** What came out of TLS on the way to the server, a file for each connection. */
    Path toServer() {
        return toServer;
    }

    /** The same on the way to the device. */
    Path toDevice() {
        return toDevice;
    }

    /** TLS with the listener's key, taken from the data directory with the sealing key. */
    private static SSLContext impostor(ServerPlace place, ServerTrust trust) throws Exception {
        SealingKey sealingKey = new KeyFile(place.sealingKey(), place.data()).open();
        ListenerKey listener = ListenerKey.of(place, sealingKey);
        X509Certificate certificate = listener.certificate();
        X509Certificate issuer =
                trust.intermediates().stream()
                        .filter(
                                one ->
                                        one.getSubjectX500Principal()
                                                .equals(certificate.getIssuerX500Principal()))
                        .findFirst()
                        .orElseThrow();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "server", listener.key(), NO_PASSWORD, new X509Certificate[] {certificate, issuer});
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        // The device is not asked for its certificate: its credential is known here already.
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private void accept() {
        try {
            while (true) {
                Socket arrived = listening.accept();
                Thread.ofVirtual().name("tls-recorder").start(() -> serve(arrived));
            }
        } catch (IOException closed) {
            // The recording is over.
        }
    }

    private void serve(Socket arrived) {
        String name = "connection-" + connections.incrementAndGet();
        try (arrived;
                SSLSocket server = asDevice();
                OutputStream upwards = Files.newOutputStream(toServer.resolve(name));
                OutputStream downwards = Files.newOutputStream(toDevice.resolve(name))) {
            Thread back =
                    Thread.ofVirtual()
                            .name("tls-recorder")
                            .start(() -> relay(server, arrived, downwards));
            relay(arrived, server, upwards);
            back.join();
        } catch (IOException refused) {
            // The device sees a lost connection, and comes back.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A connection to the real server, which takes it for the device's. */
    private SSLSocket asDevice() throws IOException {
        Optional<Credential> current = device.current();
        Credential credential =
                current.isPresent()
                        ? current.get()
                        : device.next()
                                .orElseThrow(() -> new IOException("it has not enrolled yet"));
        SSLSocket socket =
                (SSLSocket)
                        PinnedTls.mutual(trust, credential, Instant.now())
                                .getSocketFactory()
                                .createSocket(HOST, place.ports().channel());
        try {
            socket.setTcpNoDelay(true);
            socket.setSSLParameters(PinnedTls.parameters());
            socket.startHandshake();
            return socket;
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    /** Recorded first and passed on then: what has had an effect is in the recording. */
    private static void relay(Socket from, Socket to, OutputStream recording) {
        byte[] buffer = new byte[16 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                recording.write(buffer, 0, length);
                out.write(buffer, 0, length);
                out.flush();
            }
        } catch (IOException ended) {
            // One side has gone, and so goes the other.
        }
    }

    /** Listens no more; connections end when their ends end them. */
    @Override
    public void close() throws IOException {
        listening.close();
    }
}
