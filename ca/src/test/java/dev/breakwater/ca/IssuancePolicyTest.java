/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class IssuancePolicyTest {

    @Test
    void hasTheDocumentedDefaults() {
        IssuancePolicy standard = IssuancePolicy.standard();
        assertThat(standard.deviceValidity()).isEqualTo(Duration.ofDays(30));
        assertThat(standard.serverValidity()).isEqualTo(Duration.ofDays(90));
        assertThat(standard.revocationListValidity()).isEqualTo(Duration.ofDays(1));
        assertThat(standard.ocspValidity()).isEqualTo(Duration.ofHours(1));
        assertThat(standard.revocationListUrl()).isEmpty();
        assertThat(standard.ocspUrl()).isEmpty();
    }

    @Test
    void refusesLivesTheLintWouldRefuse() {
        for (Duration wrong :
                new Duration[] {Duration.ofDays(398), Duration.ofMinutes(59), Duration.ZERO}) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(
                            () ->
                                    new IssuancePolicy(
                                            wrong,
                                            Duration.ofDays(90),
                                            Duration.ofDays(1),
                                            Duration.ofHours(1),
                                            Optional.empty(),
                                            Optional.empty()))
                    .withMessageContaining("device validity must be");
        }
    }
}
