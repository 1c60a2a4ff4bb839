/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.keys;

import dev.breakwater.ca.CaUnusable;
import dev.breakwater.ca.CertificateAuthority;
import dev.breakwater.ca.InMemoryIssuanceLedger;
import dev.breakwater.ca.IssuancePolicy;
import dev.breakwater.ca.TestAuthority;
import dev.breakwater.ca.ledger.IssuanceBasis;
import dev.breakwater.ca.ledger.IssuedCertificate;
import dev.breakwater.ca.request.CertificateRequest;
import dev.breakwater.ca.request.RequestValidation;
import dev.breakwater.protocol.sealing.SecretText;
import dev.breakwater.testkit.pki.TestKeys;
import dev.breakwater.testkit.pki.TestRequests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** Opens an authority on a token and issues one certificate; a process of its own, see the test. */
final class TokenAuthorityProgram {

    /** The exit code when the token or the authority refused. */
    static final int REFUSED = 3;

    private TokenAuthorityProgram() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[2]);
        SecretText pin = SecretText.of(arguments[1].toCharArray());
        var ledger = new InMemoryIssuanceLedger();
        try {
            CertificateAuthority authority =
                    CertificateAuthority.open(
                            Pkcs11KeyStore.logIn(
                                    Path.of(arguments[0]), 0, pin, directory.resolve("ca")),
                            ledger,
                            IssuancePolicy.standard(),
                            Clock.systemUTC());
            var device = TestAuthority.freshDevice("tank-1");
            var request = CertificateRequest.parse(TestRequests.request(TestKeys.p256(), "tank-1"));
            IssuedCertificate issued =
                    authority.issue(
                            new RequestValidation(ledger)
                                    .authorize(
                                            request,
                                            device,
                                            new IssuanceBasis.EnrollmentCode("code-1"),
                                            TestAuthority.LIFE_MAX));
            Files.writeString(
                    directory.resolve("device.pem"),
                    TestKeys.pem("CERTIFICATE", issued.certificate().getEncoded()));
            System.out.println(
                    "issuing=" + authority.issuers().getFirst().getSubjectX500Principal());
            System.out.println("issued=" + issued.serial());
        } catch (KeyStoreFailed | CaUnusable refused) {
            refused.printStackTrace();
            System.exit(REFUSED);
        }
    }
}
