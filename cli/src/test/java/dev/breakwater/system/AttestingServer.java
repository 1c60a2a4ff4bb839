/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.device.Provisioning;
import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.est.EnrollmentCode;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.tpm.Tpm;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.Listeners;
import dev.breakwater.server.RunningServer;
import dev.breakwater.server.ServerAssembly;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.TestTime;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * A server in this process, by a clock that the test turns for it and its devices, with one product
 * whose devices have to attest their keys.
 */
final class AttestingServer implements AutoCloseable {

    static final DeviceSerial TANK = new DeviceSerial("TANK-0311");

    private final Path directory;
    private final TestClock clock = TestClock.atPresent();
    private final TestTime time = new TestTime(clock);
    private final Administrator administrator;
    private final String product;
    private RunningServer server;

    AttestingServer(Path directory) throws Exception {
        this.directory = directory;
        this.server = ServerAssembly.start(configuration(Listeners.LOOPBACK_ANY), clock);
        this.administrator = Administrator.setUp(server);
        this.product = administrator.createProduct("Coral tank");
        administrator.setRiskProfile(product, "vital");
        administrator.requireSealing(product);
    }

    /** Starts it anew, with the same data and ports. */
    void restart() throws Exception {
        Listeners ports = server.listeners();
        server.close();
        server = ServerAssembly.start(configuration(ports), clock);
    }

    TestClock clock() {
        return clock;
    }

    TestTime time() {
        return time;
    }

    Administrator administrator() {
        return administrator;
    }

    /** Enters a TPM into the list of those that are believed; returns the entry's id. */
    String believe(Tpm tpm) throws Exception {
        byte[] certificate = tpm.endorsement().certificate().orElseThrow().bytes();
        byte[] key =
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(certificate))
                        .getPublicKey()
                        .getEncoded();
        return administrator.believeTpm(
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key)));
    }

    /** A code for the one tank, by the word of whose maker its key is in hardware. */
    EnrollmentCode code() {
        return new EnrollmentCode(
                administrator.createEnrollmentCode(product, List.of(TANK.text()), "hardware-key"));
    }

    /** What the tank's factory leaves on it. */
    Provisioning provisioning(KeyPlace keys) {
        return new Provisioning(
                "localhost",
                server.listeners().channel(),
                server.listeners().enrollment(),
                RootFingerprint.of(server.root()),
                TANK,
                ChannelKind.TLS,
                keys,
                Set.of());
    }

    /** The tank, as the server has recorded it. */
    JsonNode tank() {
        return administrator.device(TANK.text());
    }

    /** How sure each certificate of the tank is, by the server's record, the oldest first. */
    List<String> assurances() {
        return administrator
                .certificates(tank().path("id").asString())
                .valueStream()
                .sorted(
                        (one, other) ->
                                Integer.compare(
                                        one.path("generation").asInt(),
                                        other.path("generation").asInt()))
                .map(certificate -> certificate.path("assurance").asString())
                .toList();
    }

    private ServerConfiguration configuration(Listeners ports) {
        return ServerConfiguration.withDefaults(
                directory.resolve("data"),
                directory.resolve("sealing.key"),
                new ServerNames(List.of("localhost"), List.of(InetAddress.getLoopbackAddress())),
                ports);
    }

    @Override
    public void close() {
        administrator.close();
        server.close();
    }
}
