/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.pki;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * A root, an issuing authority and certificates of the form Breakwater issues, for tests that need
 * a peer with a certificate and not the real authority.
 *
 * <pre>{@code
 * TestPki pki = TestPki.create(clock);
 * TestIdentity tank = pki.device(DeviceId.fresh(), new DeviceSerial("tank-1"));
 * TestIdentity server = pki.server("localhost", "127.0.0.1");
 * }</pre>
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class TestPki {

    private static final Duration BACKDATED = Duration.ofHours(1);
    private static final Duration LEAF_VALIDITY = Duration.ofDays(30);

    private final Clock clock;
    private final List<X509Certificate> authorityChain;
    private final KeyPair issuingKeys;

    private TestPki(Clock clock, List<X509Certificate> authorityChain, KeyPair issuingKeys) {
        this.clock = clock;
        this.authorityChain = List.copyOf(authorityChain);
        this.issuingKeys = issuingKeys;
    }

    /** A PKI nobody else trusts, valid from a day before now to ten years after. */
    public static TestPki create(Clock clock) {
        return named("Test", clock);
    }

    /** Like {@link #create}, with a name that tells two of them apart in a log. */
    public static TestPki named(String name, Clock clock) {
        Instant now = clock.instant();
        KeyPair rootKeys = TestKeys.p256();
        X509Certificate root =
                authority(name + " Root CA", rootKeys.getPublic(), now)
                        .asAuthority(1)
                        .selfSigned(rootKeys);
        KeyPair issuingKeys = TestKeys.p256();
        X509Certificate issuing =
                authority(name + " Issuing CA", issuingKeys.getPublic(), now)
                        .asAuthority(0)
                        .sign(root, rootKeys);
        return new TestPki(clock, List.of(issuing, root), issuingKeys);
    }

    /**
     * A PKI around an issuing key that exists already, so that a test can make, for example, an
     * expired certificate that the authority under test really signed.
     */
    public static TestPki around(
            X509Certificate issuing, X509Certificate root, KeyPair issuingKeys, Clock clock) {
        return new TestPki(clock, List.of(issuing, root), issuingKeys);
    }

    /** The trust anchor. */
    public X509Certificate root() {
        return authorityChain.getLast();
    }

    /** The certificate that signs leaves. */
    public X509Certificate issuing() {
        return authorityChain.getFirst();
    }

    /** A device with a fresh P-256 key. */
    public TestIdentity device(DeviceId id, DeviceSerial serial) {
        return device(id, serial, TestKeys.p256());
    }

    /** A device with the given key. */
    public TestIdentity device(DeviceId id, DeviceSerial serial, KeyPair keys) {
        return issue(keys, deviceCertificate(id, serial, keys.getPublic()));
    }

    /**
     * A TLS server.
     *
     * @param names DNS names, or IP addresses written as such; at least one
     */
    public TestIdentity server(String... names) {
        KeyPair keys = TestKeys.p256();
        return issue(keys, serverCertificate(keys, names));
    }

    private TestCertificate serverCertificate(KeyPair keys, String... names) {
        List<GeneralName> alternatives = new ArrayList<>();
        for (String name : names) {
            boolean address = name.matches("[0-9.]+|.*:.*");
            alternatives.add(
                    new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name));
        }
        Instant now = clock.instant();
        return new TestCertificate(
                new X500Name("CN=" + names[0]),
                keys.getPublic(),
                now.minus(BACKDATED),
                now.plus(LEAF_VALIDITY),
                Optional.empty(),
                List.of(KeyPurposeId.id_kp_serverAuth),
                alternatives);
    }

    /**
     * What the issuing authority says of a certificate at a moment, for a nonce: that it is good.
     */
    public TestStatus status(X509Certificate certificate, byte[] nonce, Instant at) {
        return new TestStatus(
                issuing(),
                issuingKeys,
                List.of(certificate.getSerialNumber()),
                Optional.of(new TestStatus.Nonce(HexFormat.of().formatHex(nonce))),
                at,
                null);
    }

    /** A TLS server with a life of the test's own. */
    public TestIdentity serverBetween(String name, Instant from, Instant to) {
        KeyPair keys = TestKeys.p256();
        return issue(keys, serverCertificate(keys, name).withValidity(from, to));
    }

    Clock clock() {
        return clock;
    }

    TestIdentity issue(KeyPair keys, TestCertificate certificate) {
        return new TestIdentity(keys, List.of(certificate.sign(issuing(), issuingKeys), issuing()));
    }

    TestCertificate deviceCertificate(DeviceId id, DeviceSerial serial, PublicKey key) {
        Instant now = clock.instant();
        return new TestCertificate(
                new X500Name("CN=" + serial),
                key,
                now.minus(BACKDATED),
                now.plus(LEAF_VALIDITY),
                Optional.empty(),
                List.of(KeyPurposeId.id_kp_clientAuth),
                List.of(new GeneralName(GeneralName.uniformResourceIdentifier, id.urn())));
    }

    private static TestCertificate authority(String commonName, PublicKey key, Instant now) {
        return new TestCertificate(
                new X500Name("CN=" + commonName),
                key,
                now.minus(Duration.ofDays(1)),
                now.plus(Duration.ofDays(3650)),
                Optional.empty(),
                List.of(),
                List.of());
    }
}
