/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import java.util.Arrays;
import java.util.Optional;

/**
 * A finding of testssl.sh that stays, with the reason. It is named wherever the figure is: what is
 * accepted is not what is not there.
 */
enum AcceptedFinding {
    /** Section numbers are those of RFC 5280. */
    NO_REVOCATION_URL(
            "cert_revocation",
            "Neither CRL nor OCSP URI provided",
            "The listeners' certificates name neither CRL nor OCSP. RFC 5280 requires neither of a leaf (4.2.1.13 SHOULD,"
                    + " 4.2.2.1 MAY). They are no short-lived certificates: they live 90 days and are replaced, key and all, after"
                    + " 60. But whoever takes a listener's key takes it from the process that holds the issuing CA's as well, and an"
                    + " answer about revocation that is signed with that key is worth nothing; devices and apps know the root alone"
                    + " and ask nobody. What ends such a theft is a new issuing CA, not an entry in a list.");

    private final String id;
    private final String finding;
    private final String reason;

    AcceptedFinding(String id, String finding, String reason) {
        this.id = id;
        this.finding = finding;
        this.reason = reason;
    }

    /** Whether it is this one, to the letter: another finding of the same test is not accepted. */
    private boolean is(TestsslReport.Finding one) {
        return one.finding().equals(finding)
                && (one.id().equals(id) || one.id().startsWith(id + " <"));
    }

    /** The one that accepts a finding. */
    static Optional<AcceptedFinding> of(TestsslReport.Finding one) {
        return Arrays.stream(values()).filter(accepted -> accepted.is(one)).findFirst();
    }

    String reason() {
        return reason;
    }
}
