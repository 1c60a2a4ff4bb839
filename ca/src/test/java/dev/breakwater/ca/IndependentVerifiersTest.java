/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.ca.ledger.CertificateSubject;
import dev.breakwater.ca.ledger.IssuedCertificate;
import dev.breakwater.ca.ledger.RevocationReason;
import dev.breakwater.testkit.TestClock;
import dev.breakwater.testkit.pki.ForgedIdentities;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestPki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our certificates, CRLs and OCSP answers, judged by programs that share no code with us. */
@Tag("system")
final class IndependentVerifiersTest {

    @TempDir Path directory;

    private final TestClock clock = TestClock.atPresent();
    private OutsideProgram programs;
    private TestAuthority test;
    private CertificateSubject.Device device;
    private IssuedCertificate issued;

    @BeforeEach
    void writeCertificates() throws Exception {
        programs = new OutsideProgram(directory, Map.of());
        test = TestAuthority.in(directory.resolve("ca"), clock);
        device = TestAuthority.freshDevice("tank-1");
        issued = test.enroll(device, TestKeys.p256());
        writePem("root.pem", test.authority().root());
        writePem("issuing.pem", test.authority().issuers().getFirst());
        writePem("device.pem", issued.certificate());
        writePem("listener.pem", test.issueForListener().certificate());
        Files.writeString(
                directory.resolve("chain.pem"),
                Files.readString(directory.resolve("device.pem"))
                        + Files.readString(directory.resolve("issuing.pem"))
                        + Files.readString(directory.resolve("root.pem")));
    }

    @Test
    void opensslAcceptsDevicesAsClientsAndListenersAsServersUnderItsStrictRules() throws Exception {
        OutsideProgram.assumeInstalled("openssl", "openssl");
        assertAccepted(opensslVerify("sslclient", "device.pem"));
        assertAccepted(opensslVerify("sslserver", "listener.pem"));
        assertAccepted(
                programs.run(
                        "openssl",
                        "verify",
                        "-x509_strict",
                        "-CAfile",
                        "root.pem",
                        "-untrusted",
                        "issuing.pem",
                        "-verify_hostname",
                        "localhost",
                        "listener.pem"));
    }

    @Test
    void opensslRefusesEachForTheOthersPurposeAndAForgery() throws Exception {
        OutsideProgram.assumeInstalled("openssl", "openssl");
        assertRefused(opensslVerify("sslserver", "device.pem"), "unsuitable certificate purpose");
        assertRefused(opensslVerify("sslclient", "listener.pem"), "unsuitable certificate purpose");
        var forged = new ForgedIdentities(TestPki.create(clock), device.id(), device.serial());
        writePem("forged.pem", forged.selfSigned().leaf());
        assertRefused(opensslVerify("sslclient", "forged.pem"), "verification failed");
    }

    @Test
    void opensslAcceptsEveryKindOfDeviceKey() throws Exception {
        OutsideProgram.assumeInstalled("openssl", "openssl");
        for (var keys : List.of(TestKeys.ec("secp384r1"), TestKeys.ed25519(), TestKeys.rsa(2048))) {
            writePem(
                    "other.pem",
                    test.enroll(TestAuthority.freshDevice("tank-2"), keys).certificate());
            assertAccepted(opensslVerify("sslclient", "other.pem"));
        }
    }

    @Test
    void gnutlsAcceptsTheChainAndRefusesItWithoutTheIssuingAuthority() throws Exception {
        OutsideProgram.assumeInstalled("certtool", "gnutls-bin");
        assertAccepted(certtoolVerify("chain.pem"));
        assertRefused(certtoolVerify("device.pem"), "Not verified");
    }

    @Test
    void strongSwanAcceptsTheChainAndRefusesItWithoutTheIssuingAuthority() throws Exception {
        OutsideProgram.assumeInstalled("pki", "strongswan-pki");
        assertAccepted(
                programs.run(
                        "pki",
                        "--verify",
                        "--in",
                        "device.pem",
                        "--cacert",
                        "root.pem",
                        "--cacert",
                        "issuing.pem"));
        assertThat(
                        programs.run(
                                        "pki",
                                        "--verify",
                                        "--in",
                                        "device.pem",
                                        "--cacert",
                                        "root.pem")
                                .exitCode())
                .isNotZero();
    }

    @Test
    void opensslFindsTheRevokedDeviceInTheRevocationListAndNoOther() throws Exception {
        OutsideProgram.assumeInstalled("openssl", "openssl");
        writeRevocationList();
        assertAccepted(opensslVerifyWithList("device.pem"));
        test.ledger().revoke(issued.serial(), clock.instant(), RevocationReason.KEY_COMPROMISE);
        writeRevocationList();
        assertRefused(opensslVerifyWithList("device.pem"), "certificate revoked");
        assertAccepted(opensslVerifyWithList("listener.pem"));
        OutsideProgram.Outcome text =
                programs.run(
                        "openssl",
                        "crl",
                        "-in",
                        "list.pem",
                        "-noout",
                        "-text",
                        "-CAfile",
                        "issuing.pem");
        assertThat(text.output())
                .contains(
                        "verify OK",
                        "X509v3 CRL Number",
                        "Only User Certificates",
                        "Key Compromise");
    }

