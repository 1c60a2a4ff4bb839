/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.pki;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * Identities that must be refused, each named by its only defect. All claim to be one device, the
 * victim, unless the name says otherwise.
 *
 * <pre>{@code
 * ForgedIdentities forged = new ForgedIdentities(pki, victimId, victimSerial);
 * connect(forged.selfSigned());   // must be refused
 * }</pre>
 */
public final class ForgedIdentities {

    private final TestPki trusted;
    private final DeviceId victimId;
    private final DeviceSerial victimSerial;

    /**
     * @param trusted the PKI the system under test believes in; see {@link TestPki#around} for
     *     forging with its real issuing key
     */
    public ForgedIdentities(TestPki trusted, DeviceId victimId, DeviceSerial victimSerial) {
        this.trusted = trusted;
        this.victimId = victimId;
        this.victimSerial = victimSerial;
    }

    /** Signed by its own key. */
    public TestIdentity selfSigned() {
        KeyPair keys = TestKeys.p256();
        return new TestIdentity(keys, List.of(certificate(keys).selfSigned(keys)));
    }

    /** Signed by another authority with names of its own. */
    public TestIdentity otherAuthority() {
        return TestPki.named("Stranger", trusted.clock()).device(victimId, victimSerial);
    }

    /** Signed by another authority that carries the very names of the trusted one. */
    public TestIdentity otherAuthorityOfTheSameName() {
        KeyPair impostorKeys = TestKeys.p256();
        Instant now = trusted.clock().instant();
        X509Certificate impostor =
                new TestCertificate(
                                TestCertificate.nameOf(trusted.issuing()),
                                impostorKeys.getPublic(),
                                now.minus(Duration.ofDays(1)),
                                now.plus(Duration.ofDays(365)),
                                java.util.Optional.of(0),
                                List.of(),
                                List.of())
                        .selfSigned(impostorKeys);
        return TestPki.around(impostor, impostor, impostorKeys, trusted.clock())
                .device(victimId, victimSerial);
    }

    /**
     * Really signed by the trusted authority, with the victim's common name but another device id.
     */
    public TestIdentity sameCommonName() {
        return trusted.device(DeviceId.fresh(), victimSerial);
    }

    /**
     * Really signed by the trusted authority: another organization's device that was given the same
     * serial number by its own maker. Serials are unique within one organization only.
     */
    public TestIdentity otherOrganizationsLookAlike() {
        return sameCommonName();
    }

    /** Really signed by the trusted authority, ended a second ago. */
    public TestIdentity expired() {
        Instant now = trusted.clock().instant();
        KeyPair keys = TestKeys.p256();
        return trusted.issue(
                keys,
                certificate(keys)
                        .withValidity(now.minus(Duration.ofDays(30)), now.minusSeconds(1)));
    }

    /** Really signed by the trusted authority, begins in an hour. */
    public TestIdentity notYetValid() {
        Instant now = trusted.clock().instant();
        KeyPair keys = TestKeys.p256();
        return trusted.issue(
                keys,
                certificate(keys)
                        .withValidity(
                                now.plus(Duration.ofHours(1)), now.plus(Duration.ofDays(30))));
    }

    /** Really signed by the trusted authority, but for servers. */
    public TestIdentity wrongExtendedKeyUsage() {
        KeyPair keys = TestKeys.p256();
        return trusted.issue(keys, certificate(keys).withPurposes(KeyPurposeId.id_kp_serverAuth));
    }

    /** Really signed by the trusted authority, but may itself issue (CA:true). */
    public TestIdentity authorityAsLeaf() {
        KeyPair keys = TestKeys.p256();
        return trusted.issue(keys, certificate(keys).asAuthority(0));
    }

    /** An RSA key of 1024 bits, really signed by the trusted authority. */
    public TestIdentity weakKey() {
        KeyPair keys = TestKeys.rsa(1024);
        return trusted.issue(keys, certificate(keys));
    }

    /**
     * The trusted authority's name over an ECDSA signature whose r and s are zero, which Java 15 to
     * 18 took for valid over any content (CVE-2022-21449, "psychic signatures").
     */
    public TestIdentity zeroSignature() {
        KeyPair keys = TestKeys.p256();
        TestIdentity genuine = trusted.issue(keys, certificate(keys));
        return TestKeys.unchecked(
                () -> {
                    Certificate parts = Certificate.getInstance(genuine.leaf().getEncoded());
                    byte[] zeros =
                            new DERSequence(
                                            new ASN1Integer[] {
                                                new ASN1Integer(0), new ASN1Integer(0)
                                            })
                                    .getEncoded();
                    ASN1Sequence forged =
                            new DERSequence(
                                    new org.bouncycastle.asn1.ASN1Encodable[] {
                                        parts.getTBSCertificate(),
                                        parts.getSignatureAlgorithm(),
                                        new DERBitString(zeros)
                                    });
                    return new TestIdentity(
                            keys,
                            List.of(TestCertificate.parse(forged.getEncoded()), trusted.issuing()));
                });
    }

    /** A copied certificate, presented by someone who has another private key. */
    public TestIdentity withoutItsKey(X509Certificate copied) {
        return new TestIdentity(TestKeys.p256(), List.of(copied, trusted.issuing()));
    }

    private TestCertificate certificate(KeyPair keys) {
        return trusted.deviceCertificate(victimId, victimSerial, keys.getPublic());
    }
}
