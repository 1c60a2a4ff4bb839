/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestsslReportTest {

    private static String finding(String id, String severity, String finding) {
        return """
               {"id":"%s","ip":"localhost/127.0.0.1","port":"8443","severity":"%s","finding":"%s"}
               """
                .formatted(id, severity, finding);
    }

    private static final String NO_URL =
            finding("cert_revocation", "HIGH", "Neither CRL nor OCSP URI provided");

    @Test
    void countsWhatIsMediumAndAbove() {
        TestsslReport report =
                TestsslReport.read(
                        "[%s,%s,%s,%s]"
                                .formatted(
                                        finding("TLS1_3", "OK", "offered"),
                                        finding("BREACH", "LOW", "x"),
                                        finding("BEAST", "MEDIUM", "x"),
                                        finding("heartbleed", "CRITICAL", "VULNERABLE")));
        assertThat(report.judged()).isEqualTo(4);
        assertThat(report.bad())
                .extracting(TestsslReport.Finding::id)
                .containsExactly("BEAST", "heartbleed");
        assertThat(report.accepted()).isEmpty();
    }

    @Test
    void keepsApartWhatIsAcceptedByName() {
        TestsslReport report = TestsslReport.read("[" + NO_URL + "]");
        assertThat(report.bad()).isEmpty();
        assertThat(report.accepted()).hasSize(1);
        assertThat(AcceptedFinding.of(report.accepted().getFirst()))
                .contains(AcceptedFinding.NO_REVOCATION_URL);
    }

    @Test
    void acceptsNothingElseOfTheSameTest() {
        TestsslReport report =
                TestsslReport.read("[" + finding("cert_revocation", "HIGH", "revoked") + "]");
        assertThat(report.bad()).hasSize(1);
        assertThat(report.accepted()).isEmpty();
    }

    @Test
    void givesAReasonForEachThatIsAccepted() {
        for (AcceptedFinding accepted : AcceptedFinding.values()) {
            assertThat(accepted.reason()).isNotBlank();
        }
    }
}
