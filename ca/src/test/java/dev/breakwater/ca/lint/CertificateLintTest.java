/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.breakwater.ca.TestAuthority;
import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuedCertificate;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.TestKeys;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every rule accepts what we issue, and finds the one thing it is there for. */
final class CertificateLintTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    /** One way to break each rule that every certificate must keep. */
    private static final Map<EveryCertificateRule, Consumer<TbsDraft>> DEFECTS = new TreeMap<>();

    static {
        DEFECTS.put(EveryCertificateRule.SERIAL_IS_POSITIVE, d -> d.serial = d.serial.negate());
        DEFECTS.put(
                EveryCertificateRule.SERIAL_IS_AT_MOST_20_OCTETS,
                d -> d.serial = BigInteger.ONE.shiftLeft(159));
        DEFECTS.put(
                EveryCertificateRule.SERIAL_IS_LONG_ENOUGH_TO_BE_RANDOM,
                d -> d.serial = BigInteger.TEN);
        DEFECTS.put(
                EveryCertificateRule.SIGNATURE_IS_ECDSA_WITH_SHA256,
                d ->
                        d.signature =
                                new AlgorithmIdentifier(
                                        PKCSObjectIdentifiers.sha1WithRSAEncryption,
                                        DERNull.INSTANCE));
        DEFECTS.put(
                EveryCertificateRule.ISSUER_IS_THE_SUBJECT_OF_THE_AUTHORITY,
                d -> d.issuer = new X500Name("CN=Somebody Else"));
        DEFECTS.put(EveryCertificateRule.BEGINS_AN_HOUR_AGO, d -> d.notBefore = NOW);
        DEFECTS.put(EveryCertificateRule.ENDS_AFTER_NOW, d -> d.notAfter = NOW.minusSeconds(1));
        DEFECTS.put(
                EveryCertificateRule.ENDS_WITHIN_ITS_ISSUER,
                d -> d.notAfter = NOW.plus(Duration.ofDays(4000)));
        DEFECTS.put(
                EveryCertificateRule.LIVES_AT_MOST_398_DAYS,
                d -> d.notAfter = NOW.plus(Duration.ofDays(399)));
        DEFECTS.put(
                EveryCertificateRule.SUBJECT_IS_THE_GRANTED_COMMON_NAME,
                d -> d.subject = new X500Name("CN=tank-1,O=Somebody"));
        DEFECTS.put(
                EveryCertificateRule.COMMON_NAME_IS_AT_MOST_64_CHARACTERS,
                d ->
                        d.subject =
                                new X500Name(
                                        new RDN[] {
                                            new RDN(BCStyle.CN, new DERUTF8String("x".repeat(65)))
                                        }));
        DEFECTS.put(
                EveryCertificateRule.KEY_IS_ACCEPTABLE,
                d ->
                        d.key =
                                SubjectPublicKeyInfo.getInstance(
                                        TestKeys.rsa(1024).getPublic().getEncoded()));
        DEFECTS.put(
                EveryCertificateRule.IS_NO_AUTHORITY,
                d -> d.set(Extension.basicConstraints, true, new BasicConstraints(true)));
        DEFECTS.put(
                EveryCertificateRule.KEY_USAGE_IS_DIGITAL_SIGNATURE_ONLY,
                d ->
                        d.set(
                                Extension.keyUsage,
                                true,
                                new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign)));
        DEFECTS.put(
                EveryCertificateRule.SUBJECT_KEY_IDENTIFIER_IS_OF_ITS_KEY,
                d ->
                        d.set(
                                Extension.subjectKeyIdentifier,
                                false,
                                new SubjectKeyIdentifier(new byte[20])));
        DEFECTS.put(
                EveryCertificateRule.AUTHORITY_KEY_IDENTIFIER_IS_OF_ITS_ISSUER,
                d ->
                        d.set(
                                Extension.authorityKeyIdentifier,
                                false,
                                new AuthorityKeyIdentifier(new byte[20])));
        DEFECTS.put(
                EveryCertificateRule.HAS_NO_UNIQUE_IDENTIFIERS, d -> d.withUniqueIdentifier = true);
        DEFECTS.put(
                EveryCertificateRule.HAS_ONLY_KNOWN_EXTENSIONS,
                d -> d.set(Extension.inhibitAnyPolicy, false, DERNull.INSTANCE));
    }

    @TempDir Path directory;

    private CertificateSubject.Device device;
    private byte[] good;
    private byte[] goodListener;
    private CertificateSubject listener;
    private CertificateLint lint;

    @BeforeEach
    void issueSomethingGood() throws Exception {
        TestAuthority test = TestAuthority.in(directory, TestClock.at(NOW));
        device = TestAuthority.freshDevice("tank-1");
        good = test.enroll(device, TestKeys.p256()).certificate().getTBSCertificate();
        IssuedCertificate forListener = test.issueForListener();
        goodListener = forListener.certificate().getTBSCertificate();
        listener = forListener.reservation().subject();
        lint = new CertificateLint(test.authority().issuers().getFirst());
    }

    @Test
    void acceptsWhatWeIssueAndHandsBackThoseVeryBytes() throws Exception {
        assertThat(lint.lint(good, device, NOW).tbsCertificate()).isEqualTo(good);
        assertThat(lint.lint(goodListener, listener, NOW).tbsCertificate()).isEqualTo(goodListener);
    }

    @Test
    void findsEachDefectByTheRuleThatIsThereForIt() throws Exception {
        for (Map.Entry<EveryCertificateRule, Consumer<TbsDraft>> defect : DEFECTS.entrySet()) {
            assertThat(rulesBrokenBy(good, device, defect.getValue()))
                    .as(defect.getKey().name())
                    .contains(defect.getKey().name());
        }
    }

    @Test
    void hasADefectInThisTestForEveryRule() {
        var tested = new TreeSet<>(DEFECTS.keySet());
        // A version 2 certificate cannot be drafted by changing one field; it has a test of its
        // own.
        tested.add(EveryCertificateRule.VERSION_IS_3);
        assertThat(tested).containsExactly(EveryCertificateRule.values());
    }

    @Test
    void findsAnotherVersion() {
        // The version is the first field: a0 03 (explicit tag), 02 01 02 (3 is written as 2).
        byte[] versionTwo = good.clone();
        int version = versionTwo[1] == (byte) 0x82 ? 8 : 7;
        assertThat(versionTwo[version]).isEqualTo((byte) 2);
        versionTwo[version] = 1;
        LintFailed failed = failure(versionTwo, device);
        assertThat(failed.findings()).isNotEmpty();
    }

    @Test
    void findsCriticalFlagsThatAreWrong() throws Exception {
        assertThat(
                        rulesBrokenBy(
                                good,
                                device,
                                d -> d.setCritical(Extension.basicConstraints, false)))
                .containsExactly("IS_NO_AUTHORITY");
        assertThat(rulesBrokenBy(good, device, d -> d.setCritical(Extension.keyUsage, false)))
                .containsExactly("KEY_USAGE_IS_DIGITAL_SIGNATURE_ONLY");
        assertThat(
                        rulesBrokenBy(
                                good,
                                device,
                                d -> d.setCritical(Extension.subjectAlternativeName, true)))
                .containsExactly("ALTERNATIVE_NAME_IS_NOT_CRITICAL");
        assertThat(
                        rulesBrokenBy(
                                goodListener,
                                listener,
                                d -> d.setCritical(Extension.subjectAlternativeName, true)))
                .containsExactly("ALTERNATIVE_NAMES_ARE_NOT_CRITICAL");
    }

    @Test
    void findsEveryMissingExtension() throws Exception {
        for (var oid :
                Arrays.asList(
                        Extension.basicConstraints,
                        Extension.keyUsage,
                        Extension.extendedKeyUsage,
                        Extension.subjectAlternativeName,
                        Extension.subjectKeyIdentifier,
                        Extension.authorityKeyIdentifier)) {
            assertThat(rulesBrokenBy(good, device, d -> d.extensions.remove(oid)))
                    .as(oid.getId())
                    .hasSize(1);
        }
    }

    @Test
    void findsADeviceThatCouldPassForAServerOrForAnything() throws Exception {
        for (KeyPurposeId extra :
                new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.anyExtendedKeyUsage
                }) {
            KeyPurposeId[] both = {KeyPurposeId.id_kp_clientAuth, extra};
            assertThat(
                            rulesBrokenBy(
                                    good,
                                    device,
                                    d ->
                                            d.set(
                                                    Extension.extendedKeyUsage,
                                                    false,
                                                    new ExtendedKeyUsage(both))))
                    .containsExactly("IS_FOR_TLS_CLIENTS_ONLY");
        }
    }

    @Test
    void findsAListenerThatCouldPassForADevice() throws Exception {
        assertThat(
                        rulesBrokenBy(
                                goodListener,
                                listener,
                                d ->
                                        d.set(
                                                Extension.extendedKeyUsage,
                                                false,
                                                new ExtendedKeyUsage(
                                                        KeyPurposeId.id_kp_clientAuth))))
                .containsExactly("IS_FOR_TLS_SERVERS_ONLY");
    }

    @Test
    void findsNamesThatWereNotGranted() throws Exception {
        Consumer<TbsDraft> foreign =
                d ->
                        d.set(
                                Extension.subjectAlternativeName,
                                false,
                                new GeneralNames(
                                        new GeneralName(GeneralName.dNSName, "bank.example")));
        assertThat(rulesBrokenBy(good, device, foreign))
                .containsExactly("ONLY_ALTERNATIVE_NAME_IS_THE_DEVICE_ID");
        assertThat(rulesBrokenBy(goodListener, listener, foreign))
                .containsExactly("ALTERNATIVE_NAMES_ARE_THE_LISTENERS");
    }

    @Test
    void findsADeviceCertificateMeantForAnotherDevice() {
        LintFailed failed = failure(good, TestAuthority.freshDevice("tank-1"));
        assertThat(failed.findings()).hasSize(1);
        assertThat(failed).hasMessageContaining("ONLY_ALTERNATIVE_NAME_IS_THE_DEVICE_ID");
    }

    @Test
    void refusesBytesThatAreNoCertificateAtAll() {
        assertThatExceptionOfType(LintFailed.class)
                .isThrownBy(() -> lint.lint(new byte[] {0x30, 0x00}, device, NOW))
                .withMessageContaining("IS_A_CERTIFICATE");
        assertThatExceptionOfType(LintFailed.class)
                .isThrownBy(() -> lint.lint(Arrays.copyOf(good, good.length - 1), device, NOW));
    }

    private Stream<String> rulesBroken(LintFailed failed) {
        return failed.findings().stream().map(finding -> finding.split(":", 2)[0]);
    }

    private Iterable<String> rulesBrokenBy(
            byte[] tbs, CertificateSubject subject, Consumer<TbsDraft> defect) throws Exception {
        TbsDraft draft = TbsDraft.of(tbs);
        defect.accept(draft);
        return rulesBroken(failure(draft.encoded(), subject)).toList();
    }

    private LintFailed failure(byte[] tbs, CertificateSubject subject) {
        LintFailed failed =
                catchThrowableOfType(LintFailed.class, () -> lint.lint(tbs, subject, NOW));
        assertThat(failed).isNotNull();
        return failed;
    }
}
