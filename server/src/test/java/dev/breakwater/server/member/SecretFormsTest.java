/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the secrets of people look like, and that each is one of its own. */
class SecretFormsTest {

    private static final int DRAWN = 1_000;

    /** 24 of 32 characters are 120 bits (ASVS 6.5.4 asks for 20). */
    @Test
    void givesRecoveryCodesOf120Bits() {
        List<String> codes =
                Stream.generate(RecoveryCode::fresh)
                        .limit(DRAWN / RecoveryCode.COUNT)
                        .flatMap(List::stream)
                        .map(RecoveryCode::reveal)
                        .toList();
        assertThat(codes).hasSize(DRAWN).doesNotHaveDuplicates();
        assertThat(codes)
                .allMatch(code -> code.matches("([a-km-np-z2-9]{4}-){5}[a-km-np-z2-9]{4}"));
        // Each of the 24 places takes each of the 32 characters.
        List<String> bare = codes.stream().map(code -> code.replace("-", "")).toList();
        for (int place = 0; place < 24; place++) {
            int at = place;
            assertThat(bare.stream().map(code -> code.charAt(at)).distinct().count())
                    .as("place %d", place)
                    .isEqualTo(32);
        }
    }

    /** Two secrets of 256 bits each (ASVS 7.2.3 asks for 128). */
    @Test
    void givesRefreshTokensOfTwoTimes256Bits() {
        SessionId session = SessionId.fresh();
        Set<String> parts = new HashSet<>();
        IntStream.range(0, DRAWN)
                .forEach(
                        each -> {
                            String token = RefreshToken.fresh(session).reveal();
                            assertThat(token)
                                    .matches("bwr_" + session + "_[0-9a-f]{64}_[0-9a-f]{64}");
                            parts.add(token.substring(token.length() - 64));
                            parts.add(token.substring(token.length() - 129, token.length() - 65));
                        });
        assertThat(parts).hasSize(2 * DRAWN);
    }

    @Test
    void givesTheNextRefreshTokenAnotherPassingSecretOnly() {
        RefreshToken first = RefreshToken.fresh(SessionId.fresh());
        RefreshToken next = first.next();
        assertThat(next.lastingDigest()).isEqualTo(first.lastingDigest());
        assertThat(next.passingDigest()).isNotEqualTo(first.passingDigest());
        assertThat(RefreshToken.parse(next.reveal()).orElseThrow().reveal())
                .isEqualTo(next.reveal());
    }

    @Test
    void givesOtherSecretsOf256Bits() {
        for (Stream<String> drawn :
                List.of(
                        Stream.generate(() -> InvitationCode.fresh().reveal()),
                        Stream.generate(() -> PasswordResetCode.fresh().reveal()),
                        Stream.generate(() -> KnownSourceSecret.fresh().reveal()))) {
            assertThat(drawn.limit(DRAWN))
                    .doesNotHaveDuplicates()
                    .allMatch(secret -> secret.matches("bw[ipk]_[0-9a-f]{64}"));
        }
    }

    @Test
    void showsNoneOfThemByAccident() {
        RefreshToken token = RefreshToken.fresh(SessionId.fresh());
        assertThat(token.reveal()).doesNotContain(token.toString());
        for (Object secret :
                List.of(
                        RecoveryCode.fresh().getFirst(),
                        InvitationCode.fresh(),
                        PasswordResetCode.fresh(),
                        KnownSourceSecret.fresh())) {
            assertThat(secret.toString()).endsWith("[REDACTED]").doesNotContain("bw");
        }
    }
}
