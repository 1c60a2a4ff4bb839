/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestIdentity;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateRequestTest {

    private static final DeviceSerial SERIAL = new DeviceSerial("tank-1");

    @TempDir Path directory;

    @Test
    void firstRequestNamesTheSerialAndNothingMore() throws Exception {
        DeviceKey key = key(TestKeys.p256());
        PKCS10CertificationRequest request =
                new PKCS10CertificationRequest(CertificateRequest.first(SERIAL, key).der());
        assertThat(request.getSubject().toString()).isEqualTo("CN=tank-1");
        assertThat(request.getAttributes()).isEmpty();
        assertThat(request.getSubjectPublicKeyInfo().getEncoded())
                .isEqualTo(key.publicKey().getEncoded());
    }

    @Test
    @Tag("system")
    void opensslAcceptsBothKindsOfRequests() throws Exception {
        boolean there =
                Arrays.stream(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
                        .anyMatch(place -> new File(place, "openssl").canExecute());
        assumeTrue(there, "needs Debian package openssl");

        String first = openssl(CertificateRequest.first(SERIAL, key(TestKeys.p256())));
        assertThat(first)
                .contains("verify OK")
                .containsPattern("Subject: *CN *= *tank-1")
                .contains("prime256v1")
                .contains("ecdsa-with-SHA256");

        DeviceId deviceId = DeviceId.fresh();
        TestIdentity current = TestPki.create(TestClock.atPresent()).device(deviceId, SERIAL);
        String successor =
                openssl(CertificateRequest.successorOf(current.leaf(), key(TestKeys.p256())));
        assertThat(successor)
                .contains("verify OK")
                .containsPattern("Subject: *CN *= *tank-1")
                .contains("URI:" + deviceId.urn());
    }

    private String openssl(CertificateRequest request) throws IOException, InterruptedException {
        Path file = Files.write(directory.resolve("request.der"), request.der());
        Process process =
                new ProcessBuilder(
                                "openssl",
                                "req",
                                "-inform",
                                "DER",
                                "-in",
                                file.toString(),
                                "-verify",
                                "-noout",
                                "-text")
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static DeviceKey key(KeyPair pair) {
        return new DeviceKey("key-test", pair.getPublic(), pair.getPrivate());
    }
}
