/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.bench.load.ClientTls;
import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.server.ServerFailed;
import dev.breakwater.testkit.pki.TestKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Downloads of one file by several devices at once, each by a curl of its own. */
final class CurlDownloads {

    /** The same with every server, whichever it would choose. */
    static final String SUITE = "TLS_AES_128_GCM_SHA256";

    private static final String GROUP = "X25519";

    private final List<List<String>> commands;

    private CurlDownloads(List<List<String>> commands) {
        this.commands = List.copyOf(commands);
    }

    /** By these devices, from a server of this machine. */
    static CurlDownloads of(
            List<DeviceIdentity> devices, X509Certificate root, int port, String path)
            throws IOException, CertificateEncodingException {
        Path directory = Files.createTempDirectory("breakwater-bench-curl");
        directory.toFile().deleteOnExit();
        Path trusted = file(directory, "root-%d.pem".formatted(port), pem(List.of(root)));
        List<List<String>> commands = new ArrayList<>();
        for (DeviceIdentity device : devices) {
            String key = TestKeys.pem("PRIVATE KEY", device.key().getEncoded());
            commands.add(
                    List.of(
                            "curl",
                            "--silent",
                            "--show-error",
                            "--fail",
                            "--tlsv1.3",
                            "--tls13-ciphers",
                            SUITE,
                            "--curves",
                            GROUP,
                            "--cacert",
                            trusted.toString(),
                            "--cert",
                            file(directory, device.number() + ".pem", pem(device.chain()))
                                    .toString(),
                            "--key",
                            file(directory, device.number() + ".key", key).toString(),
                            "--resolve",
                            "%s:%d:127.0.0.1".formatted(ClientTls.SERVER_NAME, port),
                            "--output",
                            "/dev/null",
                            "--write-out",
                            "%{size_download}",
                            "https://%s:%d%s".formatted(ClientTls.SERVER_NAME, port, path)));
        }
        return new CurlDownloads(commands);
    }

    private static Path file(Path directory, String name, String content) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);
        file.toFile().deleteOnExit();
        return file;
    }

    private static String pem(List<X509Certificate> certificates)
            throws CertificateEncodingException {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            text.append(TestKeys.pem("CERTIFICATE", certificate.getEncoded()));
        }
        return text.toString();
    }

    /**
     * Downloads it once for each device, all at once.
     *
     * @param bytes that each of them must get
     * @return how long it took until the last one was done
     */
    Duration all(long bytes) throws IOException, InterruptedException {
        long since = System.nanoTime();
        List<Process> running = new ArrayList<>();
        for (List<String> command : commands) {
            running.add(new ProcessBuilder(command).redirectErrorStream(true).start());
        }
        for (Process curl : running) {
            String said = new String(curl.getInputStream().readAllBytes(), UTF_8).strip();
            if (curl.waitFor() != 0 || !said.equals(Long.toString(bytes))) {
                throw new ServerFailed("a download failed: " + said);
            }
        }
        return Duration.ofNanos(System.nanoTime() - since);
    }
}
