/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system.revocation;

import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.device.est.EstClient;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.mqtt.ReasonCode;
import dev.breakwater.server.Listeners;
import dev.breakwater.server.RunningServer;
import dev.breakwater.server.ServerAssembly;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.server.audit.AuditChain;
import dev.breakwater.server.limits.Limit;
import dev.breakwater.server.limits.Limits;
import dev.breakwater.server.store.AuditArchive;
import dev.breakwater.server.store.DatabaseLocation;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** A server, a connected fleet that is going to be revoked, and a few devices that are not. */
final class RevocationDrill implements AutoCloseable {

    private static final int ENROLLING_AT_A_TIME = 4;
    private static final int CONNECTING_AT_A_TIME = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Path directory;
    private final RunningServer server;
    private final Operator operator;
    private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Session> doomed = new ArrayList<>();
    private final List<Session> bystanders = new ArrayList<>();

    private RevocationDrill(Path directory, RunningServer server, Operator operator) {
        this.directory = directory;
        this.server = server;
        this.operator = operator;
    }

    /** A live session, and its end when it has come. */
    private record Session(
            FleetDevice device, DeviceConnection connection, Future<DeviceConnection.End> end) {}

    /**
     * What revoking one device did.
     *
     * @param latency from before the API request to the end of the stream at the device
     * @param farewell the reason the device could read
     * @param answered the device in the answer to the revocation
     * @param asked the device when it was asked for right after the answer
     */
    record CutOff(
            FleetDevice device,
            Duration latency,
            Optional<ReasonCode> farewell,
            Operator.Standing answered,
            Operator.Standing asked) {}

    /**
     * What became of a device that connected again.
     *
     * @param resumed whether its handshake was a resumption of the TLS session it had before
     */
    record Return(FleetDevice device, boolean resumed, ReasonCode answer) {}

    /** Starts a server and connects the fleet and one bystander for each way. */
    static RevocationDrill prepare(Path directory, int sessions) throws Exception {
        RunningServer server = ServerAssembly.start(configuration(directory), Clock.systemUTC());
        RevocationDrill drill = new RevocationDrill(directory, server, Operator.setUp(server));
        try {
            drill.connectFleet(sessions);
            return drill;
        } catch (Exception | AssertionError failed) {
            drill.close();
            throw failed;
        }
    }

    /** As it comes, but for the limits that would have the operators wait. */
    private static ServerConfiguration configuration(Path directory) {
        ServerConfiguration defaults =
                ServerConfiguration.withDefaults(
                        data(directory),
                        directory.resolve("sealing.key"),
                        new ServerNames(
                                List.of("localhost"), List.of(InetAddress.getLoopbackAddress())),
                        Listeners.LOOPBACK_ANY);
        return new ServerConfiguration(
                defaults.dataDirectory(),
                defaults.names(),
                defaults.sealingKey(),
                defaults.caKeys(),
                defaults.database(),
                defaults.listeners(),
                defaults.tlsEngine(),
                defaults.deviceCertificateLife(),
                Limits.with(
                        Map.of(
                                Limit.API_REQUESTS_PER_SECOND_PER_SOURCE, 1_000_000,
                                Limit.API_REQUESTS_PER_SECOND_PER_ORGANIZATION, 1_000_000,
                                Limit.API_REQUESTS_PER_SECOND_PER_TOKEN, 1_000_000)),
                defaults.neverBanned(),
                defaults.proxies(),
                defaults.apiCertificate(),
                defaults.oidc(),
                Optional.empty());
    }

    private static Path data(Path directory) {
        return directory.resolve("data");
    }

    private void connectFleet(int sessions) throws Exception {
        int all = sessions + Way.ALL.size();
        List<DeviceSerial> serials =
                IntStream.range(0, all)
                        .mapToObj(number -> new DeviceSerial("TANK-%05d".formatted(number)))
                        .toList();
        String code = operator.createEnrollmentCode(serials);
        EstClient est =
                new EstClient("localhost", server.listeners().enrollment(), Clock.systemUTC());
        ServerTrust trust = est.fetchTrust(RootFingerprint.of(server.root()));
        List<FleetDevice> devices =
                Crowd.each(
                        IntStream.range(0, all).boxed().toList(),
                        ENROLLING_AT_A_TIME,
                        number -> {
                            Way way = Way.ALL.get(number % Way.ALL.size());
                            return FleetDevice.enroll(est, trust, serials.get(number), code, way);
                        });
        List<Session> connected = Crowd.each(devices, CONNECTING_AT_A_TIME, this::connect);
        doomed.addAll(connected.subList(0, sessions));
        bystanders.addAll(connected.subList(sessions, all));
    }

