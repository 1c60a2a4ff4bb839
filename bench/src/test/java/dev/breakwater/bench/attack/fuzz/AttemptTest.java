/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.bench.attack.fuzz.Attempt.Expected;
import dev.breakwater.bench.attack.wire.Answer;
import dev.breakwater.bench.attack.wire.Request;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AttemptTest {

    private static boolean isFine(Expected expected, int status) {
        return attempt(expected).fault(new Answer(status, Map.of(), "")).isEmpty();
    }

    private static Attempt attempt(Expected expected) {
        return new Attempt("a kind", "an operation", Request.of("GET", "/"), expected);
    }

    @Test
    void takesOnlyRefusalsForWhatBreaksTheContract() {
        assertThat(isFine(Expected.REFUSED, 400)).isTrue();
        assertThat(isFine(Expected.REFUSED, 422)).isTrue();
        assertThat(isFine(Expected.REFUSED, 505)).isTrue();
        assertThat(isFine(Expected.REFUSED, 200)).isFalse();
        assertThat(isFine(Expected.REFUSED, 302)).isFalse();
        assertThat(isFine(Expected.REFUSED, 500)).isFalse();
    }

    @Test
    void takesExactlyTheRefusalThatIsDue() {
        assertThat(isFine(Expected.NOT_FOUND, 404)).isTrue();
        assertThat(isFine(Expected.NOT_FOUND, 403)).isFalse();
        assertThat(isFine(Expected.NOT_PERMITTED, 403)).isTrue();
        assertThat(isFine(Expected.NOT_PERMITTED, 404)).isFalse();
        assertThat(isFine(Expected.UNAUTHENTICATED, 401)).isTrue();
        assertThat(isFine(Expected.UNAUTHENTICATED, 200)).isFalse();
    }

    @Test
    void takesNoDefectForHarmless() {
        assertThat(isFine(Expected.HARMLESS, 204)).isTrue();
        assertThat(isFine(Expected.HARMLESS, 409)).isTrue();
        assertThat(isFine(Expected.HARMLESS, 503)).isFalse();
    }

    @Test
    void takesAClosedConnectionForARefusalOfBytesButNotOfACaller() {
        assertThat(attempt(Expected.REFUSED).faultOfSilence()).isEmpty();
        assertThat(attempt(Expected.NOT_FOUND).faultOfSilence())
                .hasValueSatisfying(fault -> assertThat(fault).contains("was not answered"));
    }
}
