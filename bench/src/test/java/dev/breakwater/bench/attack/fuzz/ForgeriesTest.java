/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForgeriesTest {

    private static final String GOOD =
            encoded("{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"1\"}")
                    + "."
                    + encoded("{\"sub\":\"me\",\"exp\":1000}")
                    + ".c2lnbmF0dXJl";

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }

    private static String header(String token) {
        return new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[0]), UTF_8);
    }

    private static String token(Map<String, String> forged, String kind) {
        return String.valueOf(forged.get(kind));
    }

    private static String claims(String token) {
        return new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), UTF_8);
    }

    @Test
    void makesTokensThatDifferFromTheGoodOneAndFromEachOther() throws GeneralSecurityException {
        Map<String, String> forged = Forgeries.of(GOOD);
        assertThat(forged.values()).doesNotContain(GOOD).doesNotHaveDuplicates();
    }

    @Test
    void namesNoAlgorithmAnEmbeddedKeyAnotherKeyAndAnotherLife() throws GeneralSecurityException {
        Map<String, String> forged = Forgeries.of(GOOD);
        assertThat(token(forged, "algorithm 'none'"))
                .endsWith(".")
                .satisfies(token -> assertThat(header(token)).contains("\"alg\":\"none\""));
        assertThat(header(token(forged, "a key embedded in the token"))).contains("\"jwk\":{");
        assertThat(header(token(forged, "another key"))).isEqualTo(header(GOOD));
        assertThat(claims(token(forged, "another key"))).isEqualTo(claims(GOOD));
        assertThat(claims(token(forged, "a longer life"))).contains("\"exp\":31537000");
        assertThat(claims(token(forged, "an expired one of another key")))
                .contains("\"exp\":-85400");
    }
}
