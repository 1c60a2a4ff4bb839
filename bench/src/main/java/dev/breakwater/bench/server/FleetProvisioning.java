/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.bench.load.ClientTls;
import dev.breakwater.bench.load.DeviceIdentity;
import dev.breakwater.bench.load.HttpsPool;
import dev.breakwater.bench.load.KeyExchange;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Profile;
import dev.breakwater.device.est.EstClient;
import dev.breakwater.device.identity.CertificateRefused;
import dev.breakwater.device.identity.CertificateRequest;
import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.device.identity.VerifiedCertificate;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.testkit.pki.TestKeys;
import io.netty.channel.EventLoopGroup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a fleet through the doors that everybody uses: the first administrator with the setup code,
 * a product, codes for batches of serials, and an enrollment over EST for every single device.
 */
final class FleetProvisioning {

    private static final int SERIALS_PER_CODE = 5_000;
    private static final int ENROLLING_AT_A_TIME = 64;
    private static final int CODE_SECONDS = 86_400;
    private static final int PROGRESS_STEP = 1_000;

    private final BreakwaterServer server;
    private final EventLoopGroup loops;
    private final Consumer<String> progress;

    private FleetProvisioning(
            BreakwaterServer server, EventLoopGroup loops, Consumer<String> progress) {
        this.server = server;
        this.loops = loops;
        this.progress = progress;
    }

    /** Makes a fleet of so many devices in this directory, and ends the server that issued it. */
    static Fleet provision(
            FleetDirectory home,
            Path directory,
            Path distribution,
            int devices,
            EventLoopGroup loops,
            Consumer<String> progress)
            throws Exception {
        Fleet fleet;
        try (BreakwaterServer server = BreakwaterServer.startNew(distribution, directory)) {
            fleet = new FleetProvisioning(server, loops, progress).run(devices);
            server.process().close();
            home.clear();
            Workplace.copy(directory.resolve("data"), home.data());
            Workplace.copy(directory.resolve("sealing.key"), home.sealingKey());
        }
        home.write(fleet);
        return fleet;
    }

    private record Batch(String code, List<String> serials) {}

    private Fleet run(int count) throws Exception {
        Profile administrator = setUp();
        List<Batch> batches = createCodes(administrator, count);
        ServerTrust trust =
                new EstClient(ClientTls.SERVER_NAME, server.enrollmentPort(), Clock.systemUTC())
                        .fetchTrust(RootFingerprint.parse(server.rootFingerprint().hex()));
        Duration cpuBefore = server.process().cpu();
        long begunNanos = System.nanoTime();
        List<DeviceIdentity> devices = enrollAll(trust, batches);
        double seconds = (System.nanoTime() - begunNanos) / 1e9;
        Duration cpu = server.process().cpu().minus(cpuBefore);
        return new Fleet(
                devices,
                trust.root(),
                devices.getFirst().chain().getLast(),
                administrator.token().orElseThrow(),
                count / seconds,
                cpu.toNanos() / 1e6 / count);
    }

    private Profile setUp() throws InterruptedException {
        URI address = URI.create("https://" + ClientTls.SERVER_NAME + ":" + server.apiPort());
        try (ApiClient anonymous = ApiClient.withoutToken(address, server.rootFingerprint())) {
            ObjectNode request =
                    Operator.object()
                            .put("code", server.setupCode())
                            .put("organizationName", "Bench")
                            .put("tokenName", "load");
            JsonNode done = anonymous.send(ApiRequest.post(request, "setup")).json();
            return new Profile(
                    address, server.rootFingerprint(), done.at("/token/secret").asString());
        }
    }

    private static List<Batch> createCodes(Profile administrator, int count) {
        List<Batch> batches = new ArrayList<>();
        try (ApiClient api = ApiClient.of(administrator)) {
            ObjectNode product = Operator.object().put("name", "Load");
            String id =
                    api.send(ApiRequest.create(product, "products")).json().path("id").asString();
            for (int first = 0; first < count; first += SERIALS_PER_CODE) {
                List<String> serials = new ArrayList<>();
                for (int n = first; n < Math.min(count, first + SERIALS_PER_CODE); n++) {
                    serials.add("LOAD-%05d".formatted(n));
                }
                ObjectNode request =
                        Operator.object().put("product", id).put("validitySeconds", CODE_SECONDS);
                ArrayNode list = request.putArray("serials");
                serials.forEach(list::add);
                JsonNode made = api.send(ApiRequest.create(request, "enrollment-codes")).json();
                batches.add(new Batch(made.path("secret").asString(), serials));
            }
        }
        return batches;
    }

    private List<DeviceIdentity> enrollAll(ServerTrust trust, List<Batch> batches)
            throws Exception {
        Semaphore places = new Semaphore(ENROLLING_AT_A_TIME);
        List<Future<DeviceIdentity>> pending = new ArrayList<>();
        try (ClientTls tls = ClientTls.of(trust.root(), KeyExchange.CLASSICAL);
                HttpsPool https =
                        new HttpsPool(loops, tls, server.enrollmentPort(), ENROLLING_AT_A_TIME);
                ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Batch batch : batches) {
                for (String serial : batch.serials()) {
                    int number = pending.size();
                    places.acquire();
                    pending.add(
                            workers.submit(
                                    () -> {
                                        try {
                                            return enroll(
                                                    https, trust, number, serial, batch.code());
                                        } finally {
                                            places.release();
                                        }
                                    }));
                    if (number % PROGRESS_STEP == 0) {
                        progress.accept("enrolling the fleet: " + number + " devices so far");
                    }
                }
            }
            List<DeviceIdentity> devices = new ArrayList<>(pending.size());
            for (Future<DeviceIdentity> one : pending) {
                devices.add(one.get());
            }
            return devices;
        }
    }

    private static DeviceIdentity enroll(
            HttpsPool https, ServerTrust trust, int number, String serial, String code)
            throws IOException,
                    GeneralSecurityException,
                    CertificateRefused,
                    ExecutionException,
                    InterruptedException {
        KeyPair keys = TestKeys.p256();
        DeviceKey key = new DeviceKey(serial, keys.getPublic(), keys.getPrivate());
        DeviceSerial name = new DeviceSerial(serial);
        String basic = Base64.getEncoder().encodeToString((serial + ":" + code).getBytes(UTF_8));
        HttpsPool.Answer answer =
                https.send(
                                new HttpsPool.Request(
                                        "POST",
                                        "/.well-known/est/simpleenroll",
                                        Map.of(
                                                "Authorization",
                                                "Basic " + basic,
                                                "Content-Type",
                                                "application/pkcs10"),
                                        Base64.getEncoder()
                                                .encodeToString(
                                                        CertificateRequest.first(name, key).der())))
                        .get();
        if (answer.status() != 200) {
            throw new ServerFailed(
                    "%s was not enrolled: %d %s".formatted(serial, answer.status(), answer.body()));
        }
        VerifiedCertificate verified =
                VerifiedCertificate.verify(issued(answer), trust, key, name, Instant.now());
        return new DeviceIdentity(
                number,
                serial,
                verified.deviceId().toString(),
                keys.getPrivate(),
                verified.chain());
    }

    /** The JDK reads certs-only messages (RFC 5272 section 4.1) by itself. */
    private static X509Certificate issued(HttpsPool.Answer answer) throws GeneralSecurityException {
        byte[] message = Base64.getMimeDecoder().decode(answer.body());
        Collection<?> certificates =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(message));
        return (X509Certificate) certificates.iterator().next();
    }
}
