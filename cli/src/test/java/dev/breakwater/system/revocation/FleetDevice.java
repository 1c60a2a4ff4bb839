/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system.revocation;

import dev.breakwater.device.est.EnrollmentCode;
import dev.breakwater.device.est.EnrollmentOutcome;
import dev.breakwater.device.est.EstClient;
import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.testkit.pki.TestKeys;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A device with its own key and certificate, and its own cache of TLS sessions. */
final class FleetDevice {

    private final DeviceId id;
    private final Way way;
    private final CountingIdentity identity;
    private final SSLContext tls;

    private FleetDevice(DeviceId id, Way way, CountingIdentity identity, SSLContext tls) {
        this.id = id;
        this.way = way;
        this.identity = identity;
        this.tls = tls;
    }

    /** A connection to the channel and how its handshake went. */
    record Dialed(DeviceConnection connection, boolean resumed) {}

    /** Makes a key and gets a certificate for it, which must succeed. */
    static FleetDevice enroll(
            EstClient est, ServerTrust trust, DeviceSerial serial, String code, Way way)
            throws Exception {
        KeyPair keys = TestKeys.p256();
        DeviceKey key = new DeviceKey(serial.text(), keys.getPublic(), keys.getPrivate());
        EnrollmentOutcome outcome = est.enroll(trust, serial, new EnrollmentCode(code), key);
        if (!(outcome instanceof EnrollmentOutcome.Issued(var certificate))) {
            throw new AssertionError(serial + " was not enrolled: " + outcome);
        }
        CountingIdentity identity = new CountingIdentity(keys.getPrivate(), certificate.chain());
        return new FleetDevice(certificate.deviceId(), way, identity, context(identity, trust));
    }

    private static SSLContext context(CountingIdentity identity, ServerTrust trust)
            throws GeneralSecurityException, IOException {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("root", trust.root());
        TrustManagerFactory trusting = TrustManagerFactory.getInstance("PKIX");
        trusting.init(anchors);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {identity}, trusting.getTrustManagers(), null);
        return context;
    }

    DeviceId id() {
        return id;
    }

    Way way() {
        return way;
    }

    /** Through the handshake, with the TLS session of the connection before if there was one. */
    Dialed dial(int port) throws IOException {
        int before = identity.timesShown();
        DeviceConnection connection = DeviceConnection.open(tls, port, way);
        return new Dialed(connection, identity.timesShown() == before);
    }

    @Override
    public String toString() {
        return "device " + id + ", " + way;
    }
}
