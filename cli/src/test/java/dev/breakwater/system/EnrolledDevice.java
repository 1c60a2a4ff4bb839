/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import dev.breakwater.device.est.EnrollmentCode;
import dev.breakwater.device.est.EnrollmentOutcome;
import dev.breakwater.device.est.EstClient;
import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.device.identity.VerifiedCertificate;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.testkit.pki.TestKeys;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * A device that made its key, enrolled by EST and connects with a stock MQTT client.
 *
 * @param keys its own, which never leave this process
 */
record EnrolledDevice(
        DeviceSerial serial, KeyPair keys, VerifiedCertificate certificate, ServerTrust trust) {

    private static final String HOST = "localhost";
    private static final char[] NO_PASSWORD = new char[0];

    /** Enrolls, which must succeed. */
    static EnrolledDevice enroll(ServerPlace place, ServerTrust trust, String serial, String code)
            throws Exception {
        KeyPair keys = TestKeys.p256();
        EnrollmentOutcome outcome = ask(place, trust, new DeviceSerial(serial), code, keys);
        if (outcome instanceof EnrollmentOutcome.Issued(var certificate)) {
            return new EnrolledDevice(new DeviceSerial(serial), keys, certificate, trust);
        }
        throw new AssertionError(serial + " did not enroll: " + outcome);
    }

    /** Asks for a certificate once. */
    static EnrollmentOutcome ask(
            ServerPlace place, ServerTrust trust, DeviceSerial serial, String code, KeyPair keys)
            throws IOException, InterruptedException {
        DeviceKey key = new DeviceKey("system-test", keys.getPublic(), keys.getPrivate());
        return est(place).enroll(trust, serial, new EnrollmentCode(code), key);
    }

    /** The server's certificates, recognized by the root's fingerprint. */
    static ServerTrust trust(ServerProcess server) throws Exception {
        RootFingerprint root = RootFingerprint.parse(server.root().hex());
        return est(server.place()).fetchTrust(root);
    }

    private static EstClient est(ServerPlace place) {
        return new EstClient(HOST, place.ports().enrollment(), Clock.systemUTC());
    }

    X509Certificate leaf() {
        return certificate.chain().getFirst();
    }

    String id() {
        return certificate.deviceId().toString();
    }

    /**
     * A stock client with this device's certificate, not yet connected.
     *
     * @param disconnected is run when a connection ends or does not come about
     */
    Mqtt5AsyncClient client(ServerPlace place, Runnable disconnected)
            throws GeneralSecurityException, IOException {
        return Mqtt5Client.builder()
                .identifier(id())
                .addDisconnectedListener(_ -> disconnected.run())
                .serverHost(HOST)
                .serverPort(place.ports().channel())
                .sslConfig(
                        MqttClientSslConfig.builder()
                                .keyManagerFactory(keyManagers())
                                .trustManagerFactory(trustManagers())
                                .build())
                .buildAsync();
    }

    KeyManagerFactory keyManagers() throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        X509Certificate[] chain = certificate.chain().toArray(X509Certificate[]::new);
        store.setKeyEntry("device", keys.getPrivate(), NO_PASSWORD, chain);
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory;
    }

    TrustManagerFactory trustManagers() throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        store.setCertificateEntry("root", trust.root());
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
