/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BasicCredentialsTest {

    /** As every stock client does: the user name ends at the first colon (RFC 7617 section 2). */
    @Test
    void separatesAtTheFirstColon() {
        assertThat(BasicCredentials.parse(basic("tank-1:bwe_1")))
                .contains(new BasicCredentials("tank-1", "bwe_1"));
        assertThat(BasicCredentials.parse(basic("tank:1:bwe_1")))
                .contains(new BasicCredentials("tank", "1:bwe_1"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Basic", "Basic %", "Bearer dGFuazox", "Basic dGFuaw=="})
    void findsNothingInWhatIsNotOfTheForm(String header) {
        assertThat(BasicCredentials.parse(header)).isEmpty();
    }

    @Test
    void keepsTheCodeOutOfLogs() {
        assertThat(new BasicCredentials("tank-1", "bwe_1").toString())
                .contains("tank-1")
                .doesNotContain("bwe_1");
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
