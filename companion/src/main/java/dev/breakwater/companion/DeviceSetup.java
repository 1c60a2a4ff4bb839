/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.protocol.setup.exchange.DeviceRefusal;
import dev.breakwater.protocol.setup.exchange.DeviceReport;
import dev.breakwater.protocol.setup.exchange.OfferedNetworks;
import dev.breakwater.protocol.setup.exchange.SetupPaths;
import dev.breakwater.protocol.setup.exchange.SetupRequest;
import dev.breakwater.protocol.wifi.WifiNetwork;
import java.io.IOException;
import java.io.Serial;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Sets up one device, from a phone that is in the device's own network.
 *
 * <pre>{@code
 * SetupLabel label = SetupLabel.parse(scanned);
 * // ... the phone joins label.network() with label.passphrase() ...
 * DeviceSetup setup = new DeviceSetup(new InetSocketAddress(gateway, SetupPaths.PORT), label);
 * List<WifiNetwork> networks = setup.networks();
 * // ... the owner picks one and types its passphrase; the server gives a ticket ...
 * setup.send(new SetupRequest(network.ssid(), passphrase, ticket, server));
 * switch (setup.follow(Duration.ofMinutes(3))) {
 *     case SetupResult.Done() -> greet();
 *     case SetupResult.Failed(var why, var triesLeft) -> explain(why, triesLeft);
 *     case SetupResult.OutOfReach() -> askTheServer();
 * }
 * }</pre>
 *
 * <p>The device is known by the key that its label names and by nothing else; whoever has not the
 * key gets nothing ({@link OtherDevice}). Calls block, for at most {@link #ANSWER_MAX}, and are
 * best made off the thread of the screen. Safe for use by many threads; the device works on one
 * request at a time.
 */
public final class DeviceSetup {

    /** How long the device may take for an answer. */
    public static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    /**
     * How long a connection may take. In its own network a device is one hop away; elsewhere a
     * router may drop what is for it without a word, and nobody should wait for that.
     */
    private static final Duration CONNECT_MAX = Duration.ofSeconds(3);

    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(500);

    /** How many questions in a row may fail before the device counts as gone. */
    private static final int SILENCES_MAX = 3;

    /** How many causes are followed: what reaches this limit goes round in a circle. */
    private static final int CAUSES_MAX = 32;

    private final InetSocketAddress device;
    private final SetupLabel label;
    private final SSLContext tls;

    /**
     * A device to be set up; nothing is sent yet.
     *
     * @param device its address in its own network, which is the phone's gateway there, and port
     * @param label as it was scanned
     * @throws IllegalArgumentException if the address is a name that was not resolved
     */
    public DeviceSetup(InetSocketAddress device, SetupLabel label) {
        if (device.isUnresolved()) {
            throw new IllegalArgumentException("a device is reached by its address, not by a name");
        }
        this.device = device;
        this.label = label;
        this.tls = LabelledDevice.tls(label.key());
    }

    /**
     * Who the device is and how far it has come.
     *
     * @throws OtherDevice if it is not the device of the label
     */
    public DeviceReport report() throws IOException, InterruptedException {
        try {
            DeviceReport report = DeviceReport.parse(get(SetupPaths.DEVICE));
            if (!report.serial().equals(label.serial())) {
                throw new IOException("the device calls itself otherwise than its label does");
            }
            return report;
        } catch (MalformedMessage malformed) {
            throw new IOException("the device's report cannot be read", malformed);
        }
    }

    /** The networks the device hears, the best heard first; not all can be joined. */
    public List<WifiNetwork> networks() throws IOException, InterruptedException {
        try {
            return OfferedNetworks.parse(get(SetupPaths.NETWORKS)).networks();
        } catch (MalformedMessage malformed) {
            throw new IOException("the device's list of networks cannot be read", malformed);
        }
    }

    /**
     * Tells the device what to do; it begins at once.
     *
     * @throws DeviceRefused if it does not
     * @throws OtherDevice if it is not the device of the label, which then was told nothing
     */
    public void send(SetupRequest request) throws IOException, InterruptedException {
        HttpRequest post =
                HttpRequest.newBuilder(uri(SetupPaths.SETUP))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(request.toJson()))
                        .build();
        var _ = exchange(post, 202);
    }

    /**
     * Follows what {@link #send} began until it has ended.
     *
     * @param timeMax after which the device counts as out of reach; joining and enrolling take up
     *     to two minutes where the network is bad. One that is shorter than the pause between two
     *     questions asks once.
     */
    public SetupResult follow(Duration timeMax) throws IOException, InterruptedException {
        long end = System.nanoTime() + timeMax.toNanos();
        int silences = 0;
        while (System.nanoTime() < end && silences < SILENCES_MAX) {
            try {
                DeviceReport report = report();
                silences = 0;
                switch (report.state()) {
                    case DONE -> {
                        return new SetupResult.Done();
                    }
                    case FAILED -> {
                        return new SetupResult.Failed(
                                report.failure().orElseThrow(), report.triesLeft());
                    }
                    case WAITING ->
                            throw new IOException("the device has begun anew: tell it again");
                    case JOINING, ENROLLING -> {}
                }
            } catch (OtherDevice | DeviceRefused answered) {
                throw answered;
            } catch (NoAnswer silent) {
                silences++;
            }
            TimeUnit.NANOSECONDS.sleep(
                    Math.clamp(end - System.nanoTime(), 0, BETWEEN_QUESTIONS.toNanos()));
        }
        return new SetupResult.OutOfReach();
    }

    /** Nobody answers at the device's address. */
    private static final class NoAnswer extends IOException {

        @Serial private static final long serialVersionUID = 1;

        NoAnswer(@Nullable Throwable cause) {
            super("the device does not answer: " + cause, cause);
        }
    }

    private byte[] get(String path) throws IOException, InterruptedException {
        return exchange(HttpRequest.newBuilder(uri(path)).GET().build(), 200);
    }

    private byte[] exchange(HttpRequest request, int wanted)
            throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .connectTimeout(CONNECT_MAX)
                        .sslContext(tls)
                        .build()) {
            CompletableFuture<HttpResponse<byte[]>> answer =
                    client.sendAsync(
                            request,
                            BodyHandlers.limiting(
                                    BodyHandlers.ofByteArray(), SetupPaths.REPLY_BYTES_MAX));
            try {
                // Not HttpRequest.timeout: that ends with the headers, and a body may trickle.
                HttpResponse<byte[]> response =
                        answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
                if (response.statusCode() != wanted) {
                    throw refusal(response);
                }
                return response.body();
            } catch (TimeoutException slow) {
                throw new NoAnswer(slow);
            } catch (ExecutionException failed) {
                if (isOtherKey(failed)) {
                    throw new OtherDevice(failed);
                }
                throw new NoAnswer(failed.getCause());
            } finally {
                answer.cancel(true);
                client.shutdownNow();
            }
        }
    }

    private static DeviceRefused refusal(HttpResponse<byte[]> response) {
        try {
            return new DeviceRefused(
                    response.statusCode(), DeviceRefusal.parse(response.body()).text());
        } catch (MalformedMessage mute) {
            return new DeviceRefused(response.statusCode(), "the device refused without a reason");
        }
    }

    private static boolean isOtherKey(Throwable failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof LabelledDevice.OtherKey) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private URI uri(String path) {
        String address = device.getAddress().getHostAddress();
        return URI.create(
                "https://%s:%d%s"
                        .formatted(
                                address.contains(":") ? "[" + address + "]" : address,
                                device.getPort(),
                                path));
    }
}