    private Session connect(FleetDevice device) throws IOException {
        DeviceConnection connection = device.dial(server.listeners().channel()).connection();
        ReasonCode answer = connection.connect();
        if (answer != ReasonCode.SUCCESS) {
            throw new AssertionError(device + " was not admitted: " + answer);
        }
        return new Session(device, connection, readers.submit(connection::awaitEnd));
    }

    /**
     * Revokes the whole fleet, one device after another or by several operators at once, each of
     * whom has a connection already.
     */
    List<CutOff> revokeAll(int operators) throws Exception {
        List<Session> sessions = List.copyOf(doomed);
        List<List<CutOff>> shares =
                Crowd.each(
                        IntStream.range(0, operators).boxed().toList(),
                        operators,
                        number -> {
                            try (Operator one = operator.colleague()) {
                                one.standing(sessions.getFirst().device().id());
                                List<CutOff> share = new ArrayList<>();
                                for (int i = number; i < sessions.size(); i += operators) {
                                    share.add(revoke(one, sessions.get(i)));
                                }
                                return share;
                            }
                        });
        return shares.stream().flatMap(List::stream).toList();
    }

    private static CutOff revoke(Operator operator, Session session) throws Exception {
        FleetDevice device = session.device();
        long beganNanos = System.nanoTime();
        Operator.Standing answered = operator.revoke(device.id());
        Operator.Standing asked = operator.standing(device.id());
        DeviceConnection.End end = endOf(session);
        Duration latency = Duration.ofNanos(end.atNanos() - beganNanos);
        return new CutOff(device, latency, end.farewell(), answered, asked);
    }

    /** Has their owner report the whole fleet stolen, one device after another. */
    List<CutOff> reportAllStolen() throws Exception {
        List<CutOff> all = new ArrayList<>();
        try (Operator owner =
                operator.owner(doomed.stream().map(one -> one.device().id()).toList())) {
            for (Session session : doomed) {
                FleetDevice device = session.device();
                long beganNanos = System.nanoTime();
                owner.reportStolen(device.id());
                Operator.Standing asked = operator.standing(device.id());
                DeviceConnection.End end = endOf(session);
                Duration latency = Duration.ofNanos(end.atNanos() - beganNanos);
                // The report is answered with nothing.
                all.add(new CutOff(device, latency, end.farewell(), asked, asked));
            }
        }
        return all;
    }

    private static DeviceConnection.End endOf(Session session) throws Exception {
        try {
            return session.end().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException open) {
            throw new AssertionError(
                    session.device() + " was revoked and still has its connection", open);
        }
    }

    /** Lets every revoked device connect again. */
    List<Return> returnOfTheRevoked() throws Exception {
        return Crowd.each(doomed, CONNECTING_AT_A_TIME, this::connectAgain);
    }

    /** Lets the devices that nobody revoked connect again. */
    List<Return> returnOfTheBystanders() throws Exception {
        return Crowd.each(bystanders, CONNECTING_AT_A_TIME, this::connectAgain);
    }

    private Return connectAgain(Session before) throws IOException {
        FleetDevice.Dialed dialed = before.device().dial(server.listeners().channel());
        try (DeviceConnection connection = dialed.connection()) {
            return new Return(before.device(), dialed.resumed(), connection.connect());
        }
    }

    /** Whether the sessions of those nobody revoked are what they were. */
    boolean bystandersAreStillConnected() {
        return bystanders.stream()
                .allMatch(
                        one ->
                                !one.end().isDone()
                                        && operator.standing(one.device().id())
                                                .equals(Operator.Standing.AT_WORK));
    }

    /** How the API shows the revoked devices now. */
    List<Operator.Standing> standingOfTheRevoked() {
        return doomed.stream().map(one -> operator.standing(one.device().id())).toList();
    }

    /** How often each subject was revoked, by the audit log. */
    Map<String, Long> auditedRevocations() {
        return operator.auditEntries().stream()
                .filter(entry -> entry.path("action").asString().equals("device.revoked"))
                .map((JsonNode entry) -> entry.path("subject").asString())
                .collect(Collectors.groupingBy(subject -> subject, Collectors.counting()));
    }

    /** The audit chain as it lies on disk. */
    AuditChain.Verdict auditChain() {
        Path file = data(directory).resolve(ServerConfiguration.SQLITE_FILE);
        try (AuditArchive archive = AuditArchive.open(new DatabaseLocation.SqliteFile(file))) {
            return archive.verify(Optional.empty());
        }
    }

    @Override
    public void close() throws IOException {
        // Only the device's end of a connection wakes its reader when the server has left it open.
        for (Session session : doomed) {
            session.connection().close();
        }
        for (Session session : bystanders) {
            session.connection().close();
        }
        readers.close();
        operator.close();
        server.close();
    }
}
