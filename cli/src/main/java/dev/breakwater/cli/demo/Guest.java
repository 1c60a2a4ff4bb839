/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.demo;

import dev.breakwater.device.est.EnrollmentCode;
import dev.breakwater.device.est.EnrollmentOutcome;
import dev.breakwater.device.est.EstClient;
import dev.breakwater.device.identity.DeviceKey;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.device.identity.ServerTrust;
import dev.breakwater.protocol.DeviceSerial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.util.Base64;
import java.util.List;

/**
 * A second device that keeps its key in a plain PEM file, because stock clients want it so. It
 * shows that nothing about the server is special to our own agent; it is not how a product should
 * keep a key.
 */
record Guest(DeviceSerial serial, Path rootFile, Path keyFile, Path certificateFile) {

    /**
     * Makes a key, enrolls it, and leaves root, key and certificate as PEM files in the directory.
     */
    static Guest enroll(
            Path directory,
            String host,
            int port,
            RootFingerprint root,
            DeviceSerial serial,
            String code)
            throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        EstClient est = new EstClient(host, port, Clock.systemUTC());
        ServerTrust trust = est.fetchTrust(root);
        DeviceKey key = new DeviceKey("guest", keys.getPublic(), keys.getPrivate());
        EnrollmentOutcome outcome = est.enroll(trust, serial, new EnrollmentCode(code), key);
        if (!(outcome instanceof EnrollmentOutcome.Issued(var certificate))) {
            throw new Story.Unexpected("the guest was not enrolled: " + outcome);
        }
        Guest guest =
                new Guest(
                        serial,
                        directory.resolve("root.pem"),
                        directory.resolve(serial + ".key.pem"),
                        directory.resolve(serial + ".crt.pem"));
        guest.write(trust, keys, certificate.chain());
        return guest;
    }

    private void write(ServerTrust trust, KeyPair keys, List<X509Certificate> chain)
            throws IOException, GeneralSecurityException {
        Files.writeString(rootFile, pem("CERTIFICATE", trust.root().getEncoded()));
        Files.createFile(
                keyFile,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(keyFile, pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        Files.writeString(certificateFile, pem("CERTIFICATE", leaf(chain)));
    }

    private static byte[] leaf(List<X509Certificate> chain) throws CertificateEncodingException {
        return chain.getFirst().getEncoded();
    }

    private static String pem(String label, byte[] der) {
        String base64 =
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    }
}