    @Test
    void gnutlsVerifiesTheRevocationListAndFindsTheRevokedDevice() throws Exception {
        OutsideProgram.assumeInstalled("certtool", "gnutls-bin");
        test.ledger().revoke(issued.serial(), clock.instant(), RevocationReason.SUPERSEDED);
        writeRevocationList();
        assertAccepted(
                programs.run(
                        "certtool",
                        "--verify-crl",
                        "--load-ca-certificate",
                        "issuing.pem",
                        "--infile",
                        "list.pem"));
        assertThat(programs.run("certtool", "--crl-info", "--infile", "list.pem").output())
                .containsIgnoringCase(issued.serial().hex());
    }

    @Test
    void strongSwanFindsTheRevokedDeviceInTheRevocationList() throws Exception {
        OutsideProgram.assumeInstalled("pki", "strongswan-pki");
        writeRevocationList();
        assertThat(strongSwanVerifyWithList().output()).contains("certificate trusted");
        test.ledger().revoke(issued.serial(), clock.instant(), RevocationReason.KEY_COMPROMISE);
        writeRevocationList();
        OutsideProgram.Outcome revoked = strongSwanVerifyWithList();
        assertThat(revoked.exitCode()).isNotZero();
        assertThat(revoked.output()).contains("revoked");
    }

    @Test
    void opensslAcceptsOcspAnswersOfEveryStatus() throws Exception {
        OutsideProgram.assumeInstalled("openssl", "openssl");
        assertThat(opensslOcsp("-sha256", "-cert", "device.pem"))
                .contains("Response verify OK", ": good");
        test.ledger().revoke(issued.serial(), clock.instant(), RevocationReason.KEY_COMPROMISE);
        assertThat(opensslOcsp("-sha1", "-cert", "device.pem"))
                .contains("Response verify OK", ": revoked", "keyCompromise");
        assertThat(opensslOcsp("-sha256", "-serial", "0x1234"))
                .contains("Response verify OK", ": unknown");
    }

    @Test
    void gnutlsAcceptsOcspAnswers() throws Exception {
        OutsideProgram.assumeInstalled("ocsptool", "gnutls-bin");
        assertAccepted(
                programs.run(
                        "ocsptool",
                        "--generate-request",
                        "--load-cert",
                        "device.pem",
                        "--load-issuer",
                        "issuing.pem",
                        "--outfile",
                        "request.der"));
        answer("request.der", "answer.der");
        OutsideProgram.Outcome verdict =
                programs.run(
                        "ocsptool",
                        "--verify-response",
                        "--load-signer",
                        "issuing.pem",
                        "--infile",
                        "answer.der");
        assertAccepted(verdict);
        assertThat(verdict.output()).contains("Success");
    }

    private OutsideProgram.Outcome opensslVerify(String purpose, String certificate)
            throws Exception {
        return programs.run(
                "openssl",
                "verify",
                "-x509_strict",
                "-purpose",
                purpose,
                "-CAfile",
                "root.pem",
                "-untrusted",
                "issuing.pem",
                certificate);
    }

    private OutsideProgram.Outcome opensslVerifyWithList(String certificate) throws Exception {
        return programs.run(
                "openssl",
                "verify",
                "-x509_strict",
                "-crl_check",
                "-CRLfile",
                "list.pem",
                "-CAfile",
                "root.pem",
                "-untrusted",
                "issuing.pem",
                certificate);
    }

    private OutsideProgram.Outcome certtoolVerify(String chain) throws Exception {
        return programs.run(
                "certtool", "--verify", "--load-ca-certificate", "root.pem", "--infile", chain);
    }

    private OutsideProgram.Outcome strongSwanVerifyWithList() throws Exception {
        return programs.run(
                "pki",
                "--verify",
                "--online",
                "--in",
                "device.pem",
                "--cacert",
                "root.pem",
                "--cacert",
                "issuing.pem",
                "--crl",
                "list.pem");
    }

    private String opensslOcsp(String hash, String... about) throws Exception {
        assertAccepted(
                programs.run(
                        "openssl",
                        "ocsp",
                        hash,
                        "-issuer",
                        "issuing.pem",
                        about[0],
                        about[1],
                        "-reqout",
                        "request.der"));
        answer("request.der", "answer.der");
        // Read back, the request brings its nonce, which openssl holds against ours; -no_nonce
        // keeps it
        // from drawing another.
        return programs.run(
                        "openssl",
                        "ocsp",
                        hash,
                        "-issuer",
                        "issuing.pem",
                        about[0],
                        about[1],
                        "-no_nonce",
                        "-reqin",
                        "request.der",
                        "-respin",
                        "answer.der",
                        "-CAfile",
                        "root.pem",
                        "-verify_other",
                        "issuing.pem")
                .output();
    }

    private void answer(String request, String answer) throws IOException {
        byte[] bytes = Files.readAllBytes(directory.resolve(request));
        Files.write(directory.resolve(answer), test.authority().ocspResponder().answer(bytes));
    }

    private void writeRevocationList() throws Exception {
        Files.writeString(
                directory.resolve("list.pem"),
                TestKeys.pem(
                        "X509 CRL", test.authority().revocationLists().publish().getEncoded()));
    }

    private void writePem(String name, X509Certificate certificate) throws Exception {
        Files.writeString(
                directory.resolve(name), TestKeys.pem("CERTIFICATE", certificate.getEncoded()));
    }

    private static void assertAccepted(OutsideProgram.Outcome outcome) {
        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    }

    private static void assertRefused(OutsideProgram.Outcome outcome, String reason) {
        assertThat(outcome.exitCode()).as(outcome.output()).isNotZero();
        assertThat(outcome.output()).contains(reason);
    }
}
