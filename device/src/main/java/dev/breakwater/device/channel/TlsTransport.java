/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.channel;

import dev.breakwater.device.identity.PinnedTls;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** MQTT over TLS. */
final class TlsTransport implements Transport {

    private final Socket tcp;
    private final InputStream in;
    private final OutputStream out;

    private TlsTransport(Socket tcp, SSLSocket tls) throws IOException {
        this.tcp = tcp;
        this.in = tls.getInputStream();
        this.out = tls.getOutputStream();
    }

    static TlsTransport connect(String host, int port, SSLContext context, Duration connectMax)
            throws IOException {
        int millis = (int) connectMax.toMillis();
        Socket tcp = new LastWordsSocket();
        try {
            tcp.setTcpNoDelay(true);
            tcp.connect(new InetSocketAddress(host, port), millis);
            tcp.setSoTimeout(millis);
            SSLSocket tls =
                    (SSLSocket) context.getSocketFactory().createSocket(tcp, host, port, true);
            tls.setSSLParameters(PinnedTls.parameters());
            tls.startHandshake();
            tcp.setSoTimeout(0);
            return new TlsTransport(tcp, tls);
        } catch (IOException | RuntimeException failed) {
            tcp.close();
            throw failed;
        }
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        byte[] content = new byte[bytes.remaining()];
        bytes.get(content);
        out.write(content);
        out.flush();
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        byte[] content = new byte[into.remaining()];
        int length = in.read(content);
        if (length > 0) {
            into.put(content, 0, length);
        }
        return length;
    }

    @Override
    public void close() {
        try {
            // The socket below, not the TLS socket: closing that one waits for a stuck write.
            // MQTT says farewell with its own DISCONNECT, so truncation is noticed without
            // close_notify.
            tcp.close();
        } catch (IOException alreadyGone) {
            // There is nothing left to close.
        }
    }
}
