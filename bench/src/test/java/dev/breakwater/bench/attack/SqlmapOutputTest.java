/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class SqlmapOutputTest {

    private static final String TESTING =
            "[INFO] testing 'AND boolean-based blind - WHERE or HAVING clause'\n";
    private static final String SUSPECTS =
            "[INFO] URI parameter '#1*' appears to be 'SQLite > 2.0 AND time-based blind (heavy query)' injectable \n";

    private static SqlmapOutput ended(String output) {
        return SqlmapOutput.of(new Program.Ended(0, output, true));
    }

    private static SqlmapOutput cut(String output) {
        return SqlmapOutput.of(new Program.Ended(137, output, false));
    }

    @Test
    void believesTheSummary() {
        assertThat(
                        ended(
                                        "sqlmap identified the following injection point(s) with a total of 9 HTTP(s) requests")
                                .isInjectable())
                .isTrue();
        assertThat(
                        ended(
                                TESTING
                                        + "[CRITICAL] all tested parameters do not appear to be injectable.\n"
                                        + "500 (Internal Server Error) - 12 times, 400 (Bad Request) - 3 times"))
                .isEqualTo(new SqlmapOutput(false, Optional.empty(), true, 12));
    }

    @Test
    void doesNotForgetWhatWasFoundBeforeTheEndCame() {
        assertThat(
                        cut("GET parameter 'id' is vulnerable. Do you want to keep testing the others (if any)? [y/N] N")
                                .isInjectable())
                .isTrue();
    }

    @Test
    void namesThePayloadThatItWasEndedBeforeItCouldCheckAgain() {
        assertThat(cut(TESTING + SUSPECTS + TESTING).suspicion())
                .hasValue("SQLite > 2.0 AND time-based blind (heavy query)");
        assertThat(cut(TESTING).suspicion()).isEmpty();
        assertThat(ended(TESTING + SUSPECTS + TESTING).suspicion()).isEmpty();
    }

    @Test
    void takesBackASuspicionThatDidNotStandTheCheck() {
        String back = "[WARNING] false positive or unexploitable injection point detected\n";
        assertThat(cut(TESTING + SUSPECTS + back).suspicion()).isEmpty();
        assertThat(cut(TESTING + SUSPECTS + back + SUSPECTS).suspicion()).isPresent();
    }

    @Test
    void doesNotTakeARunThatCouldNotConnectForATest() {
        String silent = "[CRITICAL] unable to connect to the target URL";
        assertThat(ended(silent)).isEqualTo(new SqlmapOutput(false, Optional.empty(), false, 0));
        assertThat(cut(silent).hasTested()).isFalse();
        assertThat(cut(TESTING).hasTested()).isTrue();
    }
}
