/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * The same Jetty under the TLS of the JDK, which answers everything with the same bytes, without a
 * thread change: what of our server's cost is not ours. In a process of its own.
 */
public final class BareJetty implements AutoCloseable {

    /** As it is written in results. */
    public static final String LABEL = "bare jetty";

    private static final Duration START_WAIT = Duration.ofMinutes(1);
    private static final String READY = "listens";

    /** What Jetty says of its own accord in front of a body. */
    private static final int HEAD_BYTES = 100;

    private final X509Certificate root;
    private final int port;
    private final ServerProcess process;
    private final Path directory;

    private BareJetty(X509Certificate root, int port, ServerProcess process, Path directory) {
        this.root = root;
        this.port = port;
        this.process = process;
        this.directory = directory;
    }

    /**
     * Starts one.
     *
     * @param javaOptions the file of options that our server has
     * @param answerBytes the size of its answers, head and body
     */
    static BareJetty start(
            Path javaOptions, Path directory, PeerCredential credential, int answerBytes)
            throws IOException, InterruptedException {
        int port = Ports.free(1).getFirst();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + javaOptions);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(BareJetty.class.getName());
        command.add(Integer.toString(port));
        command.add(credential.keyStore().toString());
        command.add(Integer.toString(answerBytes));
        ServerProcess process =
                ServerProcess.start(
                        "jetty", command, Map.of("HOME", directory.toString()), directory);
        try {
            var _ = process.awaitLine(READY::equals, START_WAIT);
        } catch (ServerFailed silent) {
            process.close();
            throw silent;
        }
        return new BareJetty(credential.root(), port, process, directory);
    }

    /** The root of its certificate. */
    public X509Certificate root() {
        return root;
    }

    /** Where it listens, on the loopback address. */
    public int port() {
        return port;
    }

    /** Its process. */
    public ServerProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
        Workplace.delete(directory);
    }

    /** The process: a port, a key store and the size of an answer. */
    public static void main(String[] arguments) throws Exception {
        Server server = new Server();
        SslContextFactory.Server tls = new SslContextFactory.Server();
        tls.setKeyStorePath(arguments[1]);
        tls.setKeyStorePassword(PeerCredential.PASSWORD);
        tls.setIncludeProtocols("TLSv1.3");
        tls.setSniRequired(false);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        ServerConnector connector =
                new ServerConnector(
                        server,
                        new SslConnectionFactory(tls, HttpVersion.HTTP_1_1.asString()),
                        new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(arguments[0]));
        server.addConnector(connector);
        byte[] body = new byte[Integer.parseInt(arguments[2]) - HEAD_BYTES];
        Arrays.fill(body, (byte) 'x');
        server.setHandler(new Constant(body));
        server.start();
        System.out.println(READY);
        server.join();
    }

    private static final class Constant extends Handler.Abstract.NonBlocking {

        private final byte[] body;

        Constant(byte[] body) {
            this.body = body;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.write(true, ByteBuffer.wrap(body), callback);
            return true;
        }
    }
}
