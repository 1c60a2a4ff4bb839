/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import dev.breakwater.ca.keys.SealedFileKeyStore;
import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.ledger.IssuedCertificate;
import dev.breakwater.ca.ledger.ServerNames;
import dev.breakwater.ca.request.CertificateRequest;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.sealing.SealingKey;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestRequests;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** A whole authority on sealed files and an in-memory ledger, with short ways to use it. */
public final class TestAuthority {

    /** A life that no policy exceeds, for whoever cares for the policy alone. */
    public static final Duration LIFE_MAX = Duration.ofDays(397);

    private final InMemoryIssuanceLedger ledger = new InMemoryIssuanceLedger();
    private final RequestValidation validation = new RequestValidation(ledger);
    private final CertificateAuthority authority;

    private TestAuthority(Path directory, IssuancePolicy policy, Clock clock) throws CaUnusable {
        authority =
                CertificateAuthority.open(
                        new SealedFileKeyStore(directory, SealingKey.random()),
                        ledger,
                        policy,
                        clock);
    }

    /** An authority of the standard policy. */
    public static TestAuthority in(Path directory, Clock clock) throws CaUnusable {
        return new TestAuthority(directory, IssuancePolicy.standard(), clock);
    }

    /** An authority of another policy. */
    public static TestAuthority in(Path directory, IssuancePolicy policy, Clock clock)
            throws CaUnusable {
        return new TestAuthority(directory, policy, clock);
    }

    /** The authority itself. */
    public CertificateAuthority authority() {
        return authority;
    }

    /** Its ledger. */
    public InMemoryIssuanceLedger ledger() {
        return ledger;
    }

    /** Its request validation. */
    public RequestValidation validation() {
        return validation;
    }

    /** A device that does not exist yet. */
    public static CertificateSubject.Device freshDevice(String serial) {
        return new CertificateSubject.Device(DeviceId.fresh(), new DeviceSerial(serial));
    }

    /** Enrolls a device with a key. */
    public IssuedCertificate enroll(CertificateSubject.Device device, KeyPair keys)
            throws Exception {
        return issue(device, keys, new IssuanceBasis.EnrollmentCode("code-1"));
    }

    /** Issues a device's certificate on any grounds. */
    public IssuedCertificate issue(
            CertificateSubject.Device device, KeyPair keys, IssuanceBasis.ForDevice basis)
            throws Exception {
        var request = CertificateRequest.parse(TestRequests.request(keys, device.commonName()));
        return authority.issue(validation.authorize(request, device, basis, LIFE_MAX));
    }

    /** Issues a certificate for a listener on this machine. */
    public IssuedCertificate issueForListener() throws Exception {
        var names =
                new ServerNames(
                        List.of("localhost", "tanks.example"),
                        List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1")));
        var request = CertificateRequest.signedBy(TestKeys.p256(), names.first());
        return authority.issue(
                validation.authorize(request, new IssuanceBasis.ServerListener(names)));
    }
}
