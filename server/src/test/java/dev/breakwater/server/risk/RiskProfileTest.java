/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.risk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RiskProfileTest {

    @Test
    void asksForWhatTheDocumentationSays() {
        assertThat(RiskProfile.LOW.terms())
                .isEqualTo(
                        new RiskTerms(
                                Assurance.TOKEN,
                                Duration.ofDays(90),
                                true,
                                false,
                                UpdateApproval.AUTOMATIC));
        assertThat(RiskProfile.STANDARD.terms())
                .isEqualTo(
                        new RiskTerms(
                                Assurance.SOFTWARE_KEY,
                                Duration.ofDays(30),
                                false,
                                false,
                                UpdateApproval.OWNER));
        assertThat(RiskProfile.CRITICAL.terms())
                .isEqualTo(
                        new RiskTerms(
                                Assurance.HARDWARE_KEY,
                                Duration.ofDays(7),
                                false,
                                true,
                                UpdateApproval.TWO_PERSON));
    }

    @Test
    void isNeverLaxerInAnyTermThanTheOneBefore() {
        RiskTerms laxer = RiskProfile.LOW.terms();
        for (RiskProfile profile : List.of(RiskProfile.STANDARD, RiskProfile.CRITICAL)) {
            RiskTerms stricter = profile.terms();
            assertThat(stricter.lowestAssurance().meets(laxer.lowestAssurance())).isTrue();
            assertThat(stricter.certificateLife()).isLessThanOrEqualTo(laxer.certificateLife());
            assertThat(stricter.tokensPermitted() && !laxer.tokensPermitted()).isFalse();
            assertThat(laxer.sealingRequired() && !stricter.sealingRequired()).isFalse();
            assertThat(stricter.updateApproval()).isGreaterThanOrEqualTo(laxer.updateApproval());
            laxer = stricter;
        }
    }

    @ParameterizedTest
    @EnumSource
    void permitsTokensWhereATokenIsEnoughAndNowhereElse(RiskProfile profile) {
        RiskTerms terms = profile.terms();
        assertThat(terms.tokensPermitted())
                .isEqualTo(Assurance.TOKEN.meets(terms.lowestAssurance()));
    }

    @ParameterizedTest
    @EnumSource
    void onlyEverShortensTheLifeThatTheServerAllows(RiskProfile profile) {
        Duration hour = Duration.ofHours(1);
        Duration year = Duration.ofDays(365);
        RiskTerms terms = profile.terms();
        assertThat(terms.certificateLifeWithin(hour)).isEqualTo(hour);
        assertThat(terms.certificateLifeWithin(year)).isEqualTo(terms.certificateLife());
    }

    @ParameterizedTest
    @EnumSource
    void isReadByItsName(RiskProfile profile) {
        assertThat(RiskProfile.of(profile.code())).isEqualTo(profile);
        assertThatIllegalArgumentException().isThrownBy(() -> RiskProfile.of(profile.name()));
    }

    @Test
    void ordersLevelsOfAssuranceFromTheTokenToTheProof() {
        assertThat(Assurance.values())
                .extracting(Assurance::code)
                .containsExactly("token", "software-key", "hardware-key", "attested");
        assertThat(Assurance.HARDWARE_KEY.meets(Assurance.SOFTWARE_KEY)).isTrue();
        assertThat(Assurance.HARDWARE_KEY.meets(Assurance.HARDWARE_KEY)).isTrue();
        assertThat(Assurance.SOFTWARE_KEY.meets(Assurance.HARDWARE_KEY)).isFalse();
        assertThat(Assurance.of("hardware-key")).isEqualTo(Assurance.HARDWARE_KEY);
        assertThatIllegalArgumentException().isThrownBy(() -> Assurance.of("none"));
    }
}
