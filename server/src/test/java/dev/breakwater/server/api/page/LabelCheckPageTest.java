/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.ownership.DeviceStanding;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a buyer reads. */
class LabelCheckPageTest {

    private static final Map<DeviceStanding, String> TITLES =
            Map.of(
                    DeviceStanding.FREE, "Free",
                    DeviceStanding.OWNED, "Owned",
                    DeviceStanding.REPORTED_STOLEN, "Reported stolen");

    @ParameterizedTest
    @EnumSource(DeviceStanding.class)
    void saysOneWordAndWhatItMeans(DeviceStanding standing) {
        StrictHtml page = StrictHtml.of(LabelCheckPage.of(standing));
        assertThat(page.text()).startsWith(TITLES.get(standing));
        assertThat(page.named("h1")).hasSize(1);
        assertThat(page.values("role")).containsExactly("status");
    }

    @Test
    void tellsNobodyToBuyWhatWasStolen() {
        assertThat(StrictHtml.of(LabelCheckPage.of(DeviceStanding.REPORTED_STOLEN)).text())
                .contains("Do not buy it.");
        assertThat(StrictHtml.of(LabelCheckPage.of(DeviceStanding.FREE)).text())
                .doesNotContain("Do not buy it.");
    }

    static Stream<byte[]> all() {
        return Stream.of(
                LabelCheckPage.empty(),
                LabelCheckPage.of(DeviceStanding.FREE),
                LabelCheckPage.unknown(),
                LabelCheckPage.noLabel());
    }

    @ParameterizedTest
    @MethodSource("all")
    void asksByFormsWhoseFieldsHaveNamesForEverybody(byte[] bytes) {
        StrictHtml page = StrictHtml.of(bytes);
        assertThat(page.values("for")).containsExactly("label", "serial", "key");
        assertThat(page.values("id")).containsAll(page.values("for"));
        assertThat(page.values("action")).containsExactly("/checks", "/checks");
        assertThat(page.values("method")).containsExactly("post", "post");
        assertThat(page.values("autocomplete")).containsExactly("off", "off");
        assertThat(page.named("script")).isEmpty();
        assertThat(page.values("src")).isEmpty();
        assertThat(page.values("href")).isEmpty();
    }

    @Test
    void letsFormsGoToThisServerAndNowhereElse() {
        assertThat(LabelCheckPage.policy())
                .startsWith("default-src 'none'; style-src 'sha256-")
                .endsWith("; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    }
}
