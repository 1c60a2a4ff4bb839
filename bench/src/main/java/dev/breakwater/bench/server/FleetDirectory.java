/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.server;

import dev.breakwater.bench.load.DeviceIdentity;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a provisioned fleet is kept: the data of the server that issued its certificates, ready to
 * be copied for a run, and the devices' keys. Secrets of a benchmark, worth nothing elsewhere.
 */
final class FleetDirectory {

    private final Path directory;

    FleetDirectory(Path directory) {
        this.directory = directory;
    }

    Path data() {
        return directory.resolve("data");
    }

    Path sealingKey() {
        return directory.resolve("sealing.key");
    }

    private Path devices() {
        return directory.resolve("devices");
    }

    /** Whether a fleet was written to its end. */
    boolean isComplete() {
        return Files.exists(devices());
    }

    /** Forgets what is there and begins anew. */
    void clear() throws IOException {
        Workplace.delete(directory);
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    /** Writes everything but the server's data, which lies here already. */
    void write(Fleet fleet) throws IOException {
        Path unfinished = directory.resolve("devices.unfinished");
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
            out.writeUTF(fleet.token());
            out.writeDouble(fleet.enrollmentsPerSecond());
            out.writeDouble(fleet.cpuMillisPerEnrollment());
            write(out, fleet.root().getEncoded());
            write(out, fleet.issuer().getEncoded());
            out.writeInt(fleet.devices().size());
            for (DeviceIdentity device : fleet.devices()) {
                out.writeUTF(device.serial());
                out.writeUTF(device.id());
                write(out, device.key().getEncoded());
                write(out, device.chain().getFirst().getEncoded());
            }
        } catch (CertificateEncodingException unreadable) {
            throw new IOException("a certificate of the fleet cannot be encoded", unreadable);
        }
        Files.move(unfinished, devices());
    }

    private static void write(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    Fleet read() throws IOException {
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(devices())))) {
            String token = in.readUTF();
            double enrollmentsPerSecond = in.readDouble();
            double cpuMillisPerEnrollment = in.readDouble();
            X509Certificate root = certificate(in);
            X509Certificate issuer = certificate(in);
            int count = in.readInt();
            List<DeviceIdentity> devices = new ArrayList<>(count);
            for (int number = 0; number < count; number++) {
                String serial = in.readUTF();
                String id = in.readUTF();
                PrivateKey key = key(in);
                devices.add(
                        new DeviceIdentity(
                                number, serial, id, key, List.of(certificate(in), issuer)));
            }
            return new Fleet(
                    devices, root, issuer, token, enrollmentsPerSecond, cpuMillisPerEnrollment);
        } catch (GeneralSecurityException unreadable) {
            throw new IOException("the fleet in " + directory + " cannot be read", unreadable);
        }
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }

    private static X509Certificate certificate(DataInputStream in)
            throws IOException, GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(bytes(in)));
    }

    private static PrivateKey key(DataInputStream in) throws IOException, GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(bytes(in)));
    }
}
